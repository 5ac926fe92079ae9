// What Go calls: each function here does in one crossing of the border what takes several calls of the C ABI, and copies
// the texts of errors and explanations into memory of the caller, so that nothing is left to free but results and buffers.
#ifndef OUTLIVE_GO_BRIDGE_H
#define OUTLIVE_GO_BRIDGE_H

#include <stdint.h>
#include <string.h>

#include "outlive.h"

#if OUTLIVE_ABI_VERSION != 1
#error "outlive.h is of another ABI version than these bindings"
#endif

typedef struct {
    int32_t status;
    uint32_t section;
    uint64_t offset;
    uint32_t line;
    uint32_t column;
    size_t message_len; // in full; message holds what fits
    char message[2048];
} bridge_error;

typedef struct {
    outlive_result *result;
    const outlive_verdict *verdicts;
    size_t verdict_count;
    size_t verdict_size;
    const outlive_summary *summaries;
    size_t summary_count;
    size_t summary_size;
    outlive_stats stats;
    bridge_error error;
} bridge_answer;

typedef struct {
    outlive_buffer *buffer;
    const uint8_t *data;
    size_t len;
    bridge_error error;
} bridge_buffer;

typedef struct {
    uint32_t reason;
    size_t step_count; // in full; the caller's array holds what fits
    size_t text_len;   // in full
    bridge_error error;
} bridge_explanation;

static size_t bridge_copy(char *to, size_t room, outlive_str text) {
    size_t n = text.len < room ? text.len : room;
    if (n != 0) {
        memcpy(to, text.data, n);
    }
    return n;
}

// Takes over the error object of a failed call.
static void bridge_fail(bridge_error *out, outlive_status status, outlive_error *error) {
    out->status = status;
    out->section = outlive_error_section(error);
    out->offset = outlive_error_offset(error);
    out->line = outlive_error_line(error);
    out->column = outlive_error_column(error);
    outlive_str message = outlive_error_message(error);
    out->message_len = message.len;
    bridge_copy(out->message, sizeof out->message, message);
    outlive_error_free(error);
}

// Everything of outlive_options but texts and what is shared with other threads.
typedef struct {
    uint64_t max_image_bytes;
    uint64_t max_instructions;
    uint64_t max_memory_bytes;
    uint32_t closed;
    uint32_t threads;
    outlive_limits limits; // with a struct_size of 0: those of the profile
} bridge_settings;

// What other threads read and write while a call works.
typedef struct {
    uint64_t done;
    uint64_t total;
} bridge_progress;

static outlive_options bridge_options(const bridge_settings *settings, const char *model, size_t model_len, const char *profile,
                                      size_t profile_len) {
    outlive_options options;
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.model.data = model;
    options.model.len = model_len;
    options.profile.data = profile;
    options.profile.len = profile_len;
    options.max_image_bytes = settings->max_image_bytes;
    options.max_instructions = settings->max_instructions;
    options.max_memory_bytes = settings->max_memory_bytes;
    options.closed = settings->closed;
    options.threads = settings->threads;
    if (settings->limits.struct_size != 0) {
        options.limits = &settings->limits;
    }
    return options;
}

static void bridge_watch(outlive_options *options, const uint32_t *cancel, bridge_progress *progress) {
    options->cancel = cancel;
    if (progress != NULL) {
        options->progress = &progress->done;
        options->total = &progress->total;
    }
}

// What a result says, in the same crossing of the border that made it.
static void bridge_answers(bridge_answer *out) {
    outlive_result_verdicts(out->result, &out->verdicts, &out->verdict_count, &out->verdict_size);
    outlive_result_summaries(out->result, &out->summaries, &out->summary_count, &out->summary_size);
    outlive_result_stats(out->result, sizeof out->stats, &out->stats);
    // The address of an empty table is no address, and Go's runtime stops at those.
    if (out->verdict_count == 0) {
        out->verdicts = NULL;
    }
    if (out->summary_count == 0) {
        out->summaries = NULL;
    }
}

static void bridge_analyze(const uint8_t *image, size_t image_len, const bridge_settings *settings, const char *model,
                           size_t model_len, const char *profile, size_t profile_len, const uint32_t *cancel,
                           bridge_progress *progress, const outlive_bytes *facts,
                           size_t facts_count, bridge_answer *out) {
    outlive_abi_1(); // another library does not link
    outlive_options options = bridge_options(settings, model, model_len, profile, profile_len);
    bridge_watch(&options, cancel, progress);
    options.facts = facts;
    options.facts_count = facts_count;
    outlive_error *error = NULL;
    outlive_status status = outlive_analyze_image(image, image_len, &options, &out->result, &error);
    if (status != OUTLIVE_OK) {
        bridge_fail(&out->error, status, error);
        return;
    }
    bridge_answers(out);
}

static void bridge_module_analyze(const outlive_module *module, const bridge_settings *settings, const char *model,
                                  size_t model_len, const char *profile, size_t profile_len, const uint32_t *cancel,
                                  bridge_progress *progress, const outlive_bytes *facts, size_t facts_count,
                                  bridge_answer *out) {
    outlive_options options = bridge_options(settings, model, model_len, profile, profile_len);
    bridge_watch(&options, cancel, progress);
    options.facts = facts;
    options.facts_count = facts_count;
    outlive_error *error = NULL;
    outlive_status status = outlive_analyze_module(module, &options, &out->result, &error);
    if (status != OUTLIVE_OK) {
        bridge_fail(&out->error, status, error);
        return;
    }
    bridge_answers(out);
}

static void bridge_profile_limits(const char *profile, size_t profile_len, outlive_limits *limits, bridge_error *out) {
    outlive_error *error = NULL;
    outlive_str name = {profile, profile_len};
    outlive_status status = outlive_profile_limits(name, sizeof *limits, limits, &error);
    if (status != OUTLIVE_OK) {
        bridge_fail(out, status, error);
    }
}

// Lists of rows by function and by place, and functions by name. What is not there is none.
typedef struct {
    const uint32_t *indices;
    size_t count;
} bridge_list;

static void bridge_none(outlive_status status, bridge_list *out) {
    if (status != OUTLIVE_OK || out->count == 0) {
        out->indices = NULL;
        out->count = 0;
    }
}

static void bridge_verdicts_of_function(const outlive_result *result, uint32_t func, bridge_list *out) {
    outlive_status status = outlive_result_verdicts_of_function(result, func, &out->indices, &out->count, NULL);
    bridge_none(status, out);
}

static void bridge_verdicts_at(const outlive_result *result, const char *file, size_t file_len, uint32_t line, uint32_t column,
                               bridge_list *out) {
    outlive_str name = {file, file_len};
    outlive_status status = outlive_result_verdicts_at(result, name, line, column, &out->indices, &out->count, NULL);
    bridge_none(status, out);
}

static uint32_t bridge_find_function(const outlive_result *result, const char *name, size_t name_len) {
    outlive_str text = {name, name_len};
    uint32_t func = UINT32_MAX;
    return outlive_result_find_function(result, text, &func, NULL) == OUTLIVE_OK ? func : UINT32_MAX;
}

// Writes the steps and, each followed by a newline, their lines.
static void bridge_explain(const outlive_result *result, uint32_t site, outlive_step *steps, size_t step_room, char *text,
                           size_t text_room, bridge_explanation *out) {
    outlive_error *error = NULL;
    outlive_explanation *explanation = NULL;
    outlive_status status = outlive_result_explain(result, site, &explanation, &error);
    if (status != OUTLIVE_OK) {
        bridge_fail(&out->error, status, error);
        return;
    }
    out->reason = outlive_explanation_reason(explanation);
    const outlive_step *rows = NULL;
    size_t count = 0, size = 0;
    outlive_explanation_steps(explanation, &rows, &count, &size);
    out->step_count = count;
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        if (i < step_room) {
            memcpy(&steps[i], (const char *)rows + i * size, sizeof steps[i]);
        }
        outlive_str line = outlive_explanation_line(explanation, i);
        if (used + line.len + 1 <= text_room) {
            bridge_copy(text + used, text_room - used, line);
            text[used + line.len] = '\n';
        }
        used += line.len + 1;
    }
    out->text_len = used;
    outlive_explanation_free(explanation);
}

static void bridge_check(const outlive_result *result, bridge_error *out) {
    outlive_error *error = NULL;
    outlive_status status = outlive_check_verdicts(result, &error);
    if (status != OUTLIVE_OK) {
        bridge_fail(out, status, error);
    }
}

static void bridge_take(outlive_buffer *buffer, bridge_buffer *out);

static void bridge_facts(const outlive_result *result, bridge_buffer *out) {
    outlive_error *error = NULL;
    outlive_buffer *buffer = NULL;
    outlive_status status = outlive_result_facts(result, &buffer, &error);
    if (status != OUTLIVE_OK) {
        bridge_fail(&out->error, status, error);
        return;
    }
    bridge_take(buffer, out);
}

static void bridge_verify(const uint8_t *image, size_t image_len, bridge_error *out) {
    outlive_error *error = NULL;
    outlive_status status = outlive_verify_image(image, image_len, NULL, &error);
    if (status != OUTLIVE_OK) {
        bridge_fail(out, status, error);
    }
}

static void bridge_take(outlive_buffer *buffer, bridge_buffer *out) {
    out->buffer = buffer;
    out->len = outlive_buffer_len(buffer);
    out->data = out->len != 0 ? outlive_buffer_data(buffer) : NULL;
}

static void bridge_print(const uint8_t *image, size_t image_len, bridge_buffer *out) {
    outlive_error *error = NULL;
    outlive_buffer *buffer = NULL;
    outlive_status status = outlive_print_image(image, image_len, NULL, &buffer, &error);
    if (status != OUTLIVE_OK) {
        bridge_fail(&out->error, status, error);
        return;
    }
    bridge_take(buffer, out);
}

static void bridge_parse(const char *text, size_t text_len, bridge_buffer *out) {
    outlive_error *error = NULL;
    outlive_buffer *buffer = NULL;
    outlive_str source = {text, text_len};
    outlive_status status = outlive_image_from_text(source, NULL, &buffer, &error);
    if (status != OUTLIVE_OK) {
        bridge_fail(&out->error, status, error);
        return;
    }
    bridge_take(buffer, out);
}

typedef struct {
    outlive_module *module;
    bridge_buffer image; // of a module that was not made from one
    bridge_error error;
} bridge_module;

// Adds the image of a module that was made otherwise; without it the module is freed.
static void bridge_add_image(bridge_module *out) {
    outlive_error *error = NULL;
    outlive_buffer *buffer = NULL;
    outlive_status status = outlive_module_encode(out->module, &buffer, &error);
    if (status != OUTLIVE_OK) {
        outlive_module_free(out->module);
        bridge_fail(&out->error, status, error);
        return;
    }
    bridge_take(buffer, &out->image);
}

static void bridge_module_from_image(const uint8_t *image, size_t image_len, const bridge_settings *settings,
                                     bridge_module *out) {
    outlive_options options = bridge_options(settings, NULL, 0, NULL, 0);
    outlive_error *error = NULL;
    outlive_status status = outlive_module_from_image(image, image_len, &options, &out->module, &error);
    if (status != OUTLIVE_OK) {
        bridge_fail(&out->error, status, error);
    }
}

static void bridge_module_from_text(const char *text, size_t text_len, const bridge_settings *settings, bridge_module *out) {
    outlive_options options = bridge_options(settings, NULL, 0, NULL, 0);
    outlive_error *error = NULL;
    outlive_str source = {text, text_len};
    outlive_status status = outlive_module_from_text(source, &options, &out->module, &error);
    if (status != OUTLIVE_OK) {
        bridge_fail(&out->error, status, error);
        return;
    }
    bridge_add_image(out);
}

static void bridge_run_passes(const outlive_module *module, const char *passes, size_t passes_len,
                              const bridge_settings *settings, const char *model, size_t model_len, const char *profile,
                              size_t profile_len, bridge_module *out) {
    outlive_options options = bridge_options(settings, model, model_len, profile, profile_len);
    outlive_error *error = NULL;
    outlive_str names = {passes, passes_len};
    outlive_status status = outlive_module_run_passes(module, names, &options, &out->module, &error);
    if (status != OUTLIVE_OK) {
        bridge_fail(&out->error, status, error);
        return;
    }
    bridge_add_image(out);
}

static void bridge_module_print(const outlive_module *module, bridge_buffer *out) {
    outlive_error *error = NULL;
    outlive_buffer *buffer = NULL;
    outlive_status status = outlive_module_print(module, &buffer, &error);
    if (status != OUTLIVE_OK) {
        bridge_fail(&out->error, status, error);
        return;
    }
    bridge_take(buffer, out);
}

static void bridge_module_encode(const outlive_module *module, bridge_buffer *out) {
    outlive_error *error = NULL;
    outlive_buffer *buffer = NULL;
    outlive_status status = outlive_module_encode(module, &buffer, &error);
    if (status != OUTLIVE_OK) {
        bridge_fail(&out->error, status, error);
        return;
    }
    bridge_take(buffer, out);
}

#endif
