// Package darwin_arm64 holds the Outlive library for darwin on arm64. It is imported by package outlive.dev/prebuilt.
package darwin_arm64
