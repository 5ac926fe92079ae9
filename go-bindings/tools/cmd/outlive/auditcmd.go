package main

import (
	"context"
	"errors"
	"strings"

	"outlive.dev/outlive"
	"outlive.dev/tools/audit"
	"outlive.dev/tools/frontend"
)

// audit compares model gc with the installed compiler.
func (a *app) audit(args []string) error {
	f := newFlags("outlive audit")
	s := settings{model: "gc", profile: "go1.26", format: "text"}
	f.BoolVar(&s.noInline, "l", false, "no inlining")
	n := f.Int("n", 20, "disagreements")
	effects := f.Bool("effects", false, "writes and calls through parameters")
	check := f.Bool("check", false, "fail below the bars")
	f.StringVar(&s.format, "format", "text", "text or gc")
	s.build.flags(f)
	if err := a.parse(f, args); err != nil {
		return err
	}
	if s.format != "text" && s.format != "gc" {
		return usagef("audit: -format %s: must be text or gc", s.format)
	}
	if !s.noInline {
		return usageError{"audit: " + needNoInline}
	}
	if s.format == "gc" && s.build.tests {
		return usageError{"audit: " + noTestsInForm}
	}
	patterns := f.Args()
	if len(patterns) == 0 {
		patterns = []string{"."}
	}
	if s.format == "gc" {
		forms, err := a.auditForms(patterns, &s)
		if err != nil {
			return err
		}
		return forms.Print(a.stdout, *n, a.dir)
	}
	result, err := a.compareWith(patterns, &s, *effects)
	if err != nil {
		return err
	}
	if err := result.Print(a.stdout, *n, a.dir); err != nil {
		return err
	}
	if list := result.Shortfalls(); *check && len(list) > 0 {
		return errors.New("audit: " + strings.Join(list, "; "))
	}
	return nil
}

// compare holds the verdicts on packages against the compiler's.
func (a *app) compare(patterns []string, s *settings) (*audit.Result, error) {
	return a.compareWith(patterns, s, false)
}

// compareWith is compare; with effects it compares what is written and called through parameters as well.
func (a *app) compareWith(patterns []string, s *settings, effects bool) (*audit.Result, error) {
	src, err := s.build.source(a.dir)
	if err != nil {
		return nil, err
	}
	opts := s.build.compiler(a.dir)
	if effects {
		opts.Flags = audit.EffectFlags
	}
	out, err := audit.CompileWith(context.Background(), a.dir, src, opts, patterns...)
	if err != nil {
		return nil, err
	}
	an, err := a.analyze(patterns, s)
	if err != nil {
		return nil, err
	}
	result := audit.Compare(out, an.auditSites(), src)
	result.Tags = audit.CompareTags(out.Params, an.paramLines(effects))
	return result, an.close()
}

// auditSites returns the sites the compiler reports when it compiles the root packages: those of their own functions
// and those of the instances of generic functions that they need, wherever these are written. Instances that the functions
// do not refer to are marked.
func (an *analysis) auditSites() []audit.Site {
	needed := neededInstances(an.unit)
	list := an.answers(func(site *frontend.SiteRef, fn *frontend.FuncRef) bool {
		if !site.Listed {
			return false
		}
		return site.Root || isInstance(fn)
	})
	sites := make([]audit.Site, 0, len(list))
	for _, a := range list {
		text := a.site.Text
		if text == "" {
			text = a.site.Kind.String()
		}
		kind := a.site.Kind.String()
		if isVariable(a.site.Kind) {
			kind = outlive.SiteVar.String()
		}
		sites = append(sites, audit.Site{
			Position: audit.Position{File: a.site.File, Line: a.site.Line, Col: a.site.Column},
			Kind:     kind,
			Class:    auditClass(a.site.Class),
			Heap:     a.verdict.OnHeap(),
			Text:     text,
			Reason:   a.verdict.Reason.String(),
			Instance: isInstance(a.fn) && !needed[a.fn.SSA],
		})
	}
	return sites
}

func auditClass(c frontend.Class) audit.Class {
	switch c {
	case frontend.ClassMovedToHeap:
		return audit.ClassMoved
	case frontend.ClassAppend:
		return audit.ClassAppend
	case frontend.ClassVariadic:
		return audit.ClassVariadic
	case frontend.ClassFuncLiteral:
		return audit.ClassFuncLit
	}
	return audit.ClassExpr
}
