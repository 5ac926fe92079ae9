package main

import (
	"errors"
	"flag"
	"io"
	"slices"
	"strings"

	"outlive.dev/outlive"
)

// settings are the flags that choose what is computed and how it is written.
type settings struct {
	noInline bool
	model    string
	profile  string
	format   string
	closed   bool // the named packages are whole programs
	why      bool
	suggest  bool // with what is on the heap, what to change so that it is not
	stack    bool // bytes on the stack by function
	build    buildSettings
	cache    string // "on": package facts are taken from the cache and put there
	recheck  bool   // the verdicts are checked; nothing is taken from the cache then, so that all of them are
}

// modelPrecise is the model that needs the bodies of everything that is called, for what a function does with what it is
// given is more than a row of package facts says. So it takes nothing from the cache and leaves nothing there, and as it
// looks at more than the flow of pointers, it is given the full form of the module.
const modelPrecise = "precise"

// newFlags returns a flag set that reports mistakes as usage errors.
func newFlags(name string) *flag.FlagSet {
	f := flag.NewFlagSet(name, flag.ContinueOnError)
	f.SetOutput(io.Discard)
	return f
}

// parse parses args. Help is written to the standard output.
func (a *app) parse(f *flag.FlagSet, args []string) error {
	err := f.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		if _, err := io.WriteString(a.stdout, usage); err != nil {
			return err
		}
		return flag.ErrHelp
	}
	if err != nil {
		return usageError{err.Error()}
	}
	return nil
}

// analysisFlags adds the flags of the commands that give verdicts.
func (s *settings) analysisFlags(f *flag.FlagSet) {
	f.BoolVar(&s.noInline, "l", false, "no inlining")
	f.StringVar(&s.model, "model", "gc", "rules")
	f.StringVar(&s.profile, "profile", "go1.26", "target")
	f.StringVar(&s.format, "format", "text", "text or json")
	f.BoolVar(&s.closed, "closed", false, "whole programs")
	s.build.flags(f)
	f.StringVar(&s.cache, "cache", "on", "on or off")
	f.BoolVar(&s.recheck, "check", false, "check the verdicts")
}

const needNoInline = "-l is required: inlining is not modelled yet, so the program can only be analysed as the compiler compiles it with -gcflags=-l"

// check finds mistakes before time is spent on loading packages.
func (s *settings) check() error {
	if formats := []string{"text", "json", "sarif", "gc", "logopt"}; !slices.Contains(formats, s.format) {
		return usagef("-format %s: must be text, json, sarif, gc or logopt", s.format)
	}
	if s.cache != "on" && s.cache != "off" {
		return usagef("-cache %s: must be on or off", s.cache)
	}
	if s.stack && s.format != "text" {
		return usagef("-stack adds lines to the text form; json has the field stack_bytes")
	}
	if s.format == "gc" && s.build.tests {
		return usageError{noTestsInForm}
	}
	if models := []string{"gc", "textbook", modelPrecise}; !slices.Contains(models, s.model) {
		return usagef("-model %s: must be %s", s.model, strings.Join(models, " or "))
	}
	if s.recheck && s.model == modelPrecise {
		return usagef("-check: model precise does not say on what its verdicts rest, so there is nothing to check them by")
	}
	if s.suggest && s.model == modelPrecise {
		return usagef("-suggest: changes are tried with the models gc and textbook only")
	}
	if err := s.checkClosed(); err != nil {
		return err
	}
	// The library knows its profiles; an empty module costs nothing to ask about.
	image, err := outlive.NewBuilder("").Image()
	if err != nil {
		return err
	}
	r, err := outlive.Analyze(image, s.options())
	if err != nil {
		return usagef("-model %s -profile %s: %v", s.model, s.profile, err)
	}
	return r.Close()
}

// checkClosed says what is wrong with -closed.
func (s *settings) checkClosed() error {
	if s.closed && s.model != modelPrecise {
		return usagef("-closed: model %s takes no notice of who may implement an interface; -model precise does", s.model)
	}
	if s.closed && s.build.tests {
		return usagef("-closed: a package with its tests is no whole program")
	}
	return nil
}

func (s *settings) options() outlive.Options {
	return outlive.Options{Model: s.model, Profile: s.profile, Closed: s.closed}
}
