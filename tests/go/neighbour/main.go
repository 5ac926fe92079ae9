// A Go program with two Rust libraries: both must link, answer and unwind, whichever was used before.
package main

import (
	"errors"
	"fmt"
	"os"

	"outlive.dev/outlive"
	"outlive.dev/tests/neighbour/other"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("both libraries work")
}

func run() error {
	for range 2 {
		if !other.Catches() {
			return errors.New("the other library does not catch its panic")
		}
		m, err := outlive.ParseModule(`
func main.local func() *int {
b0:
  p: *int = new s0 "new(int)"
  return p
}
`, outlive.Options{})
		if err != nil {
			return err
		}
		image, err := m.Encode()
		if err != nil {
			return err
		}
		r, err := outlive.Analyze(image, outlive.Options{})
		if err != nil {
			return err
		}
		if p := r.Verdict(0).Placement; p != outlive.Heap {
			return fmt.Errorf("verdict %s", p)
		}
		if err := errors.Join(r.Close(), m.Close()); err != nil {
			return err
		}
		if _, err := outlive.Analyze(image[:40], outlive.Options{}); !errors.Is(err, outlive.StatusMalformedImage) {
			return fmt.Errorf("error %v", err)
		}
	}
	return nil
}
