//go:build cgo

package outlive

// This file is the border to the library and the only one that knows C. The functions of bridge.h never call back into
// Go and keep no pointer they are given, which the directives tell the compiler, so that arguments stay on the stack. Which
// library is linked, the files link_*.go say.

/*
#cgo noescape bridge_analyze
#cgo nocallback bridge_analyze
#cgo noescape bridge_explain
#cgo nocallback bridge_explain
#cgo noescape bridge_check
#cgo nocallback bridge_check
#cgo noescape bridge_verify
#cgo nocallback bridge_verify
#cgo noescape bridge_print
#cgo nocallback bridge_print
#cgo noescape bridge_parse
#cgo nocallback bridge_parse
#cgo noescape bridge_module_from_image
#cgo nocallback bridge_module_from_image
#cgo noescape bridge_module_from_text
#cgo nocallback bridge_module_from_text
#cgo noescape bridge_module_print
#cgo nocallback bridge_module_print
#cgo noescape bridge_module_encode
#cgo nocallback bridge_module_encode
#cgo noescape outlive_module_free
#cgo nocallback outlive_module_free
#cgo noescape bridge_module_analyze
#cgo nocallback bridge_module_analyze
#cgo noescape bridge_profile_limits
#cgo nocallback bridge_profile_limits
#cgo noescape bridge_verdicts_of_function
#cgo nocallback bridge_verdicts_of_function
#cgo noescape bridge_verdicts_at
#cgo nocallback bridge_verdicts_at
#cgo noescape bridge_find_function
#cgo nocallback bridge_find_function
#cgo noescape bridge_run_passes
#cgo nocallback bridge_run_passes
#cgo noescape outlive_module_stats
#cgo nocallback outlive_module_stats
#cgo noescape bridge_facts
#cgo nocallback bridge_facts
#cgo noescape outlive_result_free
#cgo nocallback outlive_result_free
#cgo noescape outlive_buffer_free
#cgo nocallback outlive_buffer_free
#cgo nocallback outlive_version
#include "bridge.h"
*/
import "C"

import (
	"runtime"
	"strings"
	"unsafe"
)

// libError turns what a failed call left into an error.
func libError(e *C.bridge_error) error {
	n := min(int(e.message_len), len(e.message))
	msg := C.GoStringN(&e.message[0], C.int(n))
	if int(e.message_len) > n {
		msg = strings.ToValidUTF8(msg, "") + "..."
	}
	return &Error{
		Status: Status(e.status), Message: msg, Section: uint32(e.section), Offset: int64(e.offset),
		Line: uint32(e.line), Col: uint32(e.column),
	}
}

func imagePtr(image []byte) *C.uint8_t { return (*C.uint8_t)(unsafe.SliceData(image)) }

func textPtr(s string) *C.char { return (*C.char)(unsafe.Pointer(unsafe.StringData(s))) }

// settings are the options as numbers.
func settings(o *Options) C.bridge_settings {
	s := C.bridge_settings{
		max_image_bytes: C.uint64_t(o.MaxImageBytes), max_instructions: C.uint64_t(o.MaxInstructions),
		max_memory_bytes: C.uint64_t(o.MaxMemoryBytes),
		closed:           word32(o.Closed), threads: C.uint32_t(max(o.Threads, 0)),
	}
	if o.Threads == AllThreads {
		s.threads = C.OUTLIVE_THREADS_ALL
	}
	if l := o.Limits; l != nil {
		s.limits = C.outlive_limits{
			struct_size:  C.uint32_t(unsafe.Sizeof(s.limits)),
			set:          allLimits,
			max_variable: C.uint64_t(l.MaxVariable), max_implicit: C.uint64_t(l.MaxImplicit), max_by_value: C.uint64_t(l.MaxByValue),
			max_align_pointers: C.uint32_t(l.MaxAlignPointers), bounded_make: C.uint32_t(l.BoundedMake),
			bounded_string: C.uint32_t(l.BoundedString), zero_size_on_stack: word32(l.ZeroSizeOnStack),
			forbid_heap_to_stack: word32(l.ForbidHeapToStack),
		}
	}
	return s
}

const allLimits = C.OUTLIVE_LIMIT_MAX_VARIABLE | C.OUTLIVE_LIMIT_MAX_IMPLICIT | C.OUTLIVE_LIMIT_MAX_BY_VALUE |
	C.OUTLIVE_LIMIT_MAX_ALIGN_POINTERS | C.OUTLIVE_LIMIT_BOUNDED_MAKE | C.OUTLIVE_LIMIT_BOUNDED_STRING |
	C.OUTLIVE_LIMIT_ZERO_SIZE_ON_STACK | C.OUTLIVE_LIMIT_FORBID_HEAP_TO_STACK

func word32(b bool) C.uint32_t {
	if b {
		return 1
	}
	return 0
}

func libProfileLimits(profile string) (l Limits, err error) {
	var out C.outlive_limits
	var e C.bridge_error
	C.bridge_profile_limits(textPtr(profile), C.size_t(len(profile)), &out, &e)
	if e.status != 0 {
		return l, libError(&e)
	}
	return Limits{
		MaxVariable: uint64(out.max_variable), MaxImplicit: uint64(out.max_implicit), MaxByValue: uint64(out.max_by_value),
		MaxAlignPointers: uint32(out.max_align_pointers), BoundedMake: uint32(out.bounded_make),
		BoundedString: uint32(out.bounded_string), ZeroSizeOnStack: out.zero_size_on_stack != 0,
		ForbidHeapToStack: out.forbid_heap_to_stack != 0,
	}, nil
}

// The layout of Progress is that of bridge_progress.
var _ = [1]struct{}{}[unsafe.Sizeof(Progress{})-unsafe.Sizeof(C.bridge_progress{})]

// pinned lists blobs for C, which may follow pointers in memory of Go only to what does not move.
func pinned(blobs [][]byte, pins *runtime.Pinner) []C.outlive_bytes {
	if len(blobs) == 0 {
		return nil
	}
	list := make([]C.outlive_bytes, len(blobs))
	for i, b := range blobs {
		if len(b) > 0 {
			pins.Pin(unsafe.SliceData(b))
			list[i] = C.outlive_bytes{data: imagePtr(b), len: C.size_t(len(b))}
		}
	}
	return list
}

func libFacts(object unsafe.Pointer) (string, error) {
	var out C.bridge_buffer
	C.bridge_facts((*C.outlive_result)(object), &out)
	return takeBuffer(&out)
}

// libAnalyze is the one call of an analysis. The library reads cancel, which may be nil, while it works, and writes o.Progress.
func libAnalyze(image []byte, o *Options, cancel *uint32) (answer, error) {
	var out C.bridge_answer
	s := settings(o)
	var pins runtime.Pinner
	defer pins.Unpin()
	facts := pinned(o.Facts, &pins)
	C.bridge_analyze(imagePtr(image), C.size_t(len(image)), &s,
		textPtr(o.Model), C.size_t(len(o.Model)), textPtr(o.Profile), C.size_t(len(o.Profile)),
		(*C.uint32_t)(cancel), (*C.bridge_progress)(unsafe.Pointer(o.Progress)), unsafe.SliceData(facts), C.size_t(len(facts)), &out)
	return takeAnswer(&out)
}

// libModuleAnalyze is libAnalyze for a module that the library already has.
func libModuleAnalyze(object unsafe.Pointer, o *Options, cancel *uint32) (answer, error) {
	var out C.bridge_answer
	s := settings(o)
	var pins runtime.Pinner
	defer pins.Unpin()
	facts := pinned(o.Facts, &pins)
	C.bridge_module_analyze((*C.outlive_module)(object), &s,
		textPtr(o.Model), C.size_t(len(o.Model)), textPtr(o.Profile), C.size_t(len(o.Profile)),
		(*C.uint32_t)(cancel), (*C.bridge_progress)(unsafe.Pointer(o.Progress)), unsafe.SliceData(facts), C.size_t(len(facts)), &out)
	return takeAnswer(&out)
}

// The lists of the library live as long as the result.
func libVerdictsIn(object unsafe.Pointer, fn Func) []uint32 {
	var out C.bridge_list
	C.bridge_verdicts_of_function((*C.outlive_result)(object), C.uint32_t(fn), &out)
	return unsafe.Slice((*uint32)(out.indices), int(out.count))
}

func libVerdictsAt(object unsafe.Pointer, file string, line, col uint32) []uint32 {
	var out C.bridge_list
	C.bridge_verdicts_at((*C.outlive_result)(object), textPtr(file), C.size_t(len(file)), C.uint32_t(line), C.uint32_t(col), &out)
	return unsafe.Slice((*uint32)(out.indices), int(out.count))
}

func libFindFunc(object unsafe.Pointer, name string) Func {
	return Func(C.bridge_find_function((*C.outlive_result)(object), textPtr(name), C.size_t(len(name))))
}

func takeAnswer(out *C.bridge_answer) (a answer, err error) {
	if out.error.status != 0 {
		return a, libError(&out.error)
	}
	return answer{
		object:    unsafe.Pointer(out.result),
		verdicts:  table{unsafe.Pointer(out.verdicts), int(out.verdict_count), uintptr(out.verdict_size)},
		summaries: table{unsafe.Pointer(out.summaries), int(out.summary_count), uintptr(out.summary_size)},
		stats:     *(*Stats)(unsafe.Pointer(&out.stats)),
	}, nil
}

// The layout of Stats is that of the front of outlive_stats, which may have grown since.
var _ [unsafe.Sizeof(C.outlive_stats{}) - unsafe.Sizeof(Stats{})]struct{}

func libFreeResult(object unsafe.Pointer) { C.outlive_result_free((*C.outlive_result)(object)) }

func libExplain(object unsafe.Pointer, site Site) (Explanation, error) {
	steps := make([]C.outlive_step, 32)
	text := make([]byte, 4<<10)
	var out C.bridge_explanation
	for {
		out = C.bridge_explanation{}
		C.bridge_explain((*C.outlive_result)(object), C.uint32_t(site), &steps[0], C.size_t(len(steps)),
			(*C.char)(unsafe.Pointer(&text[0])), C.size_t(len(text)), &out)
		if out.error.status != 0 {
			return Explanation{}, libError(&out.error)
		}
		if int(out.step_count) <= len(steps) && int(out.text_len) <= len(text) {
			break
		}
		steps = make([]C.outlive_step, max(int(out.step_count), len(steps)))
		text = make([]byte, max(int(out.text_len), len(text)))
	}
	e := Explanation{Site: site, Reason: Reason(out.reason), Steps: make([]Step, out.step_count)}
	rest := string(text[:out.text_len])
	for i := range e.Steps {
		e.Steps[i] = step(&steps[i])
		e.Steps[i].Text, rest, _ = strings.Cut(rest, "\n")
	}
	return e, nil
}

func node(kind, id, index C.uint32_t) Node {
	n := Node{Kind: NodeKind(kind), Site: NoSite, Func: NoFunc, Index: int(index)}
	switch n.Kind {
	case NodeSite:
		n.Site = Site(id)
	case NodeParam, NodeResult, NodeTemp:
		n.Func = Func(id)
	}
	return n
}

func libCheck(object unsafe.Pointer) error {
	var out C.bridge_error
	C.bridge_check((*C.outlive_result)(object), &out)
	if out.status != 0 {
		return libError(&out)
	}
	return nil
}

func libVerify(image []byte) error {
	var out C.bridge_error
	C.bridge_verify(imagePtr(image), C.size_t(len(image)), &out)
	if out.status != 0 {
		return libError(&out)
	}
	return nil
}

func libPrint(image []byte) (string, error) {
	var out C.bridge_buffer
	C.bridge_print(imagePtr(image), C.size_t(len(image)), &out)
	return takeBuffer(&out)
}

func libParse(text string) (string, error) {
	var out C.bridge_buffer
	C.bridge_parse(textPtr(text), C.size_t(len(text)), &out)
	return takeBuffer(&out)
}

func libModuleFromImage(image []byte, o *Options) (unsafe.Pointer, error) {
	var out C.bridge_module
	s := settings(o)
	C.bridge_module_from_image(imagePtr(image), C.size_t(len(image)), &s, &out)
	return takeModule(&out)
}

// libModuleFromText returns the module, and its image.
func libModuleFromText(text string, o *Options) (unsafe.Pointer, []byte, error) {
	var out C.bridge_module
	s := settings(o)
	C.bridge_module_from_text(textPtr(text), C.size_t(len(text)), &s, &out)
	return takeModuleAndImage(&out)
}

// libRunPasses returns the rewritten module, and its image.
func libRunPasses(object unsafe.Pointer, passes string, o *Options) (unsafe.Pointer, []byte, error) {
	var out C.bridge_module
	s := settings(o)
	C.bridge_run_passes((*C.outlive_module)(object), textPtr(passes), C.size_t(len(passes)), &s,
		textPtr(o.Model), C.size_t(len(o.Model)), textPtr(o.Profile), C.size_t(len(o.Profile)), &out)
	return takeModuleAndImage(&out)
}

func libModuleStats(object unsafe.Pointer) (counts ModuleStats) {
	C.outlive_module_stats((*C.outlive_module)(object), C.size_t(unsafe.Sizeof(counts)), (*C.outlive_module_counts)(unsafe.Pointer(&counts)))
	return counts
}

// The layout of ModuleStats is that of the front of outlive_module_counts.
var _ [unsafe.Sizeof(C.outlive_module_counts{}) - unsafe.Sizeof(ModuleStats{})]struct{}

func takeModuleAndImage(out *C.bridge_module) (unsafe.Pointer, []byte, error) {
	object, err := takeModule(out)
	if err != nil {
		return nil, nil, err
	}
	image := C.GoBytes(unsafe.Pointer(out.image.data), C.int(out.image.len))
	C.outlive_buffer_free(out.image.buffer)
	return object, image, nil
}

func takeModule(out *C.bridge_module) (unsafe.Pointer, error) {
	if out.error.status != 0 {
		return nil, libError(&out.error)
	}
	return unsafe.Pointer(out.module), nil
}

func libFreeModule(object unsafe.Pointer) { C.outlive_module_free((*C.outlive_module)(object)) }

func libModulePrint(object unsafe.Pointer) (string, error) {
	var out C.bridge_buffer
	C.bridge_module_print((*C.outlive_module)(object), &out)
	return takeBuffer(&out)
}

func libModuleEncode(object unsafe.Pointer) (string, error) {
	var out C.bridge_buffer
	C.bridge_module_encode((*C.outlive_module)(object), &out)
	return takeBuffer(&out)
}

// takeBuffer copies a buffer of the library and frees it.
func takeBuffer(out *C.bridge_buffer) (string, error) {
	if out.error.status != 0 {
		return "", libError(&out.error)
	}
	s := string(unsafe.Slice((*byte)(out.data), int(out.len)))
	C.outlive_buffer_free(out.buffer)
	return s, nil
}

func libVersion() string {
	v := C.outlive_version()
	return C.GoStringN(v.data, C.int(v.len))
}
