//go:build linux && amd64

package linux_amd64

// #cgo LDFLAGS: ${SRCDIR}/liboutlive.a -lm -ldl -lpthread
import "C"
