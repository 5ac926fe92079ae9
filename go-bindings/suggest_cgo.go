//go:build cgo

package outlive

/*
#cgo noescape bridge_suggest
#cgo nocallback bridge_suggest
#cgo noescape outlive_suggestions_line
#cgo nocallback outlive_suggestions_line
#cgo noescape outlive_suggestions_free
#cgo nocallback outlive_suggestions_free
#include "bridge.h"

typedef struct {
    outlive_suggestions *suggestions;
    const outlive_suggestion *rows;
    size_t row_count;
    size_t row_size;
    const outlive_change *changes;
    size_t change_count;
    size_t change_size;
    const uint32_t *freed;
    size_t freed_count;
    bridge_error error;
} bridge_suggestions;

static void bridge_suggest(const outlive_result *result, uint32_t site, bridge_suggestions *out) {
    outlive_error *error = NULL;
    outlive_status status = outlive_result_suggest(result, site, &out->suggestions, &error);
    if (status != OUTLIVE_OK) {
        bridge_fail(&out->error, status, error);
        return;
    }
    outlive_suggestions_rows(out->suggestions, &out->rows, &out->row_count, &out->row_size);
    outlive_suggestions_changes(out->suggestions, &out->changes, &out->change_count, &out->change_size);
    outlive_suggestions_freed(out->suggestions, &out->freed, &out->freed_count);
}
*/
import "C"

import (
	"slices"
	"strings"
	"unsafe"
)

func libSuggest(handle unsafe.Pointer, site Site) ([]Suggestion, error) {
	var out C.bridge_suggestions
	C.bridge_suggest((*C.outlive_result)(handle), C.uint32_t(site), &out)
	if out.error.status != 0 {
		return nil, libError(&out.error)
	}
	defer C.outlive_suggestions_free(out.suggestions)
	rows := table{unsafe.Pointer(out.rows), int(out.row_count), uintptr(out.row_size)}
	changes := table{unsafe.Pointer(out.changes), int(out.change_count), uintptr(out.change_size)}
	freed := unsafe.Slice((*Site)(unsafe.Pointer(out.freed)), int(out.freed_count))
	list := make([]Suggestion, rows.n)
	for i := range list {
		row := (*C.outlive_suggestion)(rows.row(i))
		s := Suggestion{Verdict: *(*Verdict)(unsafe.Pointer(&row.verdict)), Partial: row.partial != 0}
		for n := row.first_change; n < row.first_change+row.change_count; n++ {
			s.Changes = append(s.Changes, change((*C.outlive_change)(changes.row(int(n))), C.outlive_suggestions_line(out.suggestions, C.size_t(n))))
		}
		s.Frees = slices.Clone(freed[row.first_freed:][:row.freed_count])
		list[i] = s
	}
	return list, nil
}

func change(row *C.outlive_change, line C.outlive_str) Change {
	c := Change{Edit: Edit(row.edit), Func: Func(row._func), Inst: -1, Step: step(&row.step)}
	if row.inst != C.UINT32_MAX {
		c.Inst = int(row.inst)
	}
	c.Step.Text = strings.Clone(unsafe.String((*byte)(unsafe.Pointer(line.data)), int(line.len)))
	return c
}

func step(s *C.outlive_step) Step {
	return Step{
		From:   node(s.from_kind, s.from_id, s.from_index),
		To:     node(s.to_kind, s.to_id, s.to_index),
		Derefs: int(s.derefs),
		Why:    Why(s.why),
		Pos:    Pos(s.pos),
	}
}
