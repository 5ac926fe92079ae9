package outlive

import "strconv"

// Explanation is the way of the address of a site to what outlives it.
type Explanation struct {
	Site   Site
	Reason Reason
	// Steps lead from the site outward. There are none if the reason lies in the site itself, such as its size, or if
	// the site does not outlive its function.
	Steps []Step
}

// Step is a move of a value from one place to another.
type Step struct {
	From, To Node
	Derefs   int // on the way: -1 is "the address of From", 0 its value, 1 what it points to, and so on
	Why      Why
	Pos      Pos
	Text     string // the step as a line for people; its wording may change
}

// NodeKind is the kind of a [Node].
type NodeKind uint32

// The kinds of nodes.
const (
	NodeSite   NodeKind = 1 // the storage of Node.Site
	NodeParam  NodeKind = 2 // parameter Node.Index of Node.Func
	NodeResult NodeKind = 3 // result Node.Index of Node.Func
	NodeTemp   NodeKind = 4 // an intermediate value in Node.Func
	NodeHeap   NodeKind = 5 // memory that outlives everything
)

// Node is a place on the way of a value.
type Node struct {
	Kind  NodeKind
	Site  Site // NoSite except for NodeSite
	Func  Func // NoFunc for NodeSite and NodeHeap
	Index int
}

// Why says how a value moves in a [Step]. The numbers never change.
type Why uint32

// The kinds of moves.
const (
	WhyAssign            Why = 0
	WhyAddressOf         Why = 1
	WhyIndirection       Why = 2
	WhyStoreIndirect     Why = 3
	WhyStoreGlobal       Why = 4
	WhyElement           Why = 5
	WhySlice             Why = 6
	WhyBoxed             Why = 7
	WhyAsserted          Why = 8
	WhyCapturedValue     Why = 9
	WhyCapturedReference Why = 10
	WhyReceiver          Why = 11
	WhyAppendee          Why = 12
	WhyAppended          Why = 13
	WhyCopied            Why = 14
	WhyMapKey            Why = 15
	WhyMapValue          Why = 16
	WhySent              Why = 17
	WhyPanicked          Why = 18
	WhyReturned          Why = 19
	WhyArgument          Why = 20
	WhyArgumentIndirect  Why = 21
	WhyArgumentMethod    Why = 22
	WhyArgumentExternal  Why = 23
	WhyCallResult        Why = 24
	WhyCallee            Why = 25
	WhyGo                Why = 26
	WhyDeferHeap         Why = 27
	WhyUintptr           Why = 28
	WhyReflectHeader     Why = 29
	WhyRange             Why = 30
	WhyBlockArgument     Why = 31
	WhyForced            Why = 32
	WhyTooLarge          Why = 33
	WhyTooAligned        Why = 34
	WhyZeroSizeElement   Why = 35
	WhyMemoryCopy        Why = 36
	WhyRunTimeSize       Why = 37
	WhyMapStorage        Why = 38
	WhyBoxStorage        Why = 39
	WhyCapturedStorage   Why = 40
	WhyStoredElement     Why = 41
)

var whyWords = [...]string{
	WhyAssign:            "assigned",
	WhyAddressOf:         "address taken",
	WhyIndirection:       "loaded through a pointer",
	WhyStoreIndirect:     "stored through a pointer",
	WhyStoreGlobal:       "stored in a package-level variable",
	WhyElement:           "made part of a composite value",
	WhySlice:             "address of a part",
	WhyBoxed:             "converted to an interface",
	WhyAsserted:          "taken out of an interface",
	WhyCapturedValue:     "captured by a closure, by value",
	WhyCapturedReference: "captured by a closure, by reference",
	WhyReceiver:          "bound as the receiver of a method value",
	WhyAppendee:          "extended by append",
	WhyAppended:          "appended",
	WhyCopied:            "copied",
	WhyMapKey:            "key put into a map",
	WhyMapValue:          "value put into a map",
	WhySent:              "sent on a channel",
	WhyPanicked:          "operand of a panic",
	WhyReturned:          "returned",
	WhyArgument:          "argument of a call",
	WhyArgumentIndirect:  "argument of a call through a function value",
	WhyArgumentMethod:    "argument or receiver of a call through an interface",
	WhyArgumentExternal:  "argument of a function without a body",
	WhyCallResult:        "result of a call",
	WhyCallee:            "called as a function",
	WhyGo:                "used by a new goroutine",
	WhyDeferHeap:         "used by a deferred call recorded on the heap",
	WhyUintptr:           "turned into an integer or back",
	WhyReflectHeader:     "stored in a reflect header",
	WhyRange:             "met by a loop over a container",
	WhyBlockArgument:     "passed to a block",
	WhyForced:            "moved to the heap by rule",
	WhyTooLarge:          "too large for the stack",
	WhyTooAligned:        "too strictly aligned for the stack",
	WhyZeroSizeElement:   "a slice of zero-size elements",
	WhyMemoryCopy:        "memory copied",
	WhyRunTimeSize:       "of a size known only at run time",
	WhyMapStorage:        "a map",
	WhyBoxStorage:        "a converted value",
	WhyCapturedStorage:   "a captured variable",
	WhyStoredElement:     "stored in a slice's array",
}

// String returns the move in words, such as "returned".
func (w Why) String() string {
	if int(w) < len(whyWords) {
		return whyWords[w]
	}
	return "move " + strconv.Itoa(int(w))
}
