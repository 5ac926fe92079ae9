package main

import (
	"fmt"
	"os"
	"sync"
	"time"
)

// progressAfter is how long work takes before a line says that it goes on.
const progressAfter = 2 * time.Second

// progress shows on a terminal, once work has taken a while, for how long it has been going on. The function it returns
// ends that and wipes the line.
func (a *app) progress() (done func()) {
	if f, ok := a.stderr.(*os.File); !ok || !isTerminal(f) {
		return func() {}
	}
	stop := make(chan struct{})
	var wg sync.WaitGroup
	start := time.Now()
	wg.Go(func() {
		next := time.NewTimer(progressAfter)
		defer next.Stop()
		shown := false
		for {
			select {
			case <-stop:
				if shown {
					fmt.Fprint(a.stderr, "\r\x1b[K")
				}
				return
			case <-next.C:
				shown = true
				fmt.Fprintf(a.stderr, "\r\x1b[Koutlive: loading and analysing, %d s", int(time.Since(start).Seconds()))
				next.Reset(time.Second)
			}
		}
	})
	return sync.OnceFunc(func() {
		close(stop)
		wg.Wait()
	})
}

// isTerminal reports whether a file is a device that shows characters.
func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb"
}
