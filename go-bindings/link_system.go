//go:build cgo && outlive_system

package outlive

// By tag outlive_system: an installed library, which pkg-config finds.

// #cgo pkg-config: outlive
import "C"
