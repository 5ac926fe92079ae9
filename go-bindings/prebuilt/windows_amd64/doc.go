// Package windows_amd64 holds the Outlive library for windows on amd64. It is imported by package outlive.dev/prebuilt.
package windows_amd64
