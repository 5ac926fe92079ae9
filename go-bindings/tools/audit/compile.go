package audit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Env returns the environment of the go command in which both sides of an audit
// see the same files: the present one with cgo off.
func Env() []string {
	return append(os.Environ(), "CGO_ENABLED=0")
}

// BuildError is a build that failed. Its text is what the go command
// printed, without the compiler's remarks.
type BuildError struct {
	Text string // newline-terminated lines
	Err  error  // the command's own failure
}

// Error returns the text, or the command's failure if it printed nothing.
func (e *BuildError) Error() string {
	if e.Text == "" {
		return e.Err.Error()
	}
	return strings.TrimRight(e.Text, "\n")
}

// Unwrap returns the command's own failure.
func (e *BuildError) Unwrap() error { return e.Err }

// buildArgs returns the arguments of the go command, to be run in dir. The last flag whose pattern
// matches a package wins, so every package is compiled with -l and the named ones with -m
// too. A package that is both named and imported by another one prints once.
//
// The go command replays what a cached compilation printed, so -a is not needed. But it replays it word for
// word, with file names relative to the directory it was run in then. So that directory is made part of what
// the cache goes by: -D names the directory of imports like "./x", which modules do not have, and means nothing else.
//
// Tests are compiled by "go list", which builds all packages but no programs; it is to print nothing itself.
func buildArgs(dir string, opts *Options, patterns []string) []string {
	args := []string{"build", "-o", os.DevNull}
	if opts.Tests {
		args = []string{"list", "-test", "-export", `-f={{""}}`}
	}
	args = append(args, "-pgo=off", "-trimpath=false", "-gcflags=all=-l")
	args = append(args, opts.BuildFlags...)
	flags := "-m -l"
	for _, quote := range []string{"'", `"`} {
		if !strings.Contains(dir, quote) {
			flags += " " + quote + "-D=" + dir + quote
			break
		}
	}
	for _, f := range opts.Flags {
		flags += " " + f
	}
	named := flagPatterns(patterns)
	// To -gcflags, std means everything that comes with Go, the commands included; as a name of packages it does not.
	if slices.Contains(named, "std") {
		args = append(args, "-gcflags=std="+flags, "-gcflags=cmd/...=-l", "-gcflags=cmd/vendor/...=-l")
	}
	for _, p := range named {
		if p != "std" {
			args = append(args, "-gcflags="+p+"="+flags)
		}
	}
	args = append(args, "--")
	return append(args, patterns...)
}

// flagPatterns returns the patterns of packages as -gcflags takes them: a list of
// files is one package, which has a name of its own there, and no pattern is the current directory.
func flagPatterns(patterns []string) []string {
	if len(patterns) == 0 {
		return []string{"."}
	}
	if strings.HasSuffix(patterns[0], ".go") {
		return []string{"command-line-arguments"}
	}
	return patterns
}

// Compile compiles the named packages without inlining in the directory dir
// (empty: the present one) and returns what the compiler said about them. Lines about parameters are
// told from lines about expressions with src. It fails with a *BuildError if the packages do not build.
func Compile(ctx context.Context, dir string, src *Source, patterns ...string) (*Output, error) {
	return CompileWith(ctx, dir, src, Options{}, patterns...)
}

// Options say how packages are compiled.
type Options struct {
	Flags      []string // more flags of the compiler for the named packages
	BuildFlags []string // more flags of the go command, such as -tags=x
	Tests      bool     // the packages' tests as well: a package that has any counts with them
}

// EffectFlags make the compiler say what is written and called through parameters, see CompareTags.
var EffectFlags = []string{"-d=escapemutationscalls=1"}

// CompileWith is Compile with options.
func CompileWith(ctx context.Context, dir string, src *Source, opts Options, patterns ...string) (*Output, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, "go", buildArgs(abs, &opts, patterns)...)
	cmd.Dir = abs
	cmd.Env = append(Env(), "PWD="+abs)
	var text bytes.Buffer
	cmd.Stdout = &text
	cmd.Stderr = &text
	runErr := cmd.Run()
	if errors.Is(runErr, exec.ErrNotFound) {
		return nil, fmt.Errorf("audit: the go command is not installed: %w", runErr)
	}
	printed := text.Bytes()
	if opts.Tests && runErr == nil {
		printed = testOutput(printed)
	}
	out, err := ParseOutput(bytes.NewReader(printed), abs)
	if err != nil {
		return nil, err
	}
	if runErr != nil {
		return nil, &BuildError{Text: failures(out.Other), Err: runErr}
	}
	if err := out.relocate(ctx, abs); err != nil {
		return nil, err
	}
	src.SplitParams(out)
	return out, nil
}

// relocate finds the files of the standard library: the go command names them by
// import path, which ParseOutput took to be relative to dir.
func (out *Output) relocate(ctx context.Context, dir string) error {
	goroot := ""
	known := make(map[string]string)
	find := func(file string) (string, error) {
		if found, ok := known[file]; ok {
			return found, nil
		}
		found := file
		if _, err := os.Stat(file); err != nil {
			if goroot == "" {
				text, err := exec.CommandContext(ctx, "go", "env", "GOROOT").Output()
				if err != nil {
					return "", fmt.Errorf("audit: go env GOROOT: %w", err)
				}
				goroot = strings.TrimSpace(string(text))
			}
			if rel, err := filepath.Rel(dir, file); err == nil {
				if std := filepath.Join(goroot, "src", rel); fileExists(std) {
					found = std
				}
			}
		}
		known[file] = found
		return found, nil
	}
	for i := range out.Lines {
		file, err := find(out.Lines[i].File)
		if err != nil {
			return err
		}
		out.Lines[i].File = file
	}
	for i := range out.Params {
		file, err := find(out.Params[i].File)
		if err != nil {
			return err
		}
		out.Params[i].File = file
	}
	for i := range out.Forms {
		if out.Forms[i].File == "" {
			continue
		}
		file, err := find(out.Forms[i].File)
		if err != nil {
			return err
		}
		out.Forms[i].File = file
	}
	return nil
}

func fileExists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// remarks are the other things -m prints. Whatever else is in the output of a
// failed build is an error message.
var remarks = []string{
	"index bounds check elided", "ignoring self-assignment", "zero-copy string->[]byte conversion",
	"devirtualizing ", "assuming ", "marking ", "can inline ", "inlining call to ", "mutates param", "calls param",
}

// failures returns the error messages among the notes, each package's under its heading.
func failures(notes []Note) string {
	var b strings.Builder
	pkg := ""
next:
	for _, n := range notes {
		for _, r := range remarks {
			if strings.Contains(n.Text, r) {
				continue next
			}
		}
		if n.Package != pkg {
			pkg = n.Package
			fmt.Fprintf(&b, "# %s\n", pkg)
		}
		b.WriteString(n.Text + "\n")
	}
	return b.String()
}
