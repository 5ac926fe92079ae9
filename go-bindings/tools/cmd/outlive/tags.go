package main

import (
	"fmt"

	"outlive.dev/outlive"
	"outlive.dev/tools/audit"
	"outlive.dev/tools/frontend"
)

// paramLines returns what the compiler says about the parameters of the functions of root packages; with
// effects also what -d=escapemutationscalls=1 adds. Instances of generic functions and wrappers are passed over.
func (an *analysis) paramLines(effects bool) []audit.ParamLine {
	var list []audit.ParamLine
	for _, p := range an.params(effects) {
		at := audit.Position{File: p.ref.File, Line: p.ref.Line, Col: p.ref.Column}
		for _, fate := range p.fates {
			list = append(list, audit.ParamLine{Position: at, Package: p.fn.Package, Name: p.ref.Name, Fate: fate})
		}
	}
	return list
}

// paramFates is a parameter with all that is to be said of it.
type paramFates struct {
	fn    *frontend.FuncRef
	ref   *frontend.ParamRef
	index int      // of the parameter
	fates []string // in the compiler's order
}

// params returns the parameters of which there is something to say, by function.
func (an *analysis) params(effects bool) []paramFates {
	type slot struct {
		fn    outlive.Func
		index uint32
	}
	type place struct {
		fn        outlive.Func
		line, col int
	}
	summaries := map[slot]outlive.Summary{}
	for _, s := range an.result.Summaries() {
		summaries[slot{s.Func, s.Param}] = s
	}
	moved := map[slot]bool{}
	variables := map[place]bool{} // moved, that are not parameters to go/ssa
	for _, v := range an.result.Verdicts() {
		if !v.OnHeap() {
			continue
		}
		site := &an.unit.Sites[v.Site]
		switch v.Kind {
		case outlive.SiteParam:
			moved[slot{v.Func, site.Index}] = true
		case outlive.SiteVar:
			if an.unit.Funcs[v.Func].RangeBody() {
				variables[place{v.Func, site.Line, site.Column}] = true
			}
		}
	}
	var list []paramFates
	for i := range an.unit.Funcs {
		fn := &an.unit.Funcs[i]
		params := fn.Params()
		for j := range params {
			at := slot{fn.Func, uint32(j)}
			gone := moved[at] || variables[place{fn.Func, params[j].Line, params[j].Column}]
			if fates := fatesOf(fn, &params[j], summaries[at], gone, effects); len(fates) > 0 {
				list = append(list, paramFates{fn, &params[j], j, fates})
			}
		}
	}
	return list
}

// fatesOf returns what is to be said of one parameter.
func fatesOf(fn *frontend.FuncRef, p *frontend.ParamRef, s outlive.Summary, moved, effects bool) []string {
	switch p.Class {
	case frontend.ParamNoEscape:
		return []string{audit.FateStays}
	case frontend.ParamLeaks:
		return []string{audit.FateLeaks}
	case frontend.ParamUnsafeUintptr:
		return []string{audit.FateUintptr}
	case frontend.ParamEscapingUintptr:
		return []string{audit.FateEscaping}
	case frontend.ParamEscapingPack:
		return []string{audit.FatePack}
	case frontend.ParamSilent:
		return nil
	}
	if moved {
		return nil
	}
	// A path that is not shorter than that to the heap says nothing new.
	short := func(n uint8) bool { return n > 0 && (s.Heap == 0 || n < s.Heap) }
	var fates []string
	switch {
	case s.Heap == 1:
		fates = append(fates, audit.FateLeaks)
	case s.Heap > 1:
		fates = append(fates, audit.FateContent)
	}
	for i, n := range s.Result {
		if short(n) {
			fates = append(fates, audit.FateResult(resultName(fn, i), int(n)-1))
		}
	}
	if !effects {
		if len(fates) == 0 {
			fates = append(fates, audit.FateStays)
		}
		return fates
	}
	if short(s.Mutated) {
		fates = append(fates, audit.FateMutates(int(s.Mutated)-1))
	}
	if short(s.Called) {
		fates = append(fates, audit.FateCalls(int(s.Called)-1))
	}
	if len(fates) == 0 {
		fates = append(fates, audit.FateInert)
	}
	return fates
}

// resultName returns the compiler's name of a result: its own, or one made from its number.
func resultName(fn *frontend.FuncRef, i int) string {
	if r := fn.SSA.Signature.Results(); i < r.Len() {
		if name := r.At(i).Name(); name != "" && name != "_" {
			return name
		}
		if fn.ReturnsFromRange() {
			return fmt.Sprintf("#rv%d", i+1)
		}
	}
	return fmt.Sprintf("~r%d", i)
}
