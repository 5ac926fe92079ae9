package outlive

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unsafe"
)

// rows returns the rows that a macro of the library lists: one submatch slice for each match of pattern in file.
func rows(t *testing.T, file, pattern string) [][]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "src", filepath.FromSlash(file)))
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`(?m)^    `+pattern).FindAllStringSubmatch(string(text), -1)
	if len(found) == 0 {
		t.Fatalf("%s: no rows of the form %s", file, pattern)
	}
	return found
}

var auxByName = map[string]AuxKind{
	"None": AuxNone, "Unary": AuxCode, "Binary": AuxCode, "Compare": AuxCode, "Str": AuxStr, "Site": AuxSite,
	"Index": AuxIndex, "Bounds": AuxIndex, "Select": AuxIndex, "Count": AuxIndex, "Type": AuxType, "Global": AuxGlobal,
	"Func": AuxFunc, "Intrinsic": AuxIntrinsic, "Block": AuxBlock,
}

// arity reads n(1), to(1, 2) or from(1).
func arity(t *testing.T, s string) (lo, hi int) {
	t.Helper()
	var err error
	switch {
	case strings.HasPrefix(s, "n("):
		_, err = fmt.Sscanf(s, "n(%d)", &lo)
		hi = lo
	case strings.HasPrefix(s, "to("):
		_, err = fmt.Sscanf(s, "to(%d, %d)", &lo, &hi)
	default:
		_, err = fmt.Sscanf(s, "from(%d)", &lo)
		hi = many
	}
	if err != nil {
		t.Fatalf("arity %q: %v", s, err)
	}
	return lo, hi
}

// TestOpTable compares the table of operations with the library's, which is the source.
func TestOpTable(t *testing.T) {
	arityRE := `((?:n|to|from)\([0-9, ]+\))`
	seen := map[Op]bool{}
	for _, m := range rows(t, "ir/opcode.rs", `\w+ = (\d+), "(\w+)", `+arityRE+`, (\w+), (true|false), `+arityRE+`, (true|false), `) {
		number, _ := strconv.Atoi(m[1])
		op := Op(number)
		seen[op] = true
		got := opTable[op]
		want := OpInfo{Name: m[2], Aux: auxByName[m[4]], Makes: m[4] == "Site", Terminator: m[7] == "true", Imms: got.Imms}
		want.MinArgs, want.MaxArgs = arity(t, m[3])
		want.MinRes, want.MaxRes = arity(t, m[6])
		if got != want {
			t.Errorf("operation %d: %+v, the library has %+v", op, got, want)
		}
		if hasImms := m[5] == "true"; hasImms != (got.Imms != 0) {
			t.Errorf("operation %s: %d immediates, the library says %v", op, got.Imms, hasImms)
		}
		if _, ok := auxByName[m[4]]; !ok {
			t.Errorf("operation %s: unknown kind of auxiliary word %s", op, m[4])
		}
	}
	for op := range opTable {
		if _, ok := Op(op).Info(); ok && !seen[Op(op)] {
			t.Errorf("operation %s is not one of the library's", Op(op))
		}
	}
}

func TestReasons(t *testing.T) {
	found := rows(t, "fact/reason.rs", `\w+ = (\d+), "(\w+)", "(.*)";`)
	for _, m := range found {
		n, _ := strconv.Atoi(m[1])
		if r := Reason(n); r.Name() != m[2] || r.String() != m[3] {
			t.Errorf("reason %d is %s, %q, the library says %s, %q", n, r.Name(), r, m[2], m[3])
		}
	}
	if len(found) != len(reasonText) {
		t.Errorf("%d reasons, the library has %d", len(reasonText), len(found))
	}
	if got := Reason(999).String(); got != "reason 999" {
		t.Errorf("unknown reason is %q", got)
	}
}

func TestSiteKinds(t *testing.T) {
	found := rows(t, "ir/site.rs", `\w+ = (\d+), "(\w+)", "`)
	for _, m := range found {
		n, _ := strconv.Atoi(m[1])
		if got := SiteKind(n).String(); got != m[2] {
			t.Errorf("site kind %d is %q, the library says %q", n, got, m[2])
		}
	}
	if len(found) != len(siteKindNames)-1 {
		t.Errorf("%d site kinds, the library has %d", len(siteKindNames)-1, len(found))
	}
}

func TestTypeKinds(t *testing.T) {
	for _, m := range rows(t, "ir/types.rs", `\w+ = (\d+), "[^"]*";`) {
		n, _ := strconv.Atoi(m[1])
		if _, ok := kindNames[TypeKind(n)]; !ok {
			t.Errorf("type kind %d of the library has no name here", n)
		}
	}
}

func TestIntrinsics(t *testing.T) {
	found := rows(t, "ir/intrinsic.rs", `[A-Z_]+ = (\d+), "\w+", `)
	if last, _ := strconv.Atoi(found[len(found)-1][1]); IntrinsicID(last) != maxIntrinsic {
		t.Errorf("the last intrinsic is %d, the library's is %d", maxIntrinsic, last)
	}
}

// The rows that cross the border are read in place, so their layout is part of the format.
func TestLayout(t *testing.T) {
	var v Verdict
	var s Summary
	for _, c := range []struct {
		what      string
		got, want uintptr
	}{
		{"Verdict", unsafe.Sizeof(v), verdictBytes},
		{"Verdict.Kind", unsafe.Offsetof(v.Kind), 16},
		{"Verdict.Reason", unsafe.Offsetof(v.Reason), 20},
		{"Verdict.Detail", unsafe.Offsetof(v.Detail), 24},
		{"Summary", unsafe.Sizeof(s), summaryBytes},
		{"Summary.Heap", unsafe.Offsetof(s.Heap), 8},
		{"Summary.Result", unsafe.Offsetof(s.Result), 11},
		{"Summary.Pos", unsafe.Offsetof(s.Pos), 16},
	} {
		if c.got != c.want {
			t.Errorf("%s: %d, want %d", c.what, c.got, c.want)
		}
	}
}
