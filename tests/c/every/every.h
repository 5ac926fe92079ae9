/* Values of every type that a client may pass: right ones, wrong ones, and impossible ones. The calls are generated (calls.c). */
#ifndef EVERY_H
#define EVERY_H

#include "outlive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct call {
  const char *name;
  void (*run)(void);
};

extern const struct call calls[];

/* Counts a check of a call, and says which failed. */
#define CHECK(name, cond) check(name, cond, #cond)
void check(const char *name, int holds, const char *what);

/* Whether it is one time in so many. */
int once_in(unsigned n);

/* Memory that is all zero, large and aligned, for what is passed in; and such that nobody has written to, for what comes out. Each
 * call of a function gets memory of its own. */
void *input(void);
void *output(void);
int is_untouched(const void *memory);

/* A number of elements: few, or more than memory has. */
size_t count(void);
/* A size of a structure or entry, which output() has room for. */
size_t pick_size(void);

size_t any_size_t(void);
uint8_t any_uint8_t(void);
uint32_t any_uint32_t(void);
uint64_t any_uint64_t(void);
int32_t any_int32_t(void);
int64_t any_int64_t(void);
outlive_status any_outlive_status(void);
outlive_str any_outlive_str(void);

outlive_module *fresh_outlive_module(void);
outlive_result *fresh_outlive_result(void);
outlive_explanation *fresh_outlive_explanation(void);
outlive_suggestions *fresh_outlive_suggestions(void);
outlive_buffer *fresh_outlive_buffer(void);
outlive_error *fresh_outlive_error(void);
outlive_builder *fresh_outlive_builder(void);
outlive_body *fresh_outlive_body(void);

/* The error of a call: there if it failed and was asked for one. Frees it. */
void check_error(const char *name, outlive_status status, outlive_error **error);

/* Reads a text the library lent. */
void use_str(outlive_str text);

#endif
