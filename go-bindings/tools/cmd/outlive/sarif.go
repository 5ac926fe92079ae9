package main

import (
	"os"

	"outlive.dev/outlive"
	"outlive.dev/tools/frontend"
	"outlive.dev/tools/report"
)

// sarif writes the allocations on the heap and the assertions that do not hold, with their paths.
func (a *app) sarif(an *analysis, s *settings, violations []report.Violation) error {
	var heap []answer
	for _, one := range an.listed() {
		if one.verdict.OnHeap() {
			heap = append(heap, one)
		}
	}
	records, err := an.records(heap, &settings{why: true})
	if err != nil {
		return err
	}
	replace, err := frontend.Replacements(a.dir, s.build.overlay)
	if err != nil {
		return err
	}
	err = report.SARIF(a.stdout, records, violations, report.SARIFOptions{
		Dir:     a.dir,
		Version: outlive.Version(),
		Read: func(file string) ([]byte, error) {
			if by := replace[file]; by != "" {
				file = by
			}
			return os.ReadFile(file)
		},
	})
	if err != nil || len(violations) == 0 {
		return err
	}
	return violationsError{len(violations)}
}
