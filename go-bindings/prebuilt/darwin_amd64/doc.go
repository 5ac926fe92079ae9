// Package darwin_amd64 holds the Outlive library for darwin on amd64. It is imported by package outlive.dev/prebuilt.
package darwin_amd64
