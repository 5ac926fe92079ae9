package report

import (
	"os"
	"path/filepath"
	"testing"
)

// TestLogopt holds the bytes of a log against those the compiler writes for such a program.
func TestLogopt(t *testing.T) {
	dir := t.TempDir()
	at := func(file string, line, col int) Position { return Position{File: file, Line: line, Column: col} }
	records := []LogRecord{
		{Position: at("/src/m.go", 14, 7), Code: "escape", Message: "&T{...} escapes to heap", Related: []LogStep{
			{Position: at("/src/m.go", 14, 7), Message: "escflow:    flow: t ← &{storage for &T{...}}:"},
		}},
		{Position: at("/src/m.go", 14, 7), Code: "escape"},
		{Position: at("/src/a b.go", 3, 1), Code: "escape", Message: "x escapes to heap"},
		{Position: at("/src/m.go", 12, 8), Code: "leak", Message: "parameter a leaks to ~r1 with derefs=1"},
	}
	if err := Logopt(dir, "example.org/m", LogTarget{"linux", "amd64", "go1.26"}, records); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"m.json": `{"version":0,"package":"example.org/m","goos":"linux","goarch":"amd64","gc_version":"go1.26","file":"/src/m.go"}
{"range":{"start":{"line":12,"character":8},"end":{"line":12,"character":8}},"severity":3,"code":"leak","source":"go compiler","message":"parameter a leaks to ~r1 with derefs=1"}
{"range":{"start":{"line":14,"character":7},"end":{"line":14,"character":7}},"severity":3,"code":"escape","source":"go compiler","message":"\u0026T{...} escapes to heap","relatedInformation":[{"location":{"uri":"file:///src/m.go","range":{"start":{"line":14,"character":7},"end":{"line":14,"character":7}}},"message":"escflow:    flow: t ← \u0026{storage for \u0026T{...}}:"}]}
{"range":{"start":{"line":14,"character":7},"end":{"line":14,"character":7}},"severity":3,"code":"escape","source":"go compiler","message":""}
`,
		"a%20b.json": `{"version":0,"package":"example.org/m","goos":"linux","goarch":"amd64","gc_version":"go1.26","file":"/src/a b.go"}
{"range":{"start":{"line":3,"character":1},"end":{"line":3,"character":1}},"severity":3,"code":"escape","source":"go compiler","message":"x escapes to heap"}
`,
	} {
		got, err := os.ReadFile(filepath.Join(dir, "example.org%2Fm", name))
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
		}
	}
}
