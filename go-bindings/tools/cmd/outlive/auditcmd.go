package main

import (
	"context"
	"errors"
	"strings"

	"outlive.dev/outlive"
	"outlive.dev/tools/audit"
	"outlive.dev/tools/frontend"
)

// audit compares a model with the installed compiler: gc, whose task is to say the same, or precise, whose task is to know better.
func (a *app) audit(args []string) error {
	f := newFlags("outlive audit")
	s := settings{model: "gc", profile: "go1.26", format: "text"}
	f.BoolVar(&s.noInline, "l", false, "no inlining")
	f.StringVar(&s.model, "model", s.model, "gc or precise")
	f.BoolVar(&s.closed, "closed", false, "whole programs")
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
	if s.model != "gc" && s.model != modelPrecise {
		return usagef("audit: -model %s: must be gc or precise", s.model)
	}
	if s.model == modelPrecise && (s.format == "gc" || *effects) {
		return usagef("audit: -format gc and -effects compare what model gc predicts; model precise predicts nothing")
	}
	if err := s.checkClosed(); err != nil {
		return err
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
	if s.model == modelPrecise {
		proved, err := a.prove(patterns, &s)
		if err != nil {
			return err
		}
		return auditDone(proved.Print(a.stdout, *n, a.dir), *check, proved.Shortfalls())
	}
	result, err := a.compareWith(patterns, &s, *effects)
	if err != nil {
		return err
	}
	return auditDone(result.Print(a.stdout, *n, a.dir), *check, result.Shortfalls())
}

// auditDone returns how an audit ends that was printed with this error.
func auditDone(printed error, check bool, shortfalls []string) error {
	if printed == nil && check && len(shortfalls) > 0 {
		return errors.New("audit: " + strings.Join(shortfalls, "; "))
	}
	return printed
}

// compare holds the verdicts on packages against the compiler's.
func (a *app) compare(patterns []string, s *settings) (*audit.Result, error) {
	return a.compareWith(patterns, s, false)
}

// compareWith is compare; with effects it compares what is written and called through parameters as well.
func (a *app) compareWith(patterns []string, s *settings, effects bool) (*audit.Result, error) {
	out, src, err := a.compile(patterns, s, effects)
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

// prove holds what model precise proves of packages against what the compiler does.
func (a *app) prove(patterns []string, s *settings) (*audit.Proved, error) {
	out, src, err := a.compile(patterns, s, false)
	if err != nil {
		return nil, err
	}
	an, err := a.analyze(patterns, s)
	if err != nil {
		return nil, err
	}
	// Model gc tells which site a line of the compiler is about, and what it costs there.
	result, err := outlive.Analyze(an.unit.Image, outlive.Options{Model: "gc", Profile: s.profile})
	if err != nil {
		return nil, errors.Join(err, an.close())
	}
	proofs := make([]*audit.Proof, len(an.unit.Sites))
	for site := range proofs {
		proofs[site] = &audit.Proof{Placement: outlive.Heap, Reason: outlive.ReasonUnknownFlow.String()}
	}
	for _, v := range an.result.Verdicts() {
		if uint64(v.Site) < uint64(len(proofs)) {
			*proofs[v.Site] = audit.Proof{Placement: v.Placement, Cold: v.Flags&outlive.FlagCold != 0, Reason: v.Reason.String()}
		}
	}
	predicted := &analysis{prog: an.prog, unit: an.unit, result: result}
	proved := audit.Prove(out, predicted.auditSitesWith(proofs), src)
	return proved, errors.Join(predicted.close(), an.close())
}

// compile asks the compiler about packages.
func (a *app) compile(patterns []string, s *settings, effects bool) (*audit.Output, *audit.Source, error) {
	src, err := s.build.source(a.dir)
	if err != nil {
		return nil, nil, err
	}
	opts := s.build.compiler(a.dir)
	if effects {
		opts.Flags = audit.EffectFlags
	}
	out, err := audit.CompileWith(context.Background(), a.dir, src, opts, patterns...)
	return out, src, err
}

// auditSites returns the sites the compiler reports when it compiles the root packages: those of their own functions
// and those of the instances of generic functions that they need, wherever these are written. Instances that the functions
// do not refer to are marked.
func (an *analysis) auditSites() []audit.Site { return an.auditSitesWith(nil) }

// auditSitesWith is auditSites with the proofs of another analysis of the same module, by site.
func (an *analysis) auditSitesWith(proofs []*audit.Proof) []audit.Site {
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
		var proof *audit.Proof
		if proofs != nil {
			proof = proofs[a.verdict.Site]
		}
		sites = append(sites, audit.Site{
			Position: audit.Position{File: a.site.File, Line: a.site.Line, Col: a.site.Column},
			Kind:     kind,
			Class:    auditClass(a.site.Class),
			Heap:     a.verdict.OnHeap(),
			Text:     text,
			Reason:   a.verdict.Reason.String(),
			Instance: isInstance(a.fn) && !needed[a.fn.SSA],
			Proof:    proof,
			Free:     a.verdict.OnHeap() && a.verdict.Allocates == outlive.Never,
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
