package main

import (
	"slices"
	"strings"
	"testing"

	"outlive.dev/tools/audit"
)

// A seed is a wrong rule: it changes what we say as an analysis that has got the rule wrong would.
type seed struct {
	name  string
	sites func([]audit.Site) []audit.Site
	tags  func([]audit.ParamLine) []audit.ParamLine
}

// each makes a seed that changes some sites.
func each(name string, change func(*audit.Site)) seed {
	return seed{name: name, sites: func(list []audit.Site) []audit.Site {
		for i := range list {
			change(&list[i])
		}
		return list
	}}
}

// without makes a seed that forgets some sites.
func without(name string, forget func(*audit.Site) bool) seed {
	return seed{name: name, sites: func(list []audit.Site) []audit.Site {
		return slices.DeleteFunc(list, func(s audit.Site) bool { return forget(&s) })
	}}
}

// fate makes a seed that says something else of some parameters.
func fate(name string, change func(string) string) seed {
	return seed{name: name, tags: func(list []audit.ParamLine) []audit.ParamLine {
		var out []audit.ParamLine
		for _, p := range list {
			if p.Fate = change(p.Fate); p.Fate != "" {
				out = append(out, p)
			}
		}
		return out
	}}
}

var seeds = []seed{
	each("closures never escape", func(s *audit.Site) { s.Heap = s.Heap && s.Kind != "closure" }),
	each("appended arrays never escape", func(s *audit.Site) { s.Heap = s.Heap && s.Kind != "append" }),
	each("slices of unknown size stay", func(s *audit.Site) { s.Heap = s.Heap && s.Kind != "make_slice" }),
	each("constants need no box", func(s *audit.Site) { s.Heap = s.Heap && !strings.HasPrefix(s.Text, `"`) }),
	each("string conversions always allocate", func(s *audit.Site) { s.Heap = s.Heap || s.Kind == "string_conversion" }),
	each("packs of arguments always escape", func(s *audit.Site) { s.Heap = s.Heap || s.Kind == "variadic" }),
	each("captured variables stay", func(s *audit.Site) { s.Heap = s.Heap && s.Kind != "var" }),
	each("literals are where they begin", func(s *audit.Site) {
		if s.Kind == "slice_literal" {
			s.Col--
		}
	}),
	each("selectors are where the selected name is", func(s *audit.Site) {
		if s.Kind == "box" && strings.Contains(s.Text, ".") {
			s.Col++
		}
	}),
	each("calls are where the function is named", func(s *audit.Site) {
		if s.Kind == "append" {
			s.Col -= len("append")
		}
	}),
	without("method values are no sites", func(s *audit.Site) bool { return s.Kind == "method_value" }),
	without("packs of arguments are no sites", func(s *audit.Site) bool { return s.Kind == "variadic" }),
	without("boxes of variables are no sites", func(s *audit.Site) bool { return s.Kind == "box" && !strings.ContainsAny(s.Text, `."( `) }),
	{name: "every part of a concatenation is a site", sites: func(list []audit.Site) []audit.Site {
		for _, s := range slices.Clone(list) {
			if s.Kind == "concat" {
				s.Col++
				list = append(list, s)
			}
		}
		return list
	}},
	{name: "one wrong stack", sites: func(list []audit.Site) []audit.Site {
		i := slices.IndexFunc(list, func(s audit.Site) bool { return s.Heap && s.Kind == "literal" })
		list[i].Heap = false
		return list
	}},
	fate("content counts as the value", func(f string) string {
		if f == audit.FateContent {
			return audit.FateLeaks
		}
		return f
	}),
	fate("results are not followed", func(f string) string {
		if strings.HasPrefix(f, "leaking to result") {
			return audit.FateLeaks
		}
		return f
	}),
	fate("a dereference more to every result", func(f string) string {
		return strings.Replace(f, "level=0", "level=1", 1)
	}),
	fate("parameters that stay are not mentioned", func(f string) string {
		if f == audit.FateStays {
			return ""
		}
		return f
	}),
}

// TestSeeds holds wrong answers against the compiler: an audit that lets one of them pass would let anything pass.
func TestSeeds(t *testing.T) {
	const packages = "bytes strings bufio sort encoding/json net/url go/scanner text/tabwriter path/filepath net/textproto"
	a := &app{dir: t.TempDir()}
	src := audit.NewSource()
	patterns := strings.Fields(packages)
	out, err := audit.Compile(t.Context(), a.dir, src, patterns...)
	if err != nil {
		t.Fatal(err)
	}
	an, err := a.analyze(patterns, &settings{model: "gc", profile: "go1.26"})
	if err != nil {
		t.Fatal(err)
	}
	defer an.close()
	check := func(s seed) []string {
		sites, tags := an.auditSites(), an.paramLines(false)
		if s.sites != nil {
			sites = s.sites(sites)
		}
		if s.tags != nil {
			tags = s.tags(tags)
		}
		r := audit.Compare(&audit.Output{Lines: slices.Clone(out.Lines), Params: out.Params}, sites, src)
		r.Tags = audit.CompareTags(out.Params, tags)
		return r.Shortfalls()
	}
	if list := check(seed{}); len(list) > 0 {
		t.Fatalf("without a seed: %q", list)
	}
	for _, s := range seeds {
		t.Run(strings.ReplaceAll(s.name, " ", "-"), func(t *testing.T) {
			if len(check(s)) == 0 {
				t.Error("the audit does not notice")
			}
		})
	}
}
