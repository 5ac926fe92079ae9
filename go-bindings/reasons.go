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
)

var reasonWords = [...]string{
	ReasonNone:             "does not outlive its function",
	ReasonReturned:         "returned to the caller",
	ReasonGlobal:           "stored in a package-level variable",
	ReasonStoredPointer:    "stored through a pointer",
	ReasonStoredMap:        "put into a map",
	ReasonSent:             "sent on a channel",
	ReasonCaptured:         "captured by a closure that escapes",
	ReasonUnknownCallee:    "passed to a function value whose callee is unknown",
	ReasonInterfaceMethod:  "passed to a method of an interface",
	ReasonExternal:         "passed to a function without a body",
	ReasonLeakedByCallee:   "kept by the function it is passed to",
	ReasonGo:               "used by a new goroutine",
	ReasonDeferInLoop:      "used by a call deferred in a loop",
	ReasonPanic:            "the value of a panic",
	ReasonAppended:         "appended to a slice",
	ReasonCopied:           "copied into a slice",
	ReasonLoop:             "outlives the iteration it is made in",
	ReasonInnerFunc:        "outlives the function literal it is made in",
	ReasonTooLarge:         "too large for the stack",
	ReasonTooAligned:       "too strictly aligned for the stack",
	ReasonZeroSizeElem:     "a slice of zero-size elements",
	ReasonRuntimeSize:      "of a size known only at run time",
	ReasonMap:              "a map",
	ReasonChan:             "a channel",
	ReasonBoxed:            "converted to an interface",
	ReasonCapturedTextbook: "captured by a closure",
	ReasonAddressPassed:    "its address is passed to a function",
	ReasonAddressReturned:  "its address is returned",
	ReasonSliceBacking:     "stored in a slice's array",
	ReasonUintptr:          "passed as an integer to a function that keeps it",
	ReasonReflectHeader:    "stored in a reflect header",
	ReasonMethodValue:      "bound as the receiver of a method value",
	ReasonStringGrowth:     "a string that grows in place",
	ReasonUnknownFlow:      "flows where nothing is known of it",
	ReasonEscapingObject:   "held by something that escapes",
}

// String returns the reason in words, such as "stored in a package-level variable".
func (r Reason) String() string {
	if int(r) < len(reasonWords) {
		return reasonWords[r]
	}
	return "reason " + strconv.Itoa(int(r))
}
