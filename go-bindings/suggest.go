package outlive

import (
	"context"
	"strconv"
)

// Suggestion is what to change so that a site is no longer on the heap. It has been tried: the module was analysed again with
// the changes, as far as they could affect it.
type Suggestion struct {
	// Changes are one change, or several of which none can be left out.
	Changes []Change
	// Verdict is the verdict on the site afterwards; never Heap.
	Verdict Verdict
	// Frees are other sites that would no longer be on the heap either, ascending.
	Frees []Site
	// Partial says that there may be more of those, for the change concerns too many functions to follow it through all.
	Partial bool
}

// Change is a change at one place.
type Change struct {
	Edit Edit
	Func Func // in which it is made
	Inst int  // the number of the instruction in Func that Step is of; -1 if it is of none
	// Step is the flow that would be gone, or of which less would flow. Its Text is that of the change: what to do, and where.
	Step Step
}

// Edit says what to change. The numbers never change.
type Edit uint32

// The kinds of changes.
const (
	EditCut             Edit = 0 // no rule knows how
	EditReturnValue     Edit = 1
	EditFillStorage     Edit = 2
	EditPassValue       Edit = 3
	EditStoreValue      Edit = 4
	EditKeepConcrete    Edit = 5
	EditKnownFunction   Edit = 6
	EditPromiseNoescape Edit = 7
	EditPassToGo        Edit = 8
	EditCaptureCopy     Edit = 9
	EditCallMethod      Edit = 10
	EditDeferOutside    Edit = 11
	EditHoistOut        Edit = 12
	EditSmaller         Edit = 13
	EditAvoidBox        Edit = 14
)

var editNames = [...]struct{ name, words string }{
	EditCut:             {"cut", "keep it from flowing here"},
	EditReturnValue:     {"return_value", "return the value instead of its address"},
	EditFillStorage:     {"fill_storage", "let the caller pass the storage to fill"},
	EditPassValue:       {"pass_value", "pass the value instead of its address"},
	EditStoreValue:      {"store_value", "store the value instead of its address"},
	EditKeepConcrete:    {"keep_concrete", "call a method of the concrete type, not through the interface"},
	EditKnownFunction:   {"known_function", "call a function by its name, not through a function value"},
	EditPromiseNoescape: {"promise_noescape", "promise that the function keeps nothing, if that is true"},
	EditPassToGo:        {"pass_to_go", "pass the value to the goroutine as an argument"},
	EditCaptureCopy:     {"capture_copy", "capture a copy that is not assigned again"},
	EditCallMethod:      {"call_method", "call the method directly instead of binding it to its receiver"},
	EditDeferOutside:    {"defer_outside", "defer the call outside of the loop, or in a function of its own"},
	EditHoistOut:        {"hoist_out", "declare it outside of the loop, if one at a time is enough"},
	EditSmaller:         {"smaller", "make it smaller than the limit of the stack"},
	EditAvoidBox:        {"avoid_box", "keep the concrete type instead of converting to an interface"},
}

// String returns the change in words, such as "return the value instead of its address".
func (e Edit) String() string {
	if int(e) < len(editNames) {
		return editNames[e].words
	}
	return "change " + strconv.Itoa(int(e))
}

// Name returns the short name of the change, such as "return_value", which never changes.
func (e Edit) Name() string {
	if int(e) < len(editNames) {
		return editNames[e].name
	}
	return "change_" + strconv.Itoa(int(e))
}

// Suggest says what to change so that a site is no longer on the heap, the best first. There is nothing to say of a site that is
// not there, or that no change helps. It costs what Explain costs and, for each change that is tried, up to as much as an
// analysis; usually far less. The error is [ErrClosed] or an [*Error].
func (r *Result) Suggest(site Site) ([]Suggestion, error) {
	object, ok := r.h.acquire()
	if !ok {
		return nil, ErrClosed
	}
	defer r.h.release()
	return whole(context.Background(), func(*uint32) ([]Suggestion, error) { return libSuggest(object, site) })
}
