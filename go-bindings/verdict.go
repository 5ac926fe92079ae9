package outlive

import "strconv"

// Placement says where the storage of a site can live.
type Placement uint8

// The placements, from the cheapest to the dearest.
const (
	Static     Placement = 0 // no storage is made at run time: constants, zero-size values, boxes of small integers
	Eliminated Placement = 1 // the parts live in registers
	Stack      Placement = 2 // in the frame of the function
	Bounded    Placement = 3 // in the frame up to Verdict.Bound bytes, on the heap beyond
	Caller     Placement = 4 // in a frame of a caller
	Heap       Placement = 5
)

// String returns the placement in one word.
func (p Placement) String() string {
	return word(uint(p), "placement", "static", "eliminated", "stack", "bounded", "caller", "heap")
}

// Extent says how long the storage of a site must live.
type Extent uint8

// The extents, from the shortest to the longest.
const (
	ExtentIteration  Extent = 0 // an iteration of the loop at depth Verdict.Detail
	ExtentActivation Extent = 1 // the call of the function
	ExtentCaller     Extent = 2 // the call of the function Verdict.Detail static calls up
	ExtentProgram    Extent = 3 // unknown, so as long as the program
)

// String returns the extent in one word.
func (e Extent) String() string {
	return word(uint(e), "extent", "iteration", "activation", "caller", "program")
}

// Allocates says whether the allocator runs when the site executes.
type Allocates uint8

// The answers.
const (
	Never  Allocates = 0
	Maybe  Allocates = 1 // for some values or sizes
	Always Allocates = 2
)

// String returns the answer in one word.
func (a Allocates) String() string {
	return word(uint(a), "allocates", "never", "maybe", "always")
}

func word(i uint, what string, words ...string) string {
	if i < uint(len(words)) {
		return words[i]
	}
	return what + " " + strconv.Itoa(int(i))
}

// VerdictFlags are facts about a site beside its placement.
type VerdictFlags uint16

// The flags of a verdict.
const (
	FlagSilent  VerdictFlags = 1  // the client does not list the site, see SiteInfo.Silent
	FlagShared  VerdictFlags = 2  // another goroutine can reach it
	FlagMutated VerdictFlags = 4  // its memory may be written through a pointer after it is made
	FlagCalled  VerdictFlags = 8  // a function value in it may be called where its results are not followed
	FlagCold    VerdictFlags = 16 // every path that makes it outlive its function ends in a panic
	FlagDangles VerdictFlags = 32 // it is pinned to its frame, and a pointer to it may outlive that
)

// Verdict is what the analysis says of one site. Its layout is that of a row of the answers format.
type Verdict struct {
	Site      Site
	Context   uint32 // 0: in every context
	Func      Func
	Pos       Pos
	Kind      SiteKind
	Placement Placement
	Extent    Extent
	Allocates Allocates
	Reason    Reason
	Flags     VerdictFlags
	Detail    uint32 // loop depth for ExtentIteration, number of calls for ExtentCaller
	Bound     uint32 // bytes for Bounded
}

// Silent reports whether the site is not for listing.
func (v Verdict) Silent() bool { return v.Flags&FlagSilent != 0 }

// OnHeap reports whether the storage is on the heap whenever it is made.
func (v Verdict) OnHeap() bool { return v.Placement == Heap }

// Dangles reports whether a pointer to storage that is pinned to its frame may outlive it; see [AttrPinned].
func (v Verdict) Dangles() bool { return v.Flags&FlagDangles != 0 }

// Results is the number of results that a [Summary] tells apart; a flow to a later one counts as one to the heap.
const Results = 5

// Summary says where a parameter of a function flows. Heap, Mutated, Called and the elements of Result are 0 for "not
// at all" and n for "what is reached by n-1 dereferences": Heap 1 means the parameter's own value outlives the call,
// Heap 2 what it points to. Its layout is that of a row of the answers format.
type Summary struct {
	Func    Func
	Param   uint32         // the receiver is 0
	Heap    uint8          // kept in memory that outlives everything
	Mutated uint8          // written through
	Called  uint8          // called, with results that are not followed
	Result  [Results]uint8 // returned
	Pos     Pos            // of the parameter
	Flags   SummaryFlags
}

// SummaryFlags are facts about a parameter.
type SummaryFlags uint32

// ParamUnused says that the parameter has no name or no use.
const ParamUnused SummaryFlags = 1
