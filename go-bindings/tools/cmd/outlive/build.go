package main

import (
	"flag"
	"path/filepath"

	"outlive.dev/tools/audit"
	"outlive.dev/tools/frontend"
)

// buildSettings are the flags of the go command that choose what is in a package: the front end and the compiler, where that is
// asked, are given the same.
type buildSettings struct {
	tags    string
	overlay string // as on the command line
	tests   bool
	full    bool // not a flag: the module is for others to read, not only to be analysed
}

const noTestsInForm = "-format gc prints what go build prints, which leaves tests out: no -test"

// flags adds the flags.
func (b *buildSettings) flags(f *flag.FlagSet) {
	f.StringVar(&b.tags, "tags", "", "build tags")
	f.StringVar(&b.overlay, "overlay", "", "JSON file")
	f.BoolVar(&b.tests, "test", false, "tests")
}

func (b *buildSettings) tagFlags() []string {
	if b.tags == "" {
		return nil
	}
	return []string{"-tags=" + b.tags}
}

// loader returns how packages are loaded in dir.
func (b *buildSettings) loader(dir string) frontend.Config {
	return frontend.Config{Lean: !b.full, Dir: dir, Tests: b.tests, BuildFlags: b.tagFlags(), Overlay: b.overlay}
}

// compiler returns how packages are compiled in dir.
func (b *buildSettings) compiler(dir string) audit.Options {
	opts := audit.Options{BuildFlags: b.tagFlags(), Tests: b.tests}
	if b.overlay != "" {
		name := b.overlay
		if !filepath.IsAbs(name) {
			name = filepath.Join(dir, name)
		}
		opts.BuildFlags = append(opts.BuildFlags, "-overlay="+name)
	}
	return opts
}

// source returns what reads source files as the compiler does.
func (b *buildSettings) source(dir string) (*audit.Source, error) {
	src := audit.NewSource()
	var err error
	src.Replace, err = frontend.Replacements(dir, b.overlay)
	return src, err
}
