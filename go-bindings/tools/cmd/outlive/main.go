// Command outlive tells for every allocation of Go packages whether it may stay on the stack, and why not.
//
// It is the whole of Outlive in one place: it loads packages with package frontend, hands their module to the
// library in one call, and writes the answers with package report, or holds them against the
// installed compiler with package audit. The command itself decides nothing about escape. Its use, its
// exit codes and the schema of its JSON are described in docs/cli.md.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/debug"

	"golang.org/x/tools/go/analysis/unitchecker"
	"outlive.dev/tools/analyzer"
	"outlive.dev/tools/audit"
	"outlive.dev/tools/frontend"
)

const usage = `outlive tells for every allocation of Go packages whether it may stay on the stack, and why not.

usage:
  outlive [-l] [-model gc|textbook|precise] [-closed] [-profile go1.26] [-format text|json|sarif|gc] [-why] [-check] [-cache on|off] packages...
  outlive why [-suggest] [-model M] [-closed] [-profile P] [-format F] FILE:LINE[:COL]
  outlive image -o FILE packages...
  outlive audit -l [-model gc|precise] [-closed] [-n N] [-effects] [-check] [-format text|gc] packages...
  outlive -l -format logopt DIR packages...
  outlive cache [clear]
  go vet -vettool=$(which outlive) packages...
  outlive help
  outlive version

flags:
  -l          no inlining, as for the compiler; required
  -model      gc: predict the Go compiler (default); textbook: the simple rules, literally;
              precise: what can be proved to stay off the heap, from the source of everything that is called
  -closed     with -model precise: the packages are programs, so that every type that implements an interface is known
  -profile    limits and rules of the target; go1.26 is the default
  -format     text, for people (default), json: one object per verdict, sarif: a log for code review, gc: the lines of go build -gcflags='-m -l',
              or logopt: the files of the compiler's -json=0 below a directory
  -why        with each allocation on the heap, the path that forces it there
  -suggest    why: with each allocation on the heap, what to change so that it is not, tried by analysing again
  -stack      with the text form, the bytes that each function places on the stack
  -cache      off: do without the package facts of earlier runs, and leave none
  -tags LIST  build tags, as for the go command
  -test       with the packages' tests
  -overlay F  JSON file that replaces source files, as for the go command
  -n N        audit: show the first N disagreements, or gains and losses of model precise, 20 unless given; -1 shows all
  -effects    audit: compare what is written and called through parameters, too
  -check      check each verdict against the rules of the model, without the cache; audit: fail if the figures are below the bars of docs/cli.md
  -o FILE     image: where to write; - is the standard output

Exit codes: 0 done, 1 packages that do not load or another failure, 2 bad usage,
3 a comment //outlive:stack that does not hold.
`

// Exit codes.
const (
	exitOK    = 0
	exitError = 1
	exitUsage = 2
	exitFound = 3 // assertions that do not hold
)

// app is one run of the command.
type app struct {
	dir    string // the directory in which packages are named
	stdout io.Writer
	stderr io.Writer
	broken error // what is wrong with packages of which the rest is analysed
	warned bool  // a warning was written on the standard error
}

// usageError is a mistake in the command line.
type usageError struct{ text string }

func (e usageError) Error() string { return e.text }

func usagef(format string, args ...any) error { return usageError{fmt.Sprintf(format, args...)} }

func main() {
	if isVetTool(os.Args[1:]) {
		unitchecker.Main(analyzer.Analyzer) // does not return
	}
	debug.SetGCPercent(400) // a short life with much memory from the start
	dir, err := os.Getwd()
	if err != nil {
		fmt.Fprintf(os.Stderr, "outlive: %v\n", err)
		os.Exit(exitError)
	}
	a := &app{dir: dir, stdout: os.Stdout, stderr: os.Stderr}
	os.Exit(a.run(os.Args[1:]))
}

// run does what the arguments say and returns the exit code.
func (a *app) run(args []string) int {
	err := a.dispatch(args)
	if a.broken != nil {
		err = a.broken
	}
	var load *frontend.LoadError
	var build *audit.BuildError
	switch usage := (usageError{}); {
	case err == nil:
		return exitOK
	case errors.Is(err, flag.ErrHelp):
		return exitOK
	case errors.As(err, &usage):
		fmt.Fprintf(a.stderr, "outlive: %v\nRun 'outlive help' for usage.\n", err)
		return exitUsage
	case errors.As(err, &violationsError{}):
		fmt.Fprintf(a.stderr, "outlive: %v\n", err)
		return exitFound
	case errors.As(err, &load):
		fmt.Fprintln(a.stderr, load)
	case errors.As(err, &build):
		fmt.Fprintln(a.stderr, build)
	default:
		fmt.Fprintf(a.stderr, "outlive: %v\n", err)
	}
	return exitError
}

func (a *app) dispatch(args []string) error {
	if len(args) == 0 {
		return usagef("no packages")
	}
	switch args[0] {
	case "help", "-h", "-help", "--help":
		_, err := io.WriteString(a.stdout, usage)
		return err
	case "version":
		return a.version(args[1:])
	case "why":
		return a.why(args[1:])
	case "image":
		return a.image(args[1:])
	case "audit":
		return a.audit(args[1:])
	case "cache":
		return a.cache(args[1:])
	}
	return a.verdicts(args)
}
