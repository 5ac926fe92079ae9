package report

import (
	"fmt"
	"io"
	"strings"
)

// Suggestion is what to change so that an allocation is no longer on the heap, as analysing again has shown. The tags are the
// JSON schema.
type Suggestion struct {
	Changes   []Change   `json:"changes"`           // one, or several of which none can be left out
	Placement string     `json:"placement"`         // afterwards
	Bound     uint32     `json:"bound,omitempty"`   // bytes the stack has room for, if bounded
	Frees     int        `json:"frees"`             // other allocations that would no longer be on the heap
	Freed     []Position `json:"freed,omitempty"`   // where those are that have a place in the source
	Partial   bool       `json:"partial,omitempty"` // there may be more of them
}

// Change is a change at one place.
type Change struct {
	Position
	Edit     string `json:"edit"`      // a short name, which never changes its meaning
	EditText string `json:"edit_text"` // in words
	Function string `json:"function"`  // in which it is made
	Text     string `json:"text"`      // the flow that is changed, in words
}

// writeSuggestions writes a line for each suggestion, and one below for each change.
func writeSuggestions(w io.Writer, list []Suggestion, dir string) {
	for i := range list {
		s := &list[i]
		var edits []string
		for _, c := range s.Changes {
			edits = append(edits, c.EditText)
		}
		fmt.Fprintf(w, "\tsuggestion: %s: %s\n", strings.Join(edits, "; and "), s.outcome())
		for _, c := range s.Changes {
			io.WriteString(w, "\t") // below the line
			writePath(w, []Step{{Position: c.Position, Text: c.Text}}, dir)
		}
	}
}

// outcome returns what the suggestion comes to in words.
func (s *Suggestion) outcome() string {
	text := "then " + s.Placement
	if s.Placement == "bounded" {
		text = fmt.Sprintf("then stack up to %d bytes", s.Bound)
	}
	least := ""
	if s.Partial {
		least = "at least "
	}
	switch {
	case s.Frees == 1:
		text += ", and so would " + least + "1 other allocation"
	case s.Frees > 1:
		text += fmt.Sprintf(", and so would %s%d other allocations", least, s.Frees)
	}
	return text
}
