package outlive

import "strconv"

// Reason says why a site has its placement: the first cause on the way from the storage to where it outlives its
// frame. The numbers are those of the answers format and never change.
type Reason uint16

// The reasons.
const (
	ReasonNone             Reason = 0
	ReasonReturned         Reason = 1
	ReasonGlobal           Reason = 2
	ReasonStoredPointer    Reason = 3
	ReasonStoredMap        Reason = 4
	ReasonSent             Reason = 5
	ReasonCaptured         Reason = 6
	ReasonUnknownCallee    Reason = 7
	ReasonInterfaceMethod  Reason = 8
	ReasonExternal         Reason = 9
	ReasonLeakedByCallee   Reason = 10
	ReasonGo               Reason = 11
	ReasonDeferInLoop      Reason = 12
	ReasonPanic            Reason = 13
	ReasonAppended         Reason = 14
	ReasonCopied           Reason = 15
	ReasonLoop             Reason = 16
	ReasonInnerFunc        Reason = 17
	ReasonTooLarge         Reason = 18
	ReasonTooAligned       Reason = 19
	ReasonZeroSizeElem     Reason = 20
	ReasonRuntimeSize      Reason = 21
	ReasonMap              Reason = 22
	ReasonChan             Reason = 23
	ReasonBoxed            Reason = 24
	ReasonCapturedTextbook Reason = 25
	ReasonAddressPassed    Reason = 26
	ReasonAddressReturned  Reason = 27
	ReasonSliceBacking     Reason = 28
	ReasonUintptr          Reason = 29
	ReasonReflectHeader    Reason = 30
	ReasonMethodValue      Reason = 31
	ReasonStringGrowth     Reason = 32
	ReasonUnknownFlow      Reason = 33
	ReasonEscapingObject   Reason = 34
	ReasonBudget           Reason = 35
)

// reasonText holds, by number, the short name and the words of each reason.
var reasonText = [...]struct{ name, words string }{
	ReasonNone:             {"local", "does not outlive its function"},
	ReasonReturned:         {"returned", "returned to the caller"},
	ReasonGlobal:           {"stored_global", "stored in a package-level variable"},
	ReasonStoredPointer:    {"stored_indirect", "stored through a pointer"},
	ReasonStoredMap:        {"stored_map", "put into a map"},
	ReasonSent:             {"sent", "sent on a channel"},
	ReasonCaptured:         {"captured_escaping", "captured by a closure that escapes"},
	ReasonUnknownCallee:    {"passed_indirect", "passed to a function value whose callee is unknown"},
	ReasonInterfaceMethod:  {"passed_method", "passed to a method of an interface"},
	ReasonExternal:         {"passed_external", "passed to a function without a body"},
	ReasonLeakedByCallee:   {"leaked_by_callee", "kept by the function it is passed to"},
	ReasonGo:               {"go_statement", "used by a new goroutine"},
	ReasonDeferInLoop:      {"deferred_in_loop", "used by a call deferred in a loop"},
	ReasonPanic:            {"panicked", "the value of a panic"},
	ReasonAppended:         {"appended", "appended to a slice"},
	ReasonCopied:           {"copied", "copied into a slice"},
	ReasonLoop:             {"outlives_loop", "outlives the iteration it is made in"},
	ReasonInnerFunc:        {"outlives_inner", "outlives the function literal it is made in"},
	ReasonTooLarge:         {"too_large", "too large for the stack"},
	ReasonTooAligned:       {"too_aligned", "too strictly aligned for the stack"},
	ReasonZeroSizeElem:     {"zero_size_element", "a slice of zero-size elements"},
	ReasonRuntimeSize:      {"run_time_size", "of a size known only at run time"},
	ReasonMap:              {"map", "a map"},
	ReasonChan:             {"channel", "a channel"},
	ReasonBoxed:            {"boxed", "converted to an interface"},
	ReasonCapturedTextbook: {"captured", "captured by a closure"},
	ReasonAddressPassed:    {"address_passed", "its address is passed to a function"},
	ReasonAddressReturned:  {"address_returned", "its address is returned"},
	ReasonSliceBacking:     {"stored_element", "stored in a slice's array"},
	ReasonUintptr:          {"uintptr_escapes", "passed as an integer to a function that keeps it"},
	ReasonReflectHeader:    {"reflect_header", "stored in a reflect header"},
	ReasonMethodValue:      {"method_receiver", "bound as the receiver of a method value"},
	ReasonStringGrowth:     {"grows_in_place", "a string that grows in place"},
	ReasonUnknownFlow:      {"unknown", "flows where nothing is known of it"},
	ReasonEscapingObject:   {"held_by_escaping", "held by something that escapes"},
	ReasonBudget:           {"budget", "in a function too large to look into"},
}

// String returns the reason in words for people, such as "stored in a package-level variable".
func (r Reason) String() string {
	if int(r) < len(reasonText) {
		return reasonText[r].words
	}
	return "reason " + strconv.Itoa(int(r))
}

// Name returns the short name of the reason, such as "stored_global", which is the same in every language and version.
func (r Reason) Name() string {
	if int(r) < len(reasonText) {
		return reasonText[r].name
	}
	return "reason_" + strconv.Itoa(int(r))
}
