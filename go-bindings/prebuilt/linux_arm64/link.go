//go:build linux && arm64

package linux_arm64

// #cgo LDFLAGS: ${SRCDIR}/liboutlive.a -lm -ldl -lpthread
import "C"
