//go:build darwin && arm64

package darwin_arm64

// #cgo LDFLAGS: ${SRCDIR}/liboutlive.a -liconv -lm
import "C"
