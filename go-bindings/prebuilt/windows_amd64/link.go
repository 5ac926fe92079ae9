//go:build windows && amd64

package windows_amd64

// #cgo LDFLAGS: ${SRCDIR}/liboutlive.a -lkernel32 -lntdll -luserenv -lws2_32 -ldbghelp
import "C"
