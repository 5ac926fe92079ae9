package audit

import (
	"strings"
	"testing"
)

func param(line int, name string, fates ...string) (list []ParamLine) {
	for _, f := range fates {
		list = append(list, ParamLine{Position{"/d/a.go", line, 7}, "p", name, f})
	}
	return list
}

func TestCompareTags(t *testing.T) {
	flow := FateResult("~r0", 1)
	var compiler, ours []ParamLine
	both := func(c, o []ParamLine) { compiler, ours = append(compiler, c...), append(ours, o...) }
	both(param(1, "p", FateContent, flow), param(1, "p", flow, FateContent)) // equal: the order is of no account
	both(param(2, "p", FateStays), param(2, "p", FateStays))                 // equal
	both(param(3, "p", FateContent, flow), param(3, "p", FateContent))       // one is missing
	both(param(4, "p", FateLeaks), param(4, "p", FateStays))
	both(param(5, "p", FateStays), nil)
	both(nil, param(6, "p", FateStays))
	both(param(7, "p", FateStays), param(7, "q", FateStays)) // two parameters
	tags := CompareTags(compiler, ours)
	if tags.Params != 8 || tags.Equal != 2 || len(tags.Wrong) != 6 || tags.EqualPercent() != 25 {
		t.Errorf("%+v", tags)
	}
	got := tags.Wrong[0].describe("/d")
	if want := "./a.go:3:7: param p: ours leaking content, compiler leaking content and leaking to result ~r0 level=1"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := tags.Wrong[2].describe(""); !strings.HasSuffix(got, "ours nothing, compiler does not escape") {
		t.Error(got)
	}
	if none := CompareTags(nil, nil); none.EqualPercent() != 100 {
		t.Errorf("%+v", none)
	}
}

// TestParamText holds the texts of fates against what is read back from them.
func TestParamText(t *testing.T) {
	fates := []string{FateLeaks, FateContent, FateResult("err", 2), FateMutates(1), FateCalls(0), FateInert, FateUintptr, FateEscaping, FatePack}
	for _, fate := range fates {
		name, got, ok := parseParam(ParamText("x", fate))
		if !ok || name != "x" || got != fate {
			t.Errorf("%q: %q %q %v", ParamText("x", fate), name, got, ok)
		}
	}
	if s := ParamText("x", FateStays); s != "x does not escape" {
		t.Error(s)
	}
}
