// Heapbudget lists, function by function, how many bytes Go's compiler lets packages allocate on the heap, and how many of them
// it need not: those of which Outlive's precise model proves that a frame could hold them. With a budget it is a test that
// fails when avoidable allocations come in.
//
//	heapbudget [-max bytes] packages...
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"outlive.dev/tools/frontend"
)

func main() {
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: heapbudget [-max bytes] packages...")
		flag.PrintDefaults()
	}
	budget := flag.Int64("max", -1, "most avoidable `bytes` of all functions together; -1: any number")
	flag.Parse()
	if err := run(os.Stdout, *budget, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "heapbudget:", err)
		var over overBudget
		if errors.As(err, &over) {
			os.Exit(1)
		}
		os.Exit(2)
	}
}

// overBudget is the error of packages that allocate more than they may.
type overBudget struct{ bytes, budget int64 }

func (e overBudget) Error() string {
	return fmt.Sprintf("%d bytes could be avoided, %d are allowed", e.bytes, e.budget)
}

func run(out io.Writer, budget int64, patterns []string) error {
	if len(patterns) == 0 {
		patterns = []string{"."}
	}
	_, unit, err := frontend.LoadUnit(frontend.Config{}, nil, patterns...)
	if err != nil {
		return err
	}
	funcs, err := weigh(unit)
	if err != nil {
		return err
	}
	avoidable := int64(0)
	for _, f := range funcs {
		f.print(out)
		avoidable += int64(f.avoidable)
	}
	fmt.Fprintf(out, "%d functions allocate; %d bytes could be avoided\n", len(funcs), avoidable)
	if budget >= 0 && avoidable > budget {
		return overBudget{avoidable, budget}
	}
	return nil
}
