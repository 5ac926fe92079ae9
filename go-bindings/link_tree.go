//go:build cgo && !outlive_system && !outlive_prebuilt

package outlive

// The default: what make build leaves in the source tree that this package lies in.

// #cgo CFLAGS: -I${SRCDIR}/../include
// #cgo LDFLAGS: ${SRCDIR}/../target/release/liboutlive.a -lm -ldl -lpthread
import "C"
