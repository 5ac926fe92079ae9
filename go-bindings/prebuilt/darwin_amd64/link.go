//go:build darwin && amd64

package darwin_amd64

// #cgo LDFLAGS: ${SRCDIR}/liboutlive.a -liconv -lm
import "C"
