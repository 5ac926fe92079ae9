// Package linux_amd64 holds the Outlive library for linux on amd64. It is imported by package outlive.dev/prebuilt.
package linux_amd64
