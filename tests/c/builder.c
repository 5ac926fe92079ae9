/* A module built node by node, with every call that builds: it is the one a text describes. */
#include "check.h"

#define OK(call) CHECK((call) == OUTLIVE_OK && error == NULL)

static outlive_error *error;

/* The module in its readable form. */
static const char expected[] =
    "module \"built\" producer \"tests/c\"\n"
    "file \"built.c\"\n"
    "type t0 = int\n"
    "type t1 = bool\n"
    "type t2 = *int\n"
    "type t3 = []*int\n"
    "type t4 = [4]int\n"
    "type t5 = map[int]*int\n"
    "type t6 = chan<- int\n"
    "type t7 = func(int, []*int) *int\n"
    "type t8 pkg.List [int] = t10 method Len pkg.List.Len 1\n"
    "type t9 = *pkg.List\n"
    "type t10 = struct 16 {next *pkg.List 0, value int 8}\n"
    "type t11 = func() int\n"
    "type t12 = interface {Len func() int}\n"
    "type t13 = tparam T t12\n"
    "type t14 = opaque 24 8 pointers\n"
    "type t15 = func(*pkg.List) int\n"
    "type t16 = func()\n"
    "type t17 = [4]*int\n"
    "type t18 = **int\n"
    "type t19 = *[4]*int\n"
    "global g0 main.table [4]*int data \"0000000000000000000000000000000000000000000000000000000000000000\" @built.c:3:7\n"
    "global g1 main.other [4]*int @built.c:3:7\n"
    "reloc main.table+8 main.other+16\n"
    "reloc main.table+0 func main.pick+0\n"
    "attribute 0 40001 0 1\n"
    "func f0 main.pick func(int, []*int) *int exported [lang_version=22] {\n"
    "b0(v0: int, v1: []*int):\n"
    "  v2: int = const_int -1 @built.c:3:7\n"
    "  v3: *int = var s0 \"x\" {@none} @3:7\n"
    "  store v3, v0 [attr40000=7] @3:7\n"
    "  v4: bool = compare lt v0, v2 @3:7\n"
    "  branch v4, b1, b2 @3:7\n"
    "b1 [depth=2]:\n"
    "  v5: int = load v3 @3:7\n"
    "  v6: **int = elem_addr v1, v5 @3:7\n"
    "  v7: *int = load v6 @3:7\n"
    "  switch v5, b3(v3), 5: b2, -1: b3(v7) @3:7\n"
    "b2:\n"
    "  v8: *[4]*int = global_addr main.table @3:7\n"
    "  v9: int = const_int 0 @3:7\n"
    "  v10: **int = elem_addr v8, v9 @3:7\n"
    "  store v10, v3 @3:7\n"
    "  v11: *int = call main.external v9, v1 @3:7\n"
    "  jump b3(v11) @3:7\n"
    "b3(v12: *int):\n"
    "  return v12 @3:7\n"
    "}\n"
    "func f1 main.external func(int, []*int) *int\n"
    "promise main.external 1 mutated=1 result0=2\n"
    "func f2 pkg.List.Len func(*pkg.List) int receiver recover=b1 {\n"
    "b0(v0: *pkg.List):\n"
    "  v1: *int = field_addr .1 v0\n"
    "  v2: int = load v1\n"
    "  return v2\n"
    "b1:\n"
    "  v3: int = const_int 0\n"
    "  return v3\n"
    "}\n";

/* Types, each once more where the same structure must give the same handle. */
struct types {
  outlive_type integer, boolean, pointer, slice, array, map, chan, func, list, list_pointer, node, nullary, sizer, param;
  outlive_type opaque, method, plain, words;
};

static struct types make_types(outlive_builder *b) {
  struct types t;
  outlive_type again, pair[2];
  outlive_field fields[2];
  outlive_interface_method method;
  memset(fields, 0, sizeof fields);
  memset(&method, 0, sizeof method);
  OK(outlive_builder_type_basic(b, OUTLIVE_TYPE_INT, &t.integer, &error));
  OK(outlive_builder_type_basic(b, OUTLIVE_TYPE_BOOL, &t.boolean, &error));
  OK(outlive_builder_type_pointer(b, t.integer, &t.pointer, &error));
  OK(outlive_builder_type_pointer(b, t.integer, &again, &error));
  CHECK(again.id == t.pointer.id && again.owner == t.pointer.owner && again.owner != 0);
  OK(outlive_builder_type_slice(b, t.pointer, &t.slice, &error));
  OK(outlive_builder_type_array(b, t.integer, 4, &t.array, &error));
  OK(outlive_builder_type_map(b, t.integer, t.pointer, &t.map, &error));
  OK(outlive_builder_type_chan(b, t.integer, 1, &t.chan, &error));
  pair[0] = t.integer;
  pair[1] = t.slice;
  OK(outlive_builder_type_func(b, pair, 2, &t.pointer, 1, 0, &t.func, &error));
  OK(outlive_builder_type_named(b, outlive_str_from("pkg"), outlive_str_from("List"), &t.integer, 1, 0, &t.list, &error));
  OK(outlive_builder_type_pointer(b, t.list, &t.list_pointer, &error));
  fields[0].name = outlive_str_from("next");
  fields[0].type = t.list_pointer;
  fields[1].name = outlive_str_from("value");
  fields[1].type = t.integer;
  fields[1].offset = 8;
  OK(outlive_builder_type_struct(b, 16, fields, 2, sizeof fields[0], &t.node, &error));
  OK(outlive_builder_set_underlying(b, t.list, t.node, &error));
  OK(outlive_builder_type_func(b, NULL, 0, &t.integer, 1, 0, &t.nullary, &error));
  method.name = outlive_str_from("Len");
  method.signature = t.nullary;
  OK(outlive_builder_type_interface(b, &method, 1, sizeof method, &t.sizer, &error));
  OK(outlive_builder_type_param(b, outlive_str_from("T"), t.sizer, &t.param, &error));
  OK(outlive_builder_type_opaque(b, 24, 8, 1, &t.opaque, &error));
  OK(outlive_builder_type_func(b, &t.list_pointer, 1, &t.integer, 1, 0, &t.method, &error));
  OK(outlive_builder_type_func(b, NULL, 0, NULL, 0, 0, &t.plain, &error));
  OK(outlive_builder_type_array(b, t.pointer, 4, &t.words, &error));
  return t;
}

static outlive_function function(outlive_builder *b, const char *name, outlive_type type, uint32_t flags) {
  outlive_function_desc desc;
  outlive_function func = {0, 0};
  memset(&desc, 0, sizeof desc);
  desc.struct_size = sizeof desc;
  desc.name = outlive_str_from(name);
  desc.type = type;
  desc.flags = flags;
  OK(outlive_builder_function(b, &desc, &func, &error));
  return func;
}

static outlive_site site(outlive_builder *b, uint32_t kind, outlive_type type, outlive_function func, const char *name) {
  outlive_site_desc desc;
  outlive_site made = {0, 0};
  memset(&desc, 0, sizeof desc);
  desc.struct_size = sizeof desc;
  desc.kind = kind;
  desc.type = type;
  desc.func = func;
  desc.name = outlive_str_from(name);
  OK(outlive_builder_site(b, &desc, &made, &error));
  return made;
}

/* func main.pick(n int, all []*int) *int: a branch, a switch, a loop's jump and every call for a common instruction. */
static void make_pick(outlive_builder *b, const struct types *t, outlive_function pick, outlive_global table,
                      outlive_function external, uint32_t pos) {
  outlive_body *body = NULL;
  outlive_block entry, yes, no, last;
  outlive_value params[2], zero, one, less, x, loaded, slot, table_address, result, merged, ignored;
  outlive_inst store;
  outlive_case cases[2];
  outlive_instruction instruction;
  outlive_type entry_types[2];
  outlive_site xs = site(b, OUTLIVE_SITE_VAR, t->integer, pick, "x");
  entry_types[0] = t->integer;
  entry_types[1] = t->slice;
  OK(outlive_body_new(b, pick, &body, &error));
  OK(outlive_body_block(body, entry_types, 2, &entry, params, &error));
  OK(outlive_body_block(body, NULL, 0, &yes, NULL, &error));
  OK(outlive_body_block(body, NULL, 0, &no, NULL, &error));
  OK(outlive_body_block(body, &t->pointer, 1, &last, &merged, &error));
  OK(outlive_body_switch_to(body, entry, &error));
  OK(outlive_body_at(body, pos, &error));
  OK(outlive_body_const_int(body, t->integer, -1, &one, &error));
  OK(outlive_body_make(body, xs, &x, &error));

  memset(&instruction, 0, sizeof instruction);
  instruction.struct_size = sizeof instruction;
  instruction.op = OUTLIVE_OP_STORE;
  {
    outlive_value args[2];
    args[0] = x;
    args[1] = params[0];
    instruction.args = args;
    instruction.num_args = 2;
    OK(outlive_body_emit(body, &instruction, NULL, &store, &error));
    OK(outlive_body_attribute_inst(body, store, 40000, 7, &error));
    instruction.op = OUTLIVE_OP_COMPARE;
    instruction.aux = outlive_aux_number(2);
    args[0] = params[0];
    args[1] = one;
    instruction.types = &t->boolean;
    instruction.num_types = 1;
    OK(outlive_body_emit(body, &instruction, &less, NULL, &error));
  }
  OK(outlive_body_branch(body, less, yes, NULL, 0, no, NULL, 0, &error));

  OK(outlive_body_switch_to(body, yes, &error));
  OK(outlive_body_attribute_block(body, yes, OUTLIVE_ATTR_DEPTH, 2, &error));
  OK(outlive_body_load(body, x, &loaded, &error));
  OK(outlive_body_elem_addr(body, params[1], loaded, &slot, &error));
  OK(outlive_body_load(body, slot, &result, &error));
  memset(cases, 0, sizeof cases);
  cases[0].number = 5;
  cases[0].target = no;
  cases[1].number = -1;
  cases[1].target = last;
  cases[1].args = &result;
  cases[1].num_args = 1;
  OK(outlive_body_switch(body, loaded, last, &x, 1, cases, 2, sizeof cases[0], &error));

  OK(outlive_body_switch_to(body, no, &error));
  memset(&instruction, 0, sizeof instruction);
  instruction.struct_size = sizeof instruction;
  instruction.op = OUTLIVE_OP_GLOBAL_ADDR;
  instruction.aux = outlive_aux_global(table);
  {
    outlive_type to_table;
    OK(outlive_builder_type_pointer(b, t->words, &to_table, &error));
    instruction.types = &to_table;
    instruction.num_types = 1;
    OK(outlive_body_emit(body, &instruction, &table_address, NULL, &error));
  }
  OK(outlive_body_const_int(body, t->integer, 0, &zero, &error));
  OK(outlive_body_elem_addr(body, table_address, zero, &slot, &error));
  OK(outlive_body_store(body, slot, x, &error));
  {
    outlive_value args[2];
    args[0] = zero;
    args[1] = params[1];
    OK(outlive_body_call(body, external, args, 2, &ignored, 1, &error));
  }
  OK(outlive_body_jump(body, last, &ignored, 1, &error));

  OK(outlive_body_switch_to(body, last, &error));
  OK(outlive_body_return(body, &merged, 1, &error));
  OK(outlive_body_finish(body, &error));
  outlive_body_free(body);
}

/* func (l *List) Len() int, with a recover block. */
static void make_len(outlive_builder *b, const struct types *t, outlive_function len) {
  outlive_body *body = NULL;
  outlive_block entry, recover;
  outlive_value list, field, value, zero;
  OK(outlive_body_new(b, len, &body, &error));
  OK(outlive_body_block(body, &t->list_pointer, 1, &entry, &list, &error));
  OK(outlive_body_field_addr(body, list, 1, &field, &error));
  OK(outlive_body_load(body, field, &value, &error));
  OK(outlive_body_return(body, &value, 1, &error));
  OK(outlive_body_block(body, NULL, 0, &recover, NULL, &error));
  OK(outlive_body_const_int(body, t->integer, 0, &zero, &error));
  OK(outlive_body_return(body, &zero, 1, &error));
  OK(outlive_body_recover_at(body, recover, &error));
  OK(outlive_body_finish(body, &error));
  outlive_body_free(body);
}

static outlive_builder *new_builder(void) {
  outlive_builder *b = NULL;
  outlive_module_desc desc;
  memset(&desc, 0, sizeof desc);
  desc.struct_size = sizeof desc;
  desc.name = outlive_str_from("built");
  desc.producer = outlive_str_from("tests/c");
  OK(outlive_builder_new(&desc, &b, &error));
  return b;
}

static outlive_module *build(void) {
  static const unsigned char zeroes[32];
  outlive_builder *b = new_builder();
  struct types t = make_types(b);
  outlive_function pick, external, len;
  outlive_global table, other;
  outlive_global_desc global;
  outlive_method method;
  outlive_external what;
  outlive_flow flows[2];
  outlive_module *module = NULL;
  uint32_t file = 9, pos = 0, again = 0, string = 0;
  OK(outlive_builder_file(b, outlive_str_from("built.c"), &file, &error));
  CHECK(file == 0);
  OK(outlive_builder_position(b, file, 3, 7, &pos, &error));
  OK(outlive_builder_position(b, file, 3, 7, &again, &error));
  CHECK(pos == 1 && again == 1);
  OK(outlive_builder_string(b, outlive_str_from("built"), &string, &error));
  memset(&global, 0, sizeof global);
  global.struct_size = sizeof global;
  global.name = outlive_str_from("main.table");
  global.type = t.words;
  global.data = zeroes;
  global.data_len = sizeof zeroes;
  global.pos = pos;
  OK(outlive_builder_global(b, &global, &table, &error));
  global.name = outlive_str_from("main.other");
  global.data = NULL;
  global.data_len = 0;
  OK(outlive_builder_global(b, &global, &other, &error));
  pick = function(b, "main.pick", t.func, OUTLIVE_FUNC_EXPORTED);
  external = function(b, "main.external", t.func, 0);
  len = function(b, "pkg.List.Len", t.method, OUTLIVE_FUNC_RECEIVER);
  OK(outlive_builder_relocate_global(b, table, 8, other, 16, &error));
  OK(outlive_builder_relocate_function(b, table, 0, pick, &error));
  memset(&method, 0, sizeof method);
  method.name = outlive_str_from("Len");
  method.function = len;
  method.flags = 1;
  OK(outlive_builder_set_methods(b, t.list, &method, 1, sizeof method, &error));
  memset(flows, 0, sizeof flows);
  flows[0].param = 1;
  flows[0].flow = OUTLIVE_FLOW_RETURNED;
  flows[0].derefs = 1;
  flows[1].param = 1;
  flows[1].flow = OUTLIVE_FLOW_WRITTEN;
  memset(&what, 0, sizeof what);
  what.struct_size = sizeof what;
  what.flows = flows;
  what.num_flows = 2;
  what.flow_size = sizeof flows[0];
  OK(outlive_builder_external(b, external, &what, &error));
  make_pick(b, &t, pick, table, external, pos);
  make_len(b, &t, len);
  OK(outlive_builder_attribute_function(b, pick, OUTLIVE_ATTR_LANG_VERSION, 22, &error));
  OK(outlive_builder_attribute_module(b, 40001, 1, &error));
  OK(outlive_builder_finish(b, &module, &error));
  outlive_builder_free(b);
  return module;
}

/* What of the module can be read back says what was built. */
static void the_module_is_the_one_described(void) {
  outlive_module *module = build(), *again = NULL;
  outlive_module_counts counts;
  outlive_buffer *printed = NULL, *second = NULL;
  outlive_str all;
  uint32_t func = 99;
  CHECK(module != NULL);
  if (!module) return;
  CHECK(outlive_module_stats(module, sizeof counts, &counts) == OUTLIVE_OK);
  CHECK(counts.functions == 3 && counts.externals == 1 && counts.globals == 2 && counts.sites == 1);
  CHECK(counts.blocks == 6 && counts.instructions == 21 && counts.files == 1 && counts.positions == 2);
  CHECK(is(outlive_module_name(module), "built"));
  CHECK(outlive_module_find_function(module, outlive_str_from("pkg.List.Len"), &func) == OUTLIVE_OK && func == 2);
  CHECK(is(outlive_module_function_name(module, 1), "main.external"));
  CHECK(is(outlive_module_site_name(module, 0), "x"));
  /* The readable form has all of it, and reading it gives the same module. */
  CHECK(outlive_module_print(module, &printed, NULL) == OUTLIVE_OK);
  all.data = (const char *)outlive_buffer_data(printed);
  all.len = outlive_buffer_len(printed);
  CHECK(is(all, expected));
  if (!is(all, expected)) fprintf(stderr, "built was\n%.*s\n", (int)all.len, all.data);
  CHECK(outlive_module_from_text(outlive_str_from(expected), NULL, &again, &error) == OUTLIVE_OK);
  CHECK(outlive_module_print(again, &second, NULL) == OUTLIVE_OK);
  all.data = (const char *)outlive_buffer_data(second);
  all.len = outlive_buffer_len(second);
  CHECK(is(all, expected));
  outlive_buffer_free(second);
  outlive_buffer_free(printed);
  outlive_module_free(again);
  outlive_module_free(module);
}

/* func main.f() *int, which returns the address of a local: pinned, it dangles; else it goes to the heap. */
static void a_local_of_c(uint32_t pinned) {
  outlive_builder *b = new_builder();
  outlive_type integer, pointer, sig;
  outlive_function func;
  outlive_site_desc desc;
  outlive_site x;
  outlive_body *body = NULL;
  outlive_block entry;
  outlive_value address;
  outlive_module *module = NULL;
  outlive_result *result = NULL;
  outlive_explanation *why = NULL;
  const outlive_verdict *verdict;
  const outlive_step *steps = NULL;
  size_t count = 0, entry_size = 0;
  OK(outlive_builder_type_basic(b, OUTLIVE_TYPE_INT, &integer, &error));
  OK(outlive_builder_type_pointer(b, integer, &pointer, &error));
  OK(outlive_builder_type_func(b, NULL, 0, &pointer, 1, 0, &sig, &error));
  func = function(b, "main.f", sig, 0);
  memset(&desc, 0, sizeof desc);
  desc.struct_size = sizeof desc;
  desc.kind = OUTLIVE_SITE_VAR;
  desc.type = integer;
  desc.func = func;
  desc.name = outlive_str_from("x");
  desc.pinned = pinned;
  OK(outlive_builder_site(b, &desc, &x, &error));
  OK(outlive_builder_attribute_site(b, x, OUTLIVE_ATTR_DEPTH, 1, &error));
  OK(outlive_body_new(b, func, &body, &error));
  OK(outlive_body_block(body, NULL, 0, &entry, NULL, &error));
  OK(outlive_body_make(body, x, &address, &error));
  OK(outlive_body_return(body, &address, 1, &error));
  OK(outlive_body_finish(body, &error));
  outlive_body_free(body);
  OK(outlive_builder_finish(b, &module, &error));
  outlive_builder_free(b);
  OK(outlive_analyze_module(module, NULL, &result, &error));
  outlive_module_free(module);
  verdict = find_verdict(result, OUTLIVE_SITE_VAR, "main.f");
  CHECK(verdict && verdict->site == x.id && verdict->reason == OUTLIVE_REASON_RETURNED);
  CHECK(verdict && verdict->placement == (pinned ? OUTLIVE_PLACE_STACK : OUTLIVE_PLACE_HEAP));
  CHECK(verdict && !!(verdict->flags & OUTLIVE_FLAG_DANGLES) == (int)pinned);
  OK(outlive_check_verdicts(result, &error));
  OK(outlive_result_explain(result, x.id, &why, &error));
  CHECK(outlive_explanation_steps(why, &steps, &count, &entry_size) == OUTLIVE_OK && count == 1);
  CHECK(contains(outlive_explanation_line(why, 0), "returned"));
  outlive_explanation_free(why);
  outlive_result_free(result);
}

void test_builder(void) {
  a_local_of_c(0);
  a_local_of_c(1);
  the_module_is_the_one_described();
}
