package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

// violations are one of each problem.
func violations() []Violation {
	v := verdicts()
	return []Violation{
		{Position{"/src/a/a.go", 9, 20}, 9, "stack", MayReachHeap, &v[0]},
		{Position{"/src/a/b c.go", 3, 1}, 4, "stack", NothingAllocated, nil},
		{Position{"/src/b/b.go", 3, 1}, 4, "stak", UnknownDirective, nil},
		{Position{"/src/b/b.go", 20, 1}, 20, "stack", MayReachHeap, &v[2]},
	}
}

func TestViolations(t *testing.T) {
	var b bytes.Buffer
	if err := Violations(&b, violations(), Options{Dir: "/src/a"}); err != nil {
		t.Fatal(err)
	}
	golden(t, "violations.txt", b.Bytes())
}

func TestSARIF(t *testing.T) {
	// Line 10 of a.go begins with letters of two bytes.
	read := func(file string) ([]byte, error) {
		if strings.HasSuffix(file, "a.go") {
			return []byte(strings.Repeat("\n", 9) + "ééé  &p\n"), nil
		}
		return nil, errors.New("no source")
	}
	check := readSchema(t, "testdata/sarif/sarif-schema-2.1.0.json")
	for name, c := range map[string]struct {
		list []Verdict
		bad  []Violation
		dir  string
	}{
		"log.sarif":   {verdicts(), violations(), "/src/a"},
		"nodir.sarif": {verdicts()[:1], nil, ""},
		"empty.sarif": {nil, nil, "/src/a b"},
	} {
		var b bytes.Buffer
		if err := SARIF(&b, c.list, c.bad, SARIFOptions{Dir: c.dir, Version: "1.2.3", Read: read}); err != nil {
			t.Fatal(err)
		}
		for _, wrong := range check.validate(t, b.Bytes()) {
			t.Errorf("%s: %s", name, wrong)
		}
		golden(t, "sarif/"+name, b.Bytes())
		if name == "log.sarif" && !strings.Contains(b.String(), `"startColumn": 6`) {
			t.Error("columns are not counted in code points")
		}
	}
}

// TestSchemaRefuses: the validation finds mistakes of every sort.
func TestSchemaRefuses(t *testing.T) {
	check := readSchema(t, "testdata/sarif/sarif-schema-2.1.0.json")
	var b bytes.Buffer
	if err := SARIF(&b, verdicts(), violations(), SARIFOptions{Dir: "/src/a"}); err != nil {
		t.Fatal(err)
	}
	for _, c := range [][2]string{
		{`"2.1.0"`, `"2.1"`},
		{`"level": "note"`, `"level": "remark"`},
		{`"ruleIndex": 0`, `"ruleIndex": -2`},
		{`"ruleIndex": 0`, `"ruleIndex": 0.5`},
		{`"startLine": 9`, `"startLine": 0`},
		{`"startLine": 9`, `"startLine": "9"`},
		{`"runs"`, `"run"`},
		{`"name": "outlive",`, ``},
		{`"threadFlows"`, `"threads"`},
		{`"uri": "a.go"`, `"uri": "a b.go"`},
		{`"text": "an`, `"words": "an`},
	} {
		text := strings.Replace(b.String(), c[0], c[1], 1)
		if !json.Valid([]byte(text)) {
			t.Fatalf("not JSON after %q", c)
		}
		if text != b.String() && len(check.validate(t, []byte(text))) > 0 {
			continue
		}
		t.Errorf("%q instead of %q is not refused", c[1], c[0])
	}
}
