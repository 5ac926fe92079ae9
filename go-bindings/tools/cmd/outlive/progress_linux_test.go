package main

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"
)

// openTerminal returns both ends of a terminal: what is written to the second is read from the first.
func openTerminal(t *testing.T) (reader, terminal *os.File) {
	t.Helper()
	reader, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no terminals here: %v", err)
	}
	t.Cleanup(func() { reader.Close() })
	number, unlock := uint32(0), uint32(0)
	for _, c := range []struct {
		request uintptr
		at      *uint32
	}{{syscall.TIOCGPTN, &number}, {syscall.TIOCSPTLCK, &unlock}} {
		if _, _, e := syscall.Syscall(syscall.SYS_IOCTL, reader.Fd(), c.request, uintptr(unsafe.Pointer(c.at))); e != 0 {
			t.Skipf("no terminals here: %v", e)
		}
	}
	terminal, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no terminals here: %v", err)
	}
	t.Cleanup(func() { terminal.Close() })
	return reader, terminal
}

// Work that takes a while says so on a terminal, and leaves no trace; a dumb one, a pipe and quick work get nothing.
func TestProgressOnTerminal(t *testing.T) {
	t.Setenv("TERM", "xterm")
	written := func(after time.Duration) string {
		reader, terminal := openTerminal(t)
		a := &app{stderr: terminal}
		done := a.progress()
		time.Sleep(after)
		done()
		done()                              // again does nothing
		fmt.Fprint(terminal, "end of test") // so that there is something to read
		var all []byte
		buf := make([]byte, 256)
		for !strings.HasSuffix(string(all), "end of test") {
			n, err := reader.Read(buf)
			if err != nil {
				t.Fatalf("read %q, then: %v", all, err)
			}
			all = append(all, buf[:n]...)
		}
		return strings.TrimSuffix(string(all), "end of test")
	}
	const line = "\r\x1b[Koutlive: loading and analysing, 2 s"
	if got := written(progressAfter + 300*time.Millisecond); got != line+"\r\x1b[K" {
		t.Errorf("a terminal shows %q", got)
	}
	if got := written(0); got != "" {
		t.Errorf("quick work shows %q", got)
	}
	t.Setenv("TERM", "dumb")
	if got := written(progressAfter + 300*time.Millisecond); got != "" {
		t.Errorf("a dumb terminal shows %q", got)
	}
}
