package audit

import (
	"bytes"
	"strings"
)

// testOutput keeps of what the go command printed when it compiled packages with their tests the part that speaks of each
// once: a package that is compiled again with its tests is kept in that form only, its main package is dropped,
// and so are packages that are compiled again because they import it.
func testOutput(text []byte) []byte {
	again := map[string]bool{}
	for line := range bytes.Lines(text) {
		if path, tested, ok := heading(line); ok && path == tested {
			again[path] = true
		}
	}
	var out []byte
	keep := true
	for line := range bytes.Lines(text) {
		if path, tested, ok := heading(line); ok {
			switch {
			case tested != "":
				keep = path == tested || path == tested+"_test"
			default:
				keep = !again[path] && !strings.HasSuffix(path, ".test")
			}
		}
		if keep {
			out = append(out, line...)
		}
	}
	return out
}

// heading splits a line such as "# p_test [p.test]" into the package and the one whose tests it is compiled for, if any.
func heading(line []byte) (path, tested string, ok bool) {
	text, ok := strings.CutPrefix(strings.TrimRight(string(line), "\r\n"), "# ")
	if !ok {
		return "", "", false
	}
	path, rest, _ := strings.Cut(text, " ")
	tested, _ = strings.CutSuffix(strings.Trim(rest, "[]"), ".test")
	return path, tested, true
}
