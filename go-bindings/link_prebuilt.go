//go:build cgo && outlive_prebuilt && !outlive_system

package outlive

// By tag outlive_prebuilt: package outlive.dev/prebuilt, which the program imports, brings the library. The header is the copy
// that make prebuilt puts beside this file, as every release of this module has it.

// #cgo CFLAGS: -I${SRCDIR}/include
import "C"
