package outlive

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"unsafe"
)

// ErrClosed is the error of a [Result] or a [Module] that is used after Close.
var ErrClosed = errors.New("outlive: used after Close")

// table is an array in memory of the library. Rows may be longer than this package knows.
type table struct {
	base unsafe.Pointer
	n    int
	size uintptr
}

func (t table) row(i int) unsafe.Pointer {
	if uint(i) >= uint(t.n) {
		panic(fmt.Sprintf("outlive: index %d out of range of %d answers", i, t.n))
	}
	return unsafe.Add(t.base, uintptr(i)*t.size)
}

// answer is what one call of the library returns.
type answer struct {
	object              unsafe.Pointer
	verdicts, summaries table
	stats               Stats
}

// Result holds the answers about one module, in memory of the library; reading them copies rows, never the tables.
//
// All methods are safe for concurrent use. Call Close when done with a result; one that is forgotten is freed some time
// after it becomes unreachable. After Close, methods that return an error return [ErrClosed], and those that cannot
// panic with it; a method that is running when another goroutine calls Close finishes undisturbed. What methods
// returned before stays valid.
type Result struct {
	h       *handle
	a       answer
	view    *View
	cleanup runtime.Cleanup
}

// Close frees the answers. Calling it again does nothing.
func (r *Result) Close() error {
	r.cleanup.Stop()
	r.h.close()
	return nil
}

// use panics if the result is closed, and otherwise keeps it open until the function it returns is called.
func (r *Result) use() *handle {
	if _, ok := r.h.acquire(); !ok {
		panic(ErrClosed)
	}
	return r.h
}

// View returns the names and positions of the module. It stays valid after Close.
func (r *Result) View() *View { return r.view }

// Position resolves a position of an answer. It works after Close as well.
func (r *Result) Position(p Pos) Position { return r.view.Position(p) }

// Stats returns what the analysis met and took. It works after Close as well.
func (r *Result) Stats() Stats { return r.a.stats }

// NumVerdicts returns the number of verdicts. It works after Close as well.
func (r *Result) NumVerdicts() int { return r.a.verdicts.n }

// Verdict returns verdict i; it panics if there is none.
func (r *Result) Verdict(i int) Verdict {
	defer r.use().release()
	return *(*Verdict)(r.a.verdicts.row(i))
}

// Verdicts iterates over the verdicts with their numbers: one for each site of a function with a body, ascending by site.
func (r *Result) Verdicts() iter.Seq2[int, Verdict] {
	return func(yield func(int, Verdict) bool) {
		defer r.use().release()
		for i := range r.a.verdicts.n {
			if !yield(i, *(*Verdict)(r.a.verdicts.row(i))) {
				return
			}
		}
	}
}

// NumSummaries returns the number of summaries. It works after Close as well.
func (r *Result) NumSummaries() int { return r.a.summaries.n }

// Summary returns summary i; it panics if there is none.
func (r *Result) Summary(i int) Summary {
	defer r.use().release()
	return *(*Summary)(r.a.summaries.row(i))
}

// Summaries iterates over the summaries with their numbers: one for each parameter that holds pointers, ascending by
// function and parameter.
func (r *Result) Summaries() iter.Seq2[int, Summary] {
	return func(yield func(int, Summary) bool) {
		defer r.use().release()
		for i := range r.a.summaries.n {
			if !yield(i, *(*Summary)(r.a.summaries.row(i))) {
				return
			}
		}
	}
}

// Explain says why verdict i is what it is. Paths are not kept but found again, which costs up to as much as the analysis
// of the function and those it needs. The error is [ErrClosed] or an [*Error].
func (r *Result) Explain(i int) (Explanation, error) {
	object, ok := r.h.acquire()
	if !ok {
		return Explanation{}, ErrClosed
	}
	defer r.h.release()
	site := (*Verdict)(r.a.verdicts.row(i)).Site
	return whole(context.Background(), func(*uint32) (Explanation, error) { return libExplain(object, site) })
}

// Check asks whether the answers follow from the rules of the model. The analysis is repeated, this time saying on what its
// answers rest, and a checker that shares nothing with it looks at them: about twice the cost of the analysis. An [*Error] with
// [StatusRejected] is a defect of the library.
func (r *Result) Check() error {
	object, ok := r.h.acquire()
	if !ok {
		return ErrClosed
	}
	defer r.h.release()
	_, err := whole(context.Background(), func(*uint32) (struct{}, error) { return struct{}{}, libCheck(object) })
	return err
}

// Facts returns what the analysis found of the functions of the module, as a blob that can be kept: pass it in the field Facts
// of [Options] to analyse a module that calls these functions without having their bodies. With model "gc" the verdicts are
// then those of one module with everything. Of a closed world there are none ([StatusUnsupported]). The error is [ErrClosed] or
// an [*Error].
func (r *Result) Facts() ([]byte, error) {
	object, ok := r.h.acquire()
	if !ok {
		return nil, ErrClosed
	}
	defer r.h.release()
	facts, err := whole(context.Background(), func(*uint32) (string, error) { return libFacts(object) })
	if err != nil {
		return nil, err
	}
	return []byte(facts), nil
}

// Print returns the module in the readable text form of the IR. It works after Close as well.
func (r *Result) Print() (string, error) { return PrintImage(r.view.image) }

// PrintImage returns the module in an image in the readable text form of the IR.
func PrintImage(image []byte) (string, error) { return libPrint(image) }

// ParseText returns the image of a module in the readable text form of the IR.
func ParseText(text string) ([]byte, error) {
	image, err := libParse(text)
	if err != nil {
		return nil, err
	}
	return []byte(image), nil
}

// VerifyImage checks the module in an image as [Analyze] does before it begins. The error is an [*Error]; with
// [StatusInvalidModule] its message has a line for each defect.
func VerifyImage(image []byte) error { return libVerify(image) }

// Version returns the version of the library that the program is linked with, such as "0.1.0"; it is empty in a program
// built without cgo.
func Version() string { return libVersion() }
