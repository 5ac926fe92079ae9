package audit

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// The fates of parameters, as the words of the compiler. A parameter may have several: it may leak its content and
// flow to results as well.
const (
	FateStays    = "does not escape"
	FateLeaks    = "leaking"
	FateContent  = "leaking content"
	FateUintptr  = "unsafe uintptr"
	FateEscaping = "escaping uintptr"
	FatePack     = "escaping ...uintptr"
	FateInert    = "does not escape, mutate, or call"
)

// FateResult is the fate of a parameter that a result holds after some dereferences.
func FateResult(result string, derefs int) string {
	return fmt.Sprintf("leaking to result %s level=%d", result, derefs)
}

// FateMutates is the fate of a parameter that is written through after some dereferences.
func FateMutates(derefs int) string { return fmt.Sprintf("mutates derefs=%d", derefs) }

// FateCalls is the fate of a parameter that is called after some dereferences.
func FateCalls(derefs int) string { return fmt.Sprintf("calls derefs=%d", derefs) }

// ParamText returns the compiler's line about a parameter.
func ParamText(name, fate string) string {
	if result, ok := strings.CutPrefix(fate, "leaking to result "); ok {
		return "leaking param: " + name + " to result " + result
	}
	if derefs, ok := strings.CutPrefix(fate, "mutates "); ok {
		return "mutates param: " + name + " " + derefs
	}
	if derefs, ok := strings.CutPrefix(fate, "calls "); ok {
		return "calls param: " + name + " " + derefs
	}
	switch fate {
	case FateLeaks:
		return "leaking param: " + name
	case FateContent:
		return "leaking param content: " + name
	case FateUintptr:
		return "assuming " + name + " is unsafe uintptr"
	case FateEscaping, FatePack:
		return "marking " + name + " as " + fate
	}
	return name + " " + fate
}

// TagPair is a parameter on which the two sides differ.
type TagPair struct {
	Position
	Name           string
	Ours, Compiler []string // fates, sorted; empty if that side says nothing
}

// Tags is a finished comparison of the fates of parameters.
type Tags struct {
	Params int // those of which either side says anything
	Equal  int // those of which both say the same
	Wrong  []TagPair
}

// EqualPercent is the share of parameters with equal fates.
func (t *Tags) EqualPercent() float64 { return percent(t.Equal, t.Params, 100) }

// CompareTags compares the fates of parameters as sets, parameter by parameter. Where the compiler prints no column,
// those of one name on a line are one parameter.
func CompareTags(compiler, ours []ParamLine) *Tags {
	type param struct {
		Position
		name string
	}
	sets := map[param]*[2]map[string]bool{}
	enter := func(side int, list []ParamLine) {
		for _, l := range list {
			k := param{l.Position, l.Name}
			k.Col = clampColumn(k.Col)
			s := sets[k]
			if s == nil {
				s = &[2]map[string]bool{{}, {}}
				sets[k] = s
			}
			s[side][l.Fate] = true
		}
	}
	enter(0, ours)
	enter(1, compiler)
	t := &Tags{Params: len(sets)}
	for k, s := range sets {
		if maps.Equal(s[0], s[1]) {
			t.Equal++
			continue
		}
		t.Wrong = append(t.Wrong, TagPair{k.Position, k.name, slices.Sorted(maps.Keys(s[0])), slices.Sorted(maps.Keys(s[1]))})
	}
	slices.SortFunc(t.Wrong, func(a, b TagPair) int {
		return cmp.Or(a.Position.compare(b.Position), cmp.Compare(a.Name, b.Name))
	})
	return t
}

// describe returns one difference as a line of text.
func (p *TagPair) describe(dir string) string {
	pos := p.Position
	pos.File = Short(dir, pos.File)
	words := func(fates []string) string {
		if len(fates) == 0 {
			return "nothing"
		}
		return strings.Join(fates, " and ")
	}
	return fmt.Sprintf("%v: param %s: ours %s, compiler %s", pos, p.Name, words(p.Ours), words(p.Compiler))
}
