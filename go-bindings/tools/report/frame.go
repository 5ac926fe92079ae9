package report

import (
	"bufio"
	"fmt"
	"io"
)

// Frame says how many bytes the storage that a function places on the stack takes.
type Frame struct {
	Position
	Function string // qualified name
	Bytes    uint64
}

// Frames writes one line per function.
func Frames(w io.Writer, list []Frame, opts Options) error {
	out := bufio.NewWriter(w)
	for i := range list {
		f := &list[i]
		fmt.Fprintf(out, "%s: func %s: %d bytes on the stack\n", f.Position.short(opts.Dir), f.Function, f.Bytes)
	}
	return out.Flush()
}
