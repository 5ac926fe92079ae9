package outlive

import (
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"testing"
)

// readAll reads all that a view can give.
func readAll(v *View) {
	v.Name()
	v.Producer()
	for f := range v.NumFuncs() + 1 {
		v.FuncName(Func(f))
		v.Position(v.FuncPos(Func(f)))
		v.External(Func(f))
		v.BodyHash(Func(f))
	}
	for s := range v.NumSites() + 1 {
		v.Position(v.Site(Site(s)).Pos)
	}
	for g := range v.NumGlobals() + 1 {
		v.GlobalName(Global(g))
	}
}

// Damaged images are refused or give wrong answers, but never a panic.
func TestDamagedImages(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for name, build := range goldens {
		image := mustImage(t, build())
		for n := range len(image) {
			if v, err := OpenImage(image[:n]); err == nil {
				t.Fatalf("%s: the first %d bytes of %d are an image %q", name, n, len(image), v.Name())
			}
		}
		for range 5000 {
			damaged := append([]byte(nil), image...)
			for range 1 + r.IntN(3) {
				at := r.IntN(len(damaged))
				if r.IntN(2) == 0 { // most of what can be wrong is at the front
					at = r.IntN(headerSize + 14*sectionSize)
				}
				damaged[at] = byte(r.Uint32())
			}
			v, err := OpenImage(damaged)
			if err == nil {
				readAll(v)
				continue
			}
			var fe *FormatError
			if !errors.As(err, &fe) || fe.Msg == "" {
				t.Fatalf("%s: error %v", name, err)
			}
		}
	}
}

func FuzzOpenImage(f *testing.F) {
	for _, build := range goldens {
		f.Add(mustImage(f, build()))
	}
	f.Fuzz(func(t *testing.T, image []byte) {
		if v, err := OpenImage(image); err == nil {
			readAll(v)
		}
	})
}

func TestUnknownSections(t *testing.T) {
	extra := func(flags uint32) []byte {
		return writeFrame(answersMagic, 8, 8, []section{
			{id: secVerdicts, flags: critical, count: 0, entry: verdictBytes, put: func(o []byte) []byte { return o }},
			{id: 777, flags: flags, count: 1, entry: 4, put: func(o []byte) []byte { return putWord(o, 5) }},
		})
	}
	if _, err := OpenAnswers(extra(0)); err != nil {
		t.Errorf("an unknown optional section: %v", err)
	}
	if _, err := OpenAnswers(extra(critical)); err == nil {
		t.Error("an unknown critical section is accepted")
	}
}

// Rows may be longer than this version knows.
func TestAnswers(t *testing.T) {
	verdict := func(o []byte) []byte {
		for _, w := range []uint32{7, 0, 3, 9} {
			o = putWord(o, w)
		}
		o = append(o, byte(SiteBox), byte(Heap), byte(ExtentProgram), byte(Maybe), byte(ReasonBoxed), 0, byte(FlagShared|FlagCold), 0)
		return putWord(putWord(putWord(o, 2), 64), 0xDEAD_BEEF)
	}
	data := writeFrame(answersMagic, 8, 8, []section{
		{id: secVerdicts, flags: critical, count: 2, entry: verdictBytes + 4, put: func(o []byte) []byte { return verdict(verdict(o)) }},
		{id: secSummaries, flags: critical, count: 1, entry: summaryBytes, put: func(o []byte) []byte {
			o = putWord(putWord(o, 3), 1)
			o = append(o, 1, 0, 2, 0, 0, 4, 0, 5)
			return putWord(putWord(o, 9), uint32(ParamUnused))
		}},
	})
	a, err := OpenAnswers(data)
	if err != nil {
		t.Fatal(err)
	}
	want := Verdict{Site: 7, Func: 3, Pos: 9, Kind: SiteBox, Placement: Heap, Extent: ExtentProgram, Allocates: Maybe, Reason: ReasonBoxed, Flags: FlagShared | FlagCold, Detail: 2, Bound: 64}
	n := 0
	for i, v := range a.Verdicts() {
		if v != want || v != a.Verdict(i) || !v.OnHeap() || v.Silent() {
			t.Errorf("verdict %d: %+v, want %+v", i, v, want)
		}
		n++
	}
	if n != 2 || a.NumVerdicts() != 2 || a.NumSummaries() != 1 {
		t.Errorf("%d verdicts, %d summaries", n, a.NumSummaries())
	}
	sum := Summary{Func: 3, Param: 1, Heap: 1, Called: 2, Result: [Results]uint8{0, 0, 4, 0, 5}, Pos: 9, Flags: ParamUnused}
	for _, s := range a.Summaries() {
		if s != sum {
			t.Errorf("summary %+v, want %+v", s, sum)
		}
	}
	if _, err := OpenImage(data); err == nil {
		t.Error("answers are taken for an image")
	}
	binary.LittleEndian.PutUint16(data[4:], formatMajor+1)
	if _, err := OpenAnswers(data); err == nil {
		t.Error("a newer major version is accepted")
	}
}
