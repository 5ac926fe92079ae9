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

// constants returns the numbered constants of the C header whose names begin with prefix: by number, name and words.
func constants(t *testing.T, prefix string) map[int][2]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "include", "outlive.h"))
	if err != nil {
		t.Fatal(err)
	}
	found := map[int][2]string{}
	for _, m := range regexp.MustCompile(`(?m)^#define OUTLIVE_`+prefix+`_(\w+) (\d+)(?: ///< (.*))?$`).FindAllStringSubmatch(string(text), -1) {
		n, _ := strconv.Atoi(m[2])
		found[n] = [2]string{strings.ToLower(m[1]), m[3]}
	}
	if len(found) == 0 {
		t.Fatalf("no constants OUTLIVE_%s_...", prefix)
	}
	return found
}

// TestWords compares the names and words of numbered things with those of the C header.
func TestWords(t *testing.T) {
	name := func(k [2]string) string { return k[0] }
	text := func(k [2]string) string { return k[1] }
	for _, c := range []struct {
		prefix string
		n      int // how many this package knows
		ours   func(int) string
		theirs func([2]string) string
	}{
		{"OP", 0, func(i int) string { return Op(i).String() }, name},
		{"REASON", len(reasonText), func(i int) string { return Reason(i).String() }, text},
		{"REASON", len(reasonText), func(i int) string { return Reason(i).Name() }, name},
		{"EDIT", len(editNames), func(i int) string { return Edit(i).String() }, text},
		{"WHY", len(whyWords), func(i int) string { return Why(i).String() }, text},
		{"SITE", len(siteKindNames) - 1, func(i int) string { return SiteKind(i).String() }, name},
		{"PLACE", 6, func(i int) string { return Placement(i).String() }, name},
		{"EXTENT", 4, func(i int) string { return Extent(i).String() }, name},
		{"ALLOCATES", 3, func(i int) string { return Allocates(i).String() }, name},
		{"E", len(statusWords) - 1, nil, nil},
		{"NODE", int(NodeHeap), nil, nil},
		{"INTRINSIC", int(maxIntrinsic), nil, nil},
		{"TYPE", len(kindNames), nil, nil},
		{"ENTITY", int(EntitySite) + 1, nil, nil},
		{"FLAG", 6, nil, nil},
	} {
		theirs := constants(t, c.prefix)
		if c.n != 0 && len(theirs) != c.n {
			t.Errorf("OUTLIVE_%s: %d constants, this package knows %d", c.prefix, len(theirs), c.n)
		}
		for i, k := range theirs {
			if c.ours == nil {
				continue
			}
			if got, want := c.ours(i), c.theirs(k); got != want {
				t.Errorf("OUTLIVE_%s %d: %q, in the header %q", c.prefix, i, got, want)
			}
		}
	}
	for n := range constants(t, "TYPE") {
		if _, ok := kindNames[TypeKind(n)]; !ok {
			t.Errorf("type kind %d has no name", n)
		}
	}
	for _, unknown := range []string{Reason(999).String(), Reason(999).Name(), Why(999).String(), SiteKind(99).String(), Placement(99).String(), Op(255).String(), TypeKind(99).String(), Status(99).Error()} {
		if !strings.Contains(unknown, "99") && unknown != "op255" {
			t.Errorf("an unknown number is %q", unknown)
		}
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
