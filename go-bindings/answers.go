package outlive

import (
	"encoding/binary"
	"iter"
)

// The sections of an answers file.
const (
	secVerdicts  = 100
	secSummaries = 101
	verdictBytes = 32
	summaryBytes = 24
)

var answerSections = map[uint32]int{secVerdicts: verdictBytes, secSummaries: summaryBytes}

// Answers reads verdicts and summaries from an answers file, which is what an analysis said about an image, as bytes
// that can be kept and sent. It is immutable and safe for concurrent use.
type Answers struct {
	verdicts, summaries sectionView
}

// OpenAnswers checks header and section table of an answers file. The error is a [*FormatError]. The answers keep data,
// which must not change.
func OpenAnswers(data []byte) (*Answers, error) {
	f, err := parseFrame(data, answersMagic, answerSections)
	if err != nil {
		return nil, err
	}
	return &Answers{f.find(secVerdicts), f.find(secSummaries)}, nil
}

// NumVerdicts returns the number of verdicts.
func (a *Answers) NumVerdicts() int { return a.verdicts.count }

// Verdict returns verdict i; it panics if there is none.
func (a *Answers) Verdict(i int) Verdict {
	le, r := binary.LittleEndian, a.verdicts.row(i)
	return Verdict{
		Site: Site(le.Uint32(r)), Context: le.Uint32(r[4:]), Func: Func(le.Uint32(r[8:])), Pos: Pos(le.Uint32(r[12:])),
		Kind: SiteKind(r[16]), Placement: Placement(r[17]), Extent: Extent(r[18]), Allocates: Allocates(r[19]),
		Reason: Reason(le.Uint16(r[20:])), Flags: VerdictFlags(le.Uint16(r[22:])),
		Detail: le.Uint32(r[24:]), Bound: le.Uint32(r[28:]),
	}
}

// Verdicts iterates over the verdicts with their numbers.
func (a *Answers) Verdicts() iter.Seq2[int, Verdict] {
	return func(yield func(int, Verdict) bool) {
		for i := range a.verdicts.count {
			if !yield(i, a.Verdict(i)) {
				return
			}
		}
	}
}

// NumSummaries returns the number of parameter summaries.
func (a *Answers) NumSummaries() int { return a.summaries.count }

// Summary returns summary i; it panics if there is none.
func (a *Answers) Summary(i int) Summary {
	le, r := binary.LittleEndian, a.summaries.row(i)
	return Summary{
		Func: Func(le.Uint32(r)), Param: le.Uint32(r[4:]), Heap: r[8], Mutated: r[9], Called: r[10],
		Result: [Results]uint8(r[11:16]), Pos: Pos(le.Uint32(r[16:])), Flags: SummaryFlags(le.Uint32(r[20:])),
	}
}

// Summaries iterates over the summaries with their numbers.
func (a *Answers) Summaries() iter.Seq2[int, Summary] {
	return func(yield func(int, Summary) bool) {
		for i := range a.summaries.count {
			if !yield(i, a.Summary(i)) {
				return
			}
		}
	}
}
