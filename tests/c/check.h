/* What the C tests share: checks that say where they failed, and the module most of them use. */
#ifndef CHECK_H
#define CHECK_H

#include "outlive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern int checks, failures;

#define CHECK(cond)                                                     \
  do {                                                                  \
    checks++;                                                           \
    if (!(cond)) {                                                      \
      failures++;                                                       \
      fprintf(stderr, "%s:%d: failed: %s\n", __FILE__, __LINE__, #cond); \
    }                                                                   \
  } while (0)

/* Checks that an error object is there, has the status, and says something that contains the words; frees it. */
#define CHECK_ERROR(error, status, words) check_error(__FILE__, __LINE__, &(error), (status), (words))

void check_error(const char *file, int line, outlive_error **error, outlive_status status, const char *words);

/* Whether a text is that C string. */
int is(outlive_str str, const char *text);

/* Whether a text contains that C string. */
int contains(outlive_str str, const char *text);

/* The image of a readable text; fails loudly. */
outlive_buffer *image_of(const char *text);

/* Three functions: leak returns the address of its parameter, read only loads through its own, and main calls both. */
extern const char program[];

/* The first row of a kind and function of a result, or NULL. */
const outlive_verdict *find_verdict(const outlive_result *result, unsigned kind, const char *function);

void test_version(void);
void test_words(void);
void test_layout(void);
void test_analyze(void);
void test_module(void);
void test_analysis(void);
void test_builder(void);
void test_builder_errors(void);
void test_facts(void);
void test_errors(void);
void test_explain(void);
void test_suggest(void);
void test_text(void);
void test_threads(void);
void test_golden(const char *folder);

#endif
