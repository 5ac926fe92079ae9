/* Builds the module of `benches/nodes.rs` by calls of the C ABI, and says how long it took: nanoseconds for the calls that add, and for
 * finishing, which verifies. With a second argument the image goes to that file. `benches/nodes.rs` compares both. */
#define _POSIX_C_SOURCE 200809L
#include "outlive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static outlive_error *error;

static void check(outlive_status status) {
  if (status != OUTLIVE_OK) {
    outlive_str message = outlive_error_message(error);
    fprintf(stderr, "nodes: %.*s\n", (int)message.len, message.data);
    exit(1);
  }
}

static unsigned long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (unsigned long long)time.tv_sec * 1000000000ull + (unsigned long long)time.tv_nsec;
}

static outlive_builder *b;
static outlive_type integer, boolean, node, node_pointer, sig;

static outlive_site site(outlive_function func, uint32_t kind, outlive_type type, const char *name, uint32_t pos) {
  outlive_site_desc desc;
  outlive_site made;
  memset(&desc, 0, sizeof desc);
  desc.struct_size = sizeof desc;
  desc.kind = kind;
  desc.type = type;
  desc.func = func;
  desc.pos = pos;
  desc.name = outlive_str_from(name);
  check(outlive_builder_site(b, &desc, &made, &error));
  return made;
}

/* An instruction without a call of its own, with one result. */
static outlive_value emit(outlive_body *body, uint32_t op, uint32_t aux, outlive_value x, outlive_value y, outlive_type type) {
  outlive_instruction instruction;
  outlive_value args[2], made;
  args[0] = x;
  args[1] = y;
  memset(&instruction, 0, sizeof instruction);
  instruction.struct_size = sizeof instruction;
  instruction.op = op;
  instruction.aux = outlive_aux_number(aux);
  instruction.args = args;
  instruction.num_args = 2;
  instruction.types = &type;
  instruction.num_types = 1;
  check(outlive_body_emit(body, &instruction, &made, NULL, &error));
  return made;
}

static void function(outlive_function func, outlive_function callee, uint32_t file, uint32_t line, int units) {
  outlive_body *body;
  outlive_block entry;
  outlive_value params[2], sum;
  uint32_t pos;
  int i;
  check(outlive_body_new(b, func, &body, &error));
  {
    outlive_type types[2];
    types[0] = node_pointer;
    types[1] = integer;
    check(outlive_body_block(body, types, 2, &entry, params, &error));
  }
  sum = params[1];
  for (i = 0; i < units; i++) {
    outlive_block yes, join;
    outlive_value one, x, y, next, value, n, less, made, args[2], merged, field;
    check(outlive_builder_position(b, file, line + (uint32_t)i, 7, &pos, &error));
    check(outlive_body_at(body, pos, &error));
    check(outlive_body_const_int(body, integer, i, &one, &error));
    check(outlive_body_make(body, site(func, OUTLIVE_SITE_VAR, integer, "x", pos), &x, &error));
    check(outlive_body_store(body, x, one, &error));
    check(outlive_body_load(body, x, &y, &error));
    sum = emit(body, OUTLIVE_OP_BINARY, 0, sum, y, integer);
    check(outlive_body_field_addr(body, params[0], 0, &next, &error));
    check(outlive_body_load(body, next, &n, &error));
    check(outlive_body_field_addr(body, n, 1, &value, &error));
    check(outlive_body_store(body, value, sum, &error));
    check(outlive_body_make(body, site(func, OUTLIVE_SITE_NEW, node, "new(Node)", pos), &made, &error));
    check(outlive_body_field_addr(body, made, 0, &field, &error));
    check(outlive_body_store(body, field, n, &error));
    args[0] = made;
    args[1] = sum;
    check(outlive_body_call(body, callee, args, 2, &y, 1, &error));
    less = emit(body, OUTLIVE_OP_COMPARE, 2, y, sum, boolean);
    /* The block that is built in is the one made last, so the branch goes back to its own. */
    check(outlive_body_block(body, NULL, 0, &yes, NULL, &error));
    check(outlive_body_block(body, &integer, 1, &join, &merged, &error));
    check(outlive_body_switch_to(body, entry, &error));
    check(outlive_body_branch(body, less, yes, NULL, 0, join, &sum, 1, &error));
    check(outlive_body_switch_to(body, yes, &error));
    y = emit(body, OUTLIVE_OP_BINARY, 2, y, one, integer);
    check(outlive_body_jump(body, join, &y, 1, &error));
    check(outlive_body_switch_to(body, join, &error));
    entry = join;
    sum = merged;
  }
  check(outlive_body_return(body, &sum, 1, &error));
  check(outlive_body_finish(body, &error));
  outlive_body_free(body);
}

int main(int argc, char **argv) {
  int functions, units, i;
  unsigned long long start, added, finished;
  outlive_module_desc desc;
  outlive_module *module;
  outlive_function *funcs;
  uint32_t file;
  if (argc < 3) return 2;
  functions = atoi(argv[1]);
  units = atoi(argv[2]);
  start = now();
  memset(&desc, 0, sizeof desc);
  desc.struct_size = sizeof desc;
  desc.name = outlive_str_from("nodes");
  check(outlive_builder_new(&desc, &b, &error));
  check(outlive_builder_file(b, outlive_str_from("nodes.c"), &file, &error));
  check(outlive_builder_type_basic(b, OUTLIVE_TYPE_INT, &integer, &error));
  check(outlive_builder_type_basic(b, OUTLIVE_TYPE_BOOL, &boolean, &error));
  check(outlive_builder_type_named(b, outlive_str_from("main"), outlive_str_from("Node"), NULL, 0, 0, &node, &error));
  check(outlive_builder_type_pointer(b, node, &node_pointer, &error));
  {
    outlive_field fields[2];
    outlive_type underlying, params[2];
    memset(fields, 0, sizeof fields);
    fields[0].name = outlive_str_from("next");
    fields[0].type = node_pointer;
    fields[1].name = outlive_str_from("value");
    fields[1].type = integer;
    fields[1].offset = 8;
    check(outlive_builder_type_struct(b, 16, fields, 2, sizeof fields[0], &underlying, &error));
    check(outlive_builder_set_underlying(b, node, underlying, &error));
    params[0] = node_pointer;
    params[1] = integer;
    check(outlive_builder_type_func(b, params, 2, &integer, 1, 0, &sig, &error));
  }
  funcs = malloc((size_t)functions * sizeof *funcs);
  for (i = 0; i < functions; i++) {
    outlive_function_desc wanted;
    char name[32];
    snprintf(name, sizeof name, "main.f%d", i);
    memset(&wanted, 0, sizeof wanted);
    wanted.struct_size = sizeof wanted;
    wanted.name = outlive_str_from(name);
    wanted.type = sig;
    check(outlive_builder_function(b, &wanted, &funcs[i], &error));
  }
  for (i = 0; i < functions; i++) {
    function(funcs[i], funcs[(i + 1) % functions], file, (uint32_t)(1 + i * units), units);
  }
  added = now();
  check(outlive_builder_finish(b, &module, &error));
  finished = now();
  printf("%llu %llu\n", added - start, finished - added);
  if (argc > 3) {
    outlive_buffer *image;
    FILE *out = fopen(argv[3], "wb");
    check(outlive_module_encode(module, &image, &error));
    if (!out || fwrite(outlive_buffer_data(image), 1, outlive_buffer_len(image), out) != outlive_buffer_len(image)) return 1;
    fclose(out);
    outlive_buffer_free(image);
  }
  outlive_builder_free(b);
  outlive_module_free(module);
  free(funcs);
  return 0;
}
