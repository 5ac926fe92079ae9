package outlive

import "sync/atomic"

// Options choose what an analysis does. The zero value asks for the defaults without limits.
type Options struct {
	// Model names the rules that find the facts: "gc" (the default) predicts Go's compiler, "textbook" applies the
	// simple rules literally, "precise" proves what it can of what need not be on the heap: give it a module with the bodies
	// of what is called, for of a function without one it knows little.
	Model string
	// Profile names the target whose limits turn facts into placements; "go1.26" is the default.
	Profile string
	// MaxImageBytes, MaxInstructions and MaxMemoryBytes (by estimate) bound the work: a module that exceeds one is
	// refused with StatusLimit before the work begins. 0 is no limit.
	MaxImageBytes, MaxInstructions, MaxMemoryBytes uint64
	// Limits are those of the target, given by hand; nil leaves them to the profile. Start from [ProfileLimits].
	Limits *Limits
	// Threads is how many threads an analysis may work with, the caller's included; 0 is 1, [AllThreads] as many as the
	// machine has. The answers are the same for any number.
	Threads int
	// Facts are package facts, what [Result.Facts] returned of other modules: functions without a body are taken as the facts
	// say where name and signature are the same. Facts made with another model, profile, world or target are refused with
	// StatusStaleFacts. The content is taken on trust.
	Facts [][]byte
	// Progress, if not nil, can be read while the analysis works.
	Progress *Progress
	// Closed says that the module has all there is, a whole program, and each of its types its method set. Model "precise"
	// then takes a call through an interface that nothing is known of for one of a method of the module. Its answers are wrong
	// if that is not so. The other models make no use of it.
	Closed bool
}

// Stats is what an analysis met and took.
type Stats struct {
	ImageBytes, Functions, Blocks, Instructions, Values, Sites uint64
	Verdicts, Heap                                             uint64 // in all, and those that say Heap
	DecodeNs, VerifyNs, AnalyzeNs                              uint64 // nanoseconds
	Bodies                                                     uint64 // functions with a body
	Summaries                                                  uint64
	Bounded                                                    uint64 // verdicts that say Bounded
	NeverAllocates                                             uint64 // verdicts that say Heap where the allocator never runs
	BeyondBudget                                               uint64 // verdicts that say Heap only because a budget was spent
	FactsKnown                                                 uint64 // functions without a body that are known by package facts
	FactsRefused                                               uint64 // those that facts of the name say nothing of: another signature
}

// AllThreads is the number of threads that asks for as many as the machine has.
const AllThreads = -1

// Progress tells how far an analysis is that has it in its Options. It is for one analysis at a time, and safe for concurrent
// use.
type Progress struct{ done, total uint64 }

// Done returns how many functions are analysed.
func (p *Progress) Done() uint64 { return atomic.LoadUint64(&p.done) }

// Total returns how many functions there are to analyse: 0 until the module is decoded and verified.
func (p *Progress) Total() uint64 { return atomic.LoadUint64(&p.total) }

// Limits are the limits and rules of a target. Sizes are bytes.
type Limits struct {
	MaxVariable      uint64 // largest declared variable on the stack
	MaxImplicit      uint64 // largest new(T), &T{}, make of known size on the stack
	MaxByValue       uint64 // largest variable that a closure may capture by value
	MaxAlignPointers uint32 // strictest alignment the stack gives, in pointers
	BoundedMake      uint32 // a make of run-time size is on the stack up to this; 0: always on the heap
	BoundedString    uint32 // a string made at run time is on the stack up to this; 0: always on the heap
	// ZeroSizeOnStack says that slices of elements without size may be on the stack.
	ZeroSizeOnStack bool
	// ForbidHeapToStack says that the heap may not point to the stack. No model makes use yet of a target where it may.
	ForbidHeapToStack bool
}

// ProfileLimits returns the limits of a profile, the default one if the name is empty. The error is an [*Error].
func ProfileLimits(profile string) (Limits, error) { return libProfileLimits(profile) }
