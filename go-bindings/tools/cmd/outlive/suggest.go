package main

import (
	"outlive.dev/outlive"
	"outlive.dev/tools/report"
)

// suggestions returns what to change so that a site is no longer on the heap.
func (an *analysis) suggestions(site outlive.Site) ([]report.Suggestion, error) {
	found, err := an.result.Suggest(site)
	if err != nil {
		return nil, err
	}
	var list []report.Suggestion
	for _, f := range found {
		s := report.Suggestion{Placement: f.Verdict.Placement.String(), Bound: f.Verdict.Bound, Partial: f.Partial}
		for _, c := range f.Changes {
			s.Changes = append(s.Changes, report.Change{
				Position: an.position(c.Step.Pos),
				Edit:     c.Edit.Name(),
				EditText: c.Edit.String(),
				Function: an.unit.Funcs[c.Func].Name,
				Text:     an.step(c.Step),
			})
		}
		s.Freed = an.places(f.Frees)
		s.Frees = len(s.Freed)
		list = append(list, s)
	}
	return list, nil
}

// places returns where sites are in the source, each place once; those that have none, or that nobody lists, are left out.
func (an *analysis) places(sites []outlive.Site) []report.Position {
	var list []report.Position
	seen := map[report.Position]bool{}
	for _, id := range sites {
		if uint64(id) >= uint64(len(an.unit.Sites)) {
			continue
		}
		s := &an.unit.Sites[id]
		if p := (report.Position{File: s.File, Line: s.Line, Column: s.Column}); s.Line != 0 && !seen[p] {
			seen[p] = true
			list = append(list, p)
		}
	}
	return list
}
