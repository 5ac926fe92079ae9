package main

import (
	"fmt"
	"strings"

	"golang.org/x/tools/go/packages"
	"outlive.dev/outlive"
	"outlive.dev/tools/audit"
	"outlive.dev/tools/frontend/gcform"
	"outlive.dev/tools/report"
)

// flow is a step of a path in the compiler's words.
type flow struct {
	text string // "flow: d ← &s:"
	from string // "from e (why)"; empty if nothing is written where the step is
	at   report.Position
}

// whyWords are the compiler's words for moves.
var whyWords = map[outlive.Why]string{
	outlive.WhyAddressOf: "address-of", outlive.WhyIndirection: "indirection", outlive.WhyElement: "struct literal element",
	outlive.WhySlice: "slice", outlive.WhyBoxed: "interface-converted", outlive.WhyAsserted: "dot",
	outlive.WhyCapturedValue: "captured by a closure", outlive.WhyCapturedReference: "reference", outlive.WhyAppendee: "appendee slice",
	outlive.WhyAppended: "call parameter", outlive.WhyCopied: "copied slice", outlive.WhyMapKey: "key of map put", outlive.WhySent: "send",
	outlive.WhyPanicked: "call parameter", outlive.WhyReturned: "return", outlive.WhyArgument: "call parameter",
	outlive.WhyArgumentIndirect: "call parameter", outlive.WhyArgumentMethod: "call parameter", outlive.WhyArgumentExternal: "call parameter",
	outlive.WhyCallee: "callee operand", outlive.WhyReflectHeader: "reflect.Header.Data", outlive.WhyRange: "range",
	outlive.WhyUintptr: "//go:uintptrescapes", outlive.WhyTooLarge: "too large for stack", outlive.WhyTooAligned: "too aligned for stack",
	outlive.WhyZeroSizeElement: "zero-sized element",
}

// flower writes paths in the compiler's words.
type flower struct {
	an      *analysis
	printer *gcform.Printer
	pkg     *packages.Package
	verdict map[outlive.Site]int
	texts   map[outlive.Site]string // of the sites in the package
}

func (an *analysis) flower(p *gcform.Printer) *flower {
	f := &flower{an: an, printer: p, verdict: map[outlive.Site]int{}}
	for i, v := range an.result.Verdicts() {
		f.verdict[v.Site] = i
	}
	return f
}

// enter makes the texts of a package known.
func (f *flower) enter(pkg *packages.Package, lines []gcform.Line) {
	f.pkg, f.texts = pkg, map[outlive.Site]string{}
	for _, l := range lines {
		if l.Site != outlive.NoSite {
			f.texts[l.Site] = l.About
		}
	}
}

// flows returns the path of a site on the heap.
func (f *flower) flows(site outlive.Site) ([]flow, error) {
	ex, err := f.an.result.Explain(f.verdict[site])
	if err != nil {
		return nil, err
	}
	var list []flow
	for _, s := range ex.Steps {
		derefs := s.Derefs
		ops := "&"
		if derefs >= 0 {
			ops = strings.Repeat("*", derefs)
		}
		at := f.an.result.Position(s.Pos)
		step := flow{
			text: fmt.Sprintf("flow: %s ← %s%s:", f.place(s.To), ops, f.place(s.From)),
			at:   report.Position{File: at.File, Line: int(at.Line), Column: int(at.Col)},
		}
		if where := f.printer.Where(f.pkg, at.File, int(at.Line), int(at.Col)); where.Text != "" {
			why := whyWords[s.Why]
			switch {
			case where.Why != "":
				why = where.Why
			case why == "" && derefs < 0:
				why = "spill"
			case why == "":
				why = "assign"
			}
			step.from = fmt.Sprintf("from %s (%s)", where.Text, why)
			step.at.Line, step.at.Column = where.Line, where.Col
		}
		list = append(list, step)
	}
	return list, nil
}

// place names a place as the compiler does.
func (f *flower) place(n outlive.Node) string {
	switch n.Kind {
	case outlive.NodeHeap:
		return "{heap}"
	case outlive.NodeSite:
		s := &f.an.unit.Sites[n.Site]
		text := f.texts[n.Site]
		if text == "" {
			text = s.Text
		}
		if isVariable(s.Kind) {
			return text
		}
		return "{storage for " + text + "}"
	case outlive.NodeParam:
		if fn := f.an.unit.Funcs[n.Func].SSA; fn != nil && n.Index < len(fn.Params) && fn.Params[n.Index].Name() != "" {
			return fn.Params[n.Index].Name()
		}
	case outlive.NodeResult:
		if fn := &f.an.unit.Funcs[n.Func]; fn.SSA != nil {
			return resultName(fn, n.Index)
		}
	}
	return "{temp}"
}

// explain returns the lines of -m=2 about a site on the heap: what escapes, and its path.
func (f *flower) explain(a *app, l gcform.Line) ([]string, error) {
	flows, err := f.flows(l.Site)
	if err != nil || len(flows) == 0 {
		return nil, err
	}
	prefix := ""
	if l.File != "" {
		prefix = place{a.goName(l.File), l.Line, l.Column}.String() + ": "
	}
	lines := []string{prefix + l.About + " escapes to heap in " + gcform.FuncName(f.an.unit.Funcs[l.Func].SSA) + ":"}
	for _, s := range flows {
		lines = append(lines, prefix+"  "+s.text)
		if s.from != "" {
			at := place{a.goName(s.at.File), s.at.Line, s.at.Column}
			lines = append(lines, prefix+"    "+s.from+" at "+at.String())
		}
	}
	return lines, nil
}

// logopt writes the log of -json=0 below dir: every allocation on the heap with its path, and the parameters that leak.
func (a *app) logopt(an *analysis, dir string) error {
	p := an.printer()
	f := an.flower(p)
	for _, pkg := range an.prog.Roots {
		lines := p.Package(pkg)
		f.enter(pkg, lines)
		records, err := f.records(lines)
		if err != nil {
			return err
		}
		if err := report.Logopt(dir, pkg.PkgPath, report.HostTarget(), records); err != nil {
			return err
		}
	}
	return nil
}

// records returns the records of the lines of a package.
func (f *flower) records(lines []gcform.Line) ([]report.LogRecord, error) {
	var list []report.LogRecord
	for _, l := range lines {
		at := report.Position{File: l.File, Line: l.Line, Column: l.Column}
		switch {
		case l.Site == outlive.NoSite:
			if to, derefs, ok := leak(l); ok {
				list = append(list, report.LogRecord{Position: at, Code: "leak", Message: fmt.Sprintf("parameter %s leaks to %s with derefs=%s", l.About, to, derefs)})
			}
		case strings.HasSuffix(l.Text, " does not escape"):
		default:
			flows, err := f.flows(l.Site)
			if err != nil {
				return nil, err
			}
			r := report.LogRecord{Position: at, Code: "escape", Message: l.About + " escapes to heap"}
			for _, s := range flows {
				r.Related = append(r.Related, report.LogStep{Position: s.at, Message: "escflow:    " + s.text})
				if s.from != "" {
					r.Related = append(r.Related, report.LogStep{Position: s.at, Message: "escflow:      " + s.from})
				}
			}
			list = append(list, r)
			if !isVariable(f.an.unit.Sites[l.Site].Kind) {
				list = append(list, report.LogRecord{Position: at, Code: "escape"})
			}
		}
	}
	return list, nil
}

// leak reads where a parameter leaks to from the line about it.
func leak(l gcform.Line) (to, derefs string, ok bool) {
	switch l.Text {
	case audit.ParamText(l.About, audit.FateLeaks):
		return "{heap}", "0", true
	case audit.ParamText(l.About, audit.FateContent):
		return "{heap}", "1", true
	}
	rest, ok := strings.CutPrefix(l.Text, "leaking param: "+l.About+" to result ")
	if !ok {
		return "", "", false
	}
	return strings.Cut(rest, " level=")
}
