package want

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func parse(t *testing.T, text string) ([]Want, error) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "x.go")
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return ParseFile(name)
}

func TestParse(t *testing.T) {
	list, err := parse(t, "package x\n\nvar a = 1 // want box gc:heap textbook:stack; var gc:stack\n// we want nothing\n")
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 2 || list[0].Kind != "box" || list[0].Line != 3 || !list[0].Heap["gc"] || list[0].Heap["textbook"] ||
		list[1].Kind != "var" || len(list[1].Heap) != 1 {
		t.Errorf("got %+v", list)
	}
}

func TestParseErrors(t *testing.T) {
	for text, want := range map[string]string{
		"box":                  "need a kind and verdicts",
		"boxes gc:heap":        `"boxes" is none of`,
		"box gc:heaps":         "not of the form",
		"box gc:heap gc:stack": "twice",
		"box gc:heap;":         "need a kind",
	} {
		_, err := parse(t, "package x\n// want "+text+"\n")
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "x.go:2: ") {
			t.Errorf("%s: got %v, want %q", text, err, want)
		}
	}
}
