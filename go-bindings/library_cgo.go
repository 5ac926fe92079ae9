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
#cgo noescape outlive_result_free
#cgo nocallback outlive_result_free
#cgo noescape outlive_buffer_free
#cgo nocallback outlive_buffer_free
#cgo nocallback outlive_version
#include "bridge.h"
*/
import "C"

import (
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
	}
	if o.Closed {
		s.closed = 1
	}
	return s
}

// libAnalyze is the one call of an analysis.
func libAnalyze(image []byte, o *Options) (answer, error) {
	var out C.bridge_answer
	s := settings(o)
	C.bridge_analyze(imagePtr(image), C.size_t(len(image)), &s,
		textPtr(o.Model), C.size_t(len(o.Model)), textPtr(o.Profile), C.size_t(len(o.Profile)), &out)
	return takeAnswer(&out)
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

// The layout of Stats is that of outlive_stats.
var _ = [1]struct{}{}[unsafe.Sizeof(Stats{})-unsafe.Sizeof(C.outlive_stats{})]

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
		s := &steps[i]
		e.Steps[i] = Step{
			From:   node(s.from_kind, s.from_id, s.from_index),
			To:     node(s.to_kind, s.to_id, s.to_index),
			Derefs: int(s.derefs),
			Why:    Why(s.why),
			Pos:    Pos(s.pos),
		}
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

func libModuleFromText(text string, o *Options) (unsafe.Pointer, error) {
	var out C.bridge_module
	s := settings(o)
	C.bridge_module_from_text(textPtr(text), C.size_t(len(text)), &s, &out)
	return takeModule(&out)
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
