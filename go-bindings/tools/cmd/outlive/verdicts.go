package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"outlive.dev/outlive"
	"outlive.dev/tools/frontend"
	"outlive.dev/tools/report"
)

// verdicts is the command without a name: the verdicts on all allocations of packages.
func (a *app) verdicts(args []string) error {
	var s settings
	f := newFlags("outlive")
	s.analysisFlags(f)
	f.BoolVar(&s.why, "why", false, "paths")
	f.BoolVar(&s.stack, "stack", false, "bytes on the stack")
	if err := a.parse(f, args); err != nil {
		return err
	}
	if !s.noInline {
		return usageError{needNoInline}
	}
	if err := s.check(); err != nil {
		return err
	}
	patterns, logDir := f.Args(), ""
	if s.format == "logopt" {
		if len(patterns) == 0 {
			return usagef("-format logopt: the directory to write to comes first")
		}
		logDir, patterns = patterns[0], patterns[1:]
	}
	if c := s.factsCache(); c != nil && !s.build.tests && s.build.overlay == "" && logDir == "" {
		if k, ok := a.replayKey(args); ok {
			if a.replay(c.Store, k) {
				return nil
			}
			recorded := a.record(c.Store, k)
			prog, err := a.listing(patterns, &s, logDir)
			if err == nil && !a.warned {
				recorded(prog)
			}
			return err
		}
	}
	_, err := a.listing(patterns, &s, logDir)
	return err
}

// listing analyses packages and writes what is said of their allocations, for the format logopt into a directory. It fails with
// a violationsError if an assertion in the packages does not hold, after everything is written.
func (a *app) listing(patterns []string, s *settings, logDir string) (*frontend.Program, error) {
	an, err := a.analyze(patterns, s)
	if err != nil {
		return nil, err
	}
	return an.prog, errors.Join(a.all(an, s, logDir), an.close())
}

// all writes the answers about the named packages, and what is wrong with the assertions in them.
func (a *app) all(an *analysis, s *settings, logDir string) error {
	var violations []report.Violation
	var err error
	if a.broken == nil { // else lines may be missing
		if violations, err = an.assertions(); err != nil {
			return err
		}
	}
	for _, text := range an.recursions() {
		a.warned = true
		fmt.Fprintf(a.stderr, "outlive: warning: %s\n", text)
	}
	switch s.format {
	case "gc":
		err = a.gc(an, s.why)
	case "logopt":
		if !filepath.IsAbs(logDir) {
			logDir = filepath.Join(a.dir, logDir)
		}
		err = a.logopt(an, logDir)
	case "sarif":
		return a.sarif(an, s, violations)
	default:
		err = a.write(an, an.listed(), s, false)
	}
	if err == nil && s.stack {
		err = report.Frames(a.stdout, an.frames(), report.Options{Dir: a.dir})
	}
	if err != nil || len(violations) == 0 {
		return err
	}
	w := a.stdout
	if s.format != "text" {
		w = a.stderr // the form has no place for them
	}
	if err := report.Violations(w, violations, report.Options{Dir: a.dir}); err != nil {
		return err
	}
	return violationsError{len(violations)}
}

// listed returns the answers about everything in the source of the named packages.
func (an *analysis) listed() []answer {
	return joinInstances(an.answers(func(site *frontend.SiteRef, _ *frontend.FuncRef) bool { return site.Root }))
}

// write writes the answers in the format asked for.
func (a *app) write(an *analysis, list []answer, s *settings, variables bool) error {
	records, err := an.records(list, s)
	if err != nil {
		return err
	}
	if s.format == "json" {
		return report.JSON(a.stdout, records)
	}
	return report.Text(a.stdout, records, report.Options{Dir: a.dir, Variables: variables})
}

// place is a FILE:LINE[:COL] of the command line; Col is 0 if absent.
type place struct {
	file      string
	line, col int
}

// parsePlace reads FILE:LINE[:COL] and makes the file absolute.
func parsePlace(dir, text string) (place, error) {
	bad := func() (place, error) { return place{}, usagef("%q is not of the form FILE:LINE[:COL]", text) }
	rest, n, ok := cutNumber(text)
	if !ok {
		return bad()
	}
	p := place{file: rest, line: n}
	if rest, m, ok := cutNumber(rest); ok {
		p = place{file: rest, line: m, col: n}
	}
	if p.file == "" {
		return bad()
	}
	if !filepath.IsAbs(p.file) {
		p.file = filepath.Join(dir, p.file)
	}
	return p, nil
}

// cutNumber cuts ":N" with N > 0 off the end of text.
func cutNumber(text string) (rest string, n int, ok bool) {
	i := strings.LastIndexByte(text, ':')
	if i < 0 {
		return text, 0, false
	}
	n, err := strconv.Atoi(text[i+1:])
	if err != nil || n <= 0 {
		return text, 0, false
	}
	return text[:i], n, true
}

// why explains what is allocated at one place.
func (a *app) why(args []string) error {
	s := settings{why: true}
	f := newFlags("outlive why")
	s.analysisFlags(f)
	f.BoolVar(&s.suggest, "suggest", false, "what to change")
	if err := a.parse(f, args); err != nil {
		return err
	}
	if f.NArg() != 1 {
		return usagef("why: need one FILE:LINE[:COL]")
	}
	p, err := parsePlace(a.dir, f.Arg(0))
	if err != nil {
		return err
	}
	if s.format != "text" && s.format != "json" {
		return usagef("why: -format %s: must be text or json", s.format)
	}
	if err := s.check(); err != nil {
		return err
	}
	if _, err := os.Stat(p.file); err != nil {
		return err
	}
	an, err := a.analyze([]string{filePattern + p.file}, &s)
	if err != nil {
		return err
	}
	list := joinInstances(an.answers(func(site *frontend.SiteRef, _ *frontend.FuncRef) bool {
		return site.File == p.file && site.Line == p.line && (p.col == 0 || site.Column == p.col)
	}))
	if len(list) == 0 {
		return errors.Join(fmt.Errorf("%s: nothing is allocated there", f.Arg(0)), an.close())
	}
	return errors.Join(a.write(an, list, &s, true), an.close())
}

// image writes the module of packages in the binary form.
func (a *app) image(args []string) error {
	f := newFlags("outlive image")
	out := f.String("o", "", "file")
	f.Bool("l", true, "no inlining")
	var b buildSettings
	b.flags(f)
	if err := a.parse(f, args); err != nil {
		return err
	}
	if *out == "" {
		return usagef("image: -o FILE is required")
	}
	b.full = true
	_, unit, err := a.load(f.Args(), &b)
	if err != nil {
		return err
	}
	if a.broken != nil {
		return a.broken // a module with holes is of no use
	}
	if *out == "-" {
		_, err = a.stdout.Write(unit.Image)
		return err
	}
	name := *out
	if !filepath.IsAbs(name) {
		name = filepath.Join(a.dir, name)
	}
	return os.WriteFile(name, unit.Image, 0o666)
}

// version prints the version of the library.
func (a *app) version(args []string) error {
	if len(args) != 0 {
		return usagef("version takes no arguments")
	}
	_, err := fmt.Fprintf(a.stdout, "outlive %s\n", outlive.Version())
	return err
}
