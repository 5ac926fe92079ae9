// Package linux_arm64 holds the Outlive library for linux on arm64. It is imported by package outlive.dev/prebuilt.
package linux_arm64
