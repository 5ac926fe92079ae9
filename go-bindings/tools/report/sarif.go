package report

import (
	"bytes"
	"encoding/json"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"unicode/utf8"
)

// SARIFOptions say how SARIF writes.
type SARIFOptions struct {
	Dir     string                       // files below it are named relative to it
	Version string                       // of the program
	Read    func(string) ([]byte, error) // reads a source file; nil is os.ReadFile
}

// The rules of violations; those of verdicts are the names of reasons.
var violationRules = [...]sarifRule{
	MayReachHeap:     {ID: "stack_assertion", Short: sarifText{"an allocation asserted to stay off the heap may reach it"}},
	NothingAllocated: {ID: "empty_assertion", Short: sarifText{"an assertion about a line on which nothing is allocated"}},
	UnknownDirective: {ID: "unknown_directive", Short: sarifText{"a directive that is not known"}},
}

const (
	sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	sarifRoot   = "SRCROOT"
)

// The part of the format that is written, see the standard for the meaning of the names.
type (
	sarifText struct {
		Text string `json:"text"`
	}
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool    sarifTool                `json:"tool"`
		Bases   map[string]sarifArtifact `json:"originalUriBaseIds,omitempty"`
		Columns string                   `json:"columnKind"`
		Results []sarifResult            `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version,omitempty"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID    string    `json:"id"`
		Short sarifText `json:"shortDescription"`
	}
	sarifResult struct {
		Rule      string          `json:"ruleId"`
		RuleIndex int             `json:"ruleIndex"`
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations"`
		Flows     []sarifFlow     `json:"codeFlows,omitempty"`
		Extra     *sarifExtra     `json:"properties,omitempty"`
	}
	sarifExtra struct {
		Kind      string `json:"kind"`
		Placement string `json:"placement"`
		Extent    string `json:"extent"`
		Allocates string `json:"allocates"`
	}
	sarifFlow struct {
		Threads []sarifThread `json:"threadFlows"`
	}
	sarifThread struct {
		Steps []sarifStep `json:"locations"`
	}
	sarifStep struct {
		Location sarifLocation `json:"location"`
	}
	sarifLocation struct {
		Physical *sarifPhysical `json:"physicalLocation,omitempty"`
		Logical  []sarifLogical `json:"logicalLocations,omitempty"`
		Message  *sarifText     `json:"message,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI  string `json:"uri"`
		Base string `json:"uriBaseId,omitempty"`
	}
	sarifRegion struct {
		Line   int `json:"startLine"`
		Column int `json:"startColumn,omitempty"`
	}
	sarifLogical struct {
		Name string `json:"fullyQualifiedName"`
		Kind string `json:"kind"`
	}
)

// SARIF writes a log in the Static Analysis Results Interchange Format, version 2.1.0: a note for each allocation on the heap, whose rule is
// the reason, and an error for each violation; the path of either is a code flow.
func SARIF(w io.Writer, list []Verdict, violations []Violation, opts SARIFOptions) error {
	s := &sarifWriter{opts: opts, rules: map[string]int{}, lines: map[string][][]byte{}}
	s.run.Tool.Driver = sarifDriver{Name: "outlive", Version: opts.Version, Rules: []sarifRule{}}
	s.run.Columns = "unicodeCodePoints"
	s.run.Results = []sarifResult{}
	if opts.Dir != "" {
		s.run.Bases = map[string]sarifArtifact{sarifRoot: {URI: fileURI(opts.Dir) + "/"}}
	}
	for i := range violations {
		v := &violations[i]
		s.add(violationRules[v.Problem], "error", v.Sentence(), v.At(), v.Verdict)
	}
	for i := range list {
		if v := &list[i]; v.Verdict == Heap {
			s.add(sarifRule{v.Reason, sarifText{v.ReasonText}}, "note", v.Sentence(), v.Position, v)
		}
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(sarifLog{Schema: sarifSchema, Version: "2.1.0", Runs: []sarifRun{s.run}})
}

type sarifWriter struct {
	opts  SARIFOptions
	run   sarifRun
	rules map[string]int
	lines map[string][][]byte // of files
}

func (s *sarifWriter) add(rule sarifRule, level, text string, at Position, v *Verdict) {
	index, ok := s.rules[rule.ID]
	if !ok {
		index = len(s.run.Tool.Driver.Rules)
		s.rules[rule.ID] = index
		s.run.Tool.Driver.Rules = append(s.run.Tool.Driver.Rules, rule)
	}
	r := sarifResult{Rule: rule.ID, RuleIndex: index, Level: level, Message: sarifText{text}}
	place := sarifLocation{Physical: s.physical(at)}
	if v != nil {
		place.Logical = []sarifLogical{{v.Function, "function"}}
		r.Extra = &sarifExtra{v.Kind, v.Placement, v.Extent, v.Allocates}
		var steps []sarifStep
		for _, step := range v.Path {
			steps = append(steps, sarifStep{sarifLocation{Physical: s.physical(step.Position), Message: &sarifText{step.Text}}})
		}
		if len(steps) > 0 {
			r.Flows = []sarifFlow{{[]sarifThread{{steps}}}}
		}
	}
	r.Locations = []sarifLocation{place}
	s.run.Results = append(s.run.Results, r)
}

// physical returns a place in a file, nil if there is none.
func (s *sarifWriter) physical(p Position) *sarifPhysical {
	if p.File == "" {
		return nil
	}
	loc := &sarifPhysical{Artifact: sarifArtifact{URI: fileURI(p.File)}}
	if s.opts.Dir != "" {
		if rel, err := filepath.Rel(s.opts.Dir, p.File); err == nil && filepath.IsLocal(rel) {
			loc.Artifact = sarifArtifact{(&url.URL{Path: filepath.ToSlash(rel)}).String(), sarifRoot}
		}
	}
	if p.Line > 0 {
		loc.Region = &sarifRegion{p.Line, s.column(p)}
	}
	return loc
}

// column returns a column counted in code points, as the format wants it; without the source text, in bytes.
func (s *sarifWriter) column(p Position) int {
	lines, ok := s.lines[p.File]
	if !ok {
		read := s.opts.Read
		if read == nil {
			read = os.ReadFile
		}
		if text, err := read(p.File); err == nil {
			lines = bytes.Split(text, []byte("\n"))
		}
		s.lines[p.File] = lines
	}
	if p.Line > len(lines) || p.Column < 1 || p.Column-1 > len(lines[p.Line-1]) {
		return p.Column
	}
	return utf8.RuneCount(lines[p.Line-1][:p.Column-1]) + 1
}

func fileURI(file string) string {
	path := filepath.ToSlash(file)
	if len(path) > 0 && path[0] != '/' {
		path = "/" + path
	}
	return (&url.URL{Scheme: "file", Path: path}).String()
}
