/* What a builder refuses, at the call that makes the mistake: the status, and a message that names the entity. Nothing is changed, so
   that the module can be finished all the same. */
#include "check.h"

static outlive_error *error;
static outlive_builder *b;
static outlive_type integer, boolean, pointer, string, unary, node, named;
static outlive_function f, other, external;

#define OK(call) CHECK((call) == OUTLIVE_OK && error == NULL)
#define REFUSED(call, status, words)    \
  do {                                  \
    CHECK((call) == (status));          \
    CHECK_ERROR(error, status, words);  \
  } while (0)

static outlive_builder *new_builder(uint64_t max_instructions, uint64_t max_memory) {
  outlive_builder *made = NULL;
  outlive_module_desc desc;
  memset(&desc, 0, sizeof desc);
  desc.struct_size = sizeof desc;
  desc.name = outlive_str_from("m");
  desc.max_instructions = max_instructions;
  desc.max_memory_bytes = max_memory;
  OK(outlive_builder_new(&desc, &made, &error));
  return made;
}

static outlive_status add_function(outlive_builder *builder, const char *name, outlive_type type, outlive_function *made) {
  outlive_function_desc desc;
  memset(&desc, 0, sizeof desc);
  desc.struct_size = sizeof desc;
  desc.name = outlive_str_from(name);
  desc.type = type;
  return outlive_builder_function(builder, &desc, made, &error);
}

static outlive_site_desc site_desc(uint32_t kind, outlive_type type, outlive_function func) {
  outlive_site_desc desc;
  memset(&desc, 0, sizeof desc);
  desc.struct_size = sizeof desc;
  desc.kind = kind;
  desc.type = type;
  desc.func = func;
  return desc;
}

static outlive_instruction instruction(uint32_t op) {
  outlive_instruction made;
  memset(&made, 0, sizeof made);
  made.struct_size = sizeof made;
  made.op = op;
  return made;
}

static void builders(void) {
  outlive_builder *made = NULL;
  outlive_module_desc desc;
  memset(&desc, 0, sizeof desc);
  REFUSED(outlive_builder_new(NULL, &made, &error), OUTLIVE_E_BAD_ARGUMENT, "desc is NULL");
  REFUSED(outlive_builder_new(&desc, &made, &error), OUTLIVE_E_BAD_ARGUMENT, "desc.struct_size is 0");
  desc.struct_size = sizeof desc;
  REFUSED(outlive_builder_new(&desc, NULL, &error), OUTLIVE_E_BAD_ARGUMENT, "builder is NULL");
  desc.pointer_size = 5;
  REFUSED(outlive_builder_new(&desc, &made, &error), OUTLIVE_E_BAD_ARGUMENT, "pointer of 5 bytes");
  desc.pointer_size = 4;
  desc.max_align = 3;
  REFUSED(outlive_builder_new(&desc, &made, &error), OUTLIVE_E_BAD_ARGUMENT, "alignment of 3 bytes");
  desc.max_align = 0;
  desc.reserved = 1;
  REFUSED(outlive_builder_new(&desc, &made, &error), OUTLIVE_E_UNSUPPORTED, "reserved");
  desc.reserved = 0;
  desc.name = outlive_str_from("\xff");
  REFUSED(outlive_builder_new(&desc, &made, &error), OUTLIVE_E_BAD_UTF8, "desc.name");
  CHECK(made == NULL);
  outlive_builder_free(NULL);
  outlive_body_free(NULL);
}

static void types(void) {
  outlive_builder *stranger = new_builder(0, 0);
  outlive_type foreign, none = {0, 0}, t = {7, 7}, beyond = integer;
  outlive_field field;
  outlive_interface_method signature;
  outlive_method method;
  memset(&field, 0, sizeof field);
  memset(&signature, 0, sizeof signature);
  memset(&method, 0, sizeof method);
  OK(outlive_builder_type_basic(stranger, OUTLIVE_TYPE_INT, &foreign, &error));
  CHECK(foreign.id == integer.id);
  REFUSED(outlive_builder_type_basic(b, OUTLIVE_TYPE_PTR, &t, &error), OUTLIVE_E_BAD_ARGUMENT, "kind 32");
  REFUSED(outlive_builder_type_basic(NULL, OUTLIVE_TYPE_INT, &t, &error), OUTLIVE_E_BAD_ARGUMENT, "builder is NULL");
  REFUSED(outlive_builder_type_basic(b, OUTLIVE_TYPE_INT, NULL, &error), OUTLIVE_E_BAD_ARGUMENT, "type is NULL");
  REFUSED(outlive_builder_type_pointer(b, foreign, &t, &error), OUTLIVE_E_BAD_ENTITY, "type t0 is not of this builder");
  REFUSED(outlive_builder_type_pointer(b, none, &t, &error), OUTLIVE_E_BAD_ENTITY, "no type is given");
  beyond.id = 1000;
  REFUSED(outlive_builder_type_slice(b, beyond, &t, &error), OUTLIVE_E_BAD_ENTITY, "type t1000 does not exist");
  REFUSED(outlive_builder_type_array(b, beyond, 3, &t, &error), OUTLIVE_E_BAD_ENTITY, "t1000");
  REFUSED(outlive_builder_type_map(b, integer, foreign, &t, &error), OUTLIVE_E_BAD_ENTITY, "t0");
  REFUSED(outlive_builder_type_chan(b, integer, 3, &t, &error), OUTLIVE_E_BAD_ARGUMENT, "direction 3");
  REFUSED(outlive_builder_type_func(b, NULL, 1, NULL, 0, 0, &t, &error), OUTLIVE_E_BAD_ARGUMENT, "params is NULL");
  REFUSED(outlive_builder_type_func(b, &foreign, 1, NULL, 0, 0, &t, &error), OUTLIVE_E_BAD_ENTITY, "t0");
  REFUSED(outlive_builder_type_func(b, &integer, SIZE_MAX, NULL, 0, 0, &t, &error), OUTLIVE_E_BAD_ARGUMENT, "memory");
  REFUSED(outlive_builder_type_func(b, NULL, 0, NULL, 0, 1, &t, &error), OUTLIVE_E_BAD_ARGUMENT, "variadic");
  field.type = foreign;
  REFUSED(outlive_builder_type_struct(b, 8, &field, 1, sizeof field, &t, &error), OUTLIVE_E_BAD_ENTITY, "t0");
  field.type = integer;
  field.embedded = 2;
  REFUSED(outlive_builder_type_struct(b, 8, &field, 1, sizeof field, &t, &error), OUTLIVE_E_BAD_ARGUMENT, "embedded");
  REFUSED(outlive_builder_type_struct(b, 8, &field, 1, 8, &t, &error), OUTLIVE_E_BAD_ARGUMENT, "entry size");
  signature.signature = integer;
  REFUSED(outlive_builder_type_interface(b, &signature, 1, sizeof signature, &t, &error), OUTLIVE_E_BAD_TYPE, "no func type");
  REFUSED(outlive_builder_type_named(b, outlive_str_from("p"), outlive_str_from("\xff"), NULL, 0, 0, &t, &error),
          OUTLIVE_E_BAD_UTF8, "name");
  REFUSED(outlive_builder_type_param(b, outlive_str_from("T"), foreign, &t, &error), OUTLIVE_E_BAD_ENTITY, "t0");
  REFUSED(outlive_builder_type_opaque(b, 8, 3, 0, &t, &error), OUTLIVE_E_BAD_ARGUMENT, "power of two");
  REFUSED(outlive_builder_set_underlying(b, integer, boolean, &error), OUTLIVE_E_BAD_TYPE, "t0 is no named type");
  REFUSED(outlive_builder_set_underlying(b, named, named, &error), OUTLIVE_E_BAD_TYPE, "is a named type itself");
  REFUSED(outlive_builder_set_methods(b, integer, &method, 1, sizeof method, &error), OUTLIVE_E_BAD_TYPE, "no named type");
  method.flags = 4;
  REFUSED(outlive_builder_set_methods(b, named, &method, 1, sizeof method, &error), OUTLIVE_E_BAD_ARGUMENT, "flags");
  CHECK(t.id == 7 && t.owner == 7);
  outlive_builder_free(stranger);
}

static void rows(void) {
  outlive_global_desc global;
  outlive_global g, made = {7, 7};
  outlive_function func = {7, 7}, beyond = f;
  outlive_function_desc desc;
  outlive_site site = {7, 7};
  outlive_site_desc wanted;
  outlive_external what;
  outlive_flow flow;
  uint32_t number = 7;
  REFUSED(outlive_builder_file(b, outlive_str_from("\xff"), &number, &error), OUTLIVE_E_BAD_UTF8, "name");
  REFUSED(outlive_builder_position(b, 3, 1, 1, &number, &error), OUTLIVE_E_BAD_ENTITY, "file 3 does not exist");
  REFUSED(outlive_builder_position(b, 0, 0, 1, &number, &error), OUTLIVE_E_BAD_ARGUMENT, "from 1");
  REFUSED(outlive_builder_string(b, outlive_str_from("x"), NULL, &error), OUTLIVE_E_BAD_ARGUMENT, "string is NULL");
  memset(&global, 0, sizeof global);
  global.struct_size = sizeof global;
  global.type = integer;
  global.pos = 99;
  REFUSED(outlive_builder_global(b, &global, &made, &error), OUTLIVE_E_BAD_ENTITY, "position 99 does not exist");
  global.pos = 0;
  OK(outlive_builder_global(b, &global, &g, &error));
  made.id = 40;
  made.owner = g.owner;
  REFUSED(outlive_builder_relocate_global(b, g, 0, made, 0, &error), OUTLIVE_E_BAD_ENTITY, "global g40 does not exist");
  beyond.id = 50;
  REFUSED(outlive_builder_relocate_function(b, g, 0, beyond, &error), OUTLIVE_E_BAD_ENTITY, "function f50 does not exist");
  REFUSED(add_function(b, "x", integer, &func), OUTLIVE_E_BAD_TYPE, "no func type");
  memset(&desc, 0, sizeof desc);
  desc.struct_size = sizeof desc;
  desc.type = unary;
  desc.flags = OUTLIVE_FUNC_EXPORTED | 1;
  REFUSED(outlive_builder_function(b, &desc, &func, &error), OUTLIVE_E_UNSUPPORTED, "bits");
  CHECK(func.id == 7);
  wanted = site_desc(99, integer, f);
  REFUSED(outlive_builder_site(b, &wanted, &site, &error), OUTLIVE_E_BAD_ARGUMENT, "kind 99");
  wanted = site_desc(OUTLIVE_SITE_PARAM, integer, f);
  wanted.index = 1;
  REFUSED(outlive_builder_site(b, &wanted, &site, &error), OUTLIVE_E_BAD_ENTITY, "function f0 main.f has no parameter 1");
  wanted = site_desc(OUTLIVE_SITE_CLOSURE, unary, f);
  wanted.pinned = 1;
  REFUSED(outlive_builder_site(b, &wanted, &site, &error), OUTLIVE_E_BAD_ARGUMENT, "closure cannot be pinned");
  CHECK(site.id == 7);
  REFUSED(outlive_builder_attribute_site(b, site, OUTLIVE_ATTR_PINNED, 1, &error), OUTLIVE_E_BAD_ENTITY, "site s7");
  REFUSED(outlive_builder_attribute_function(b, f, OUTLIVE_ATTR_DEPTH, 1, &error), OUTLIVE_E_BAD_ARGUMENT, "depth does not apply");
  REFUSED(outlive_builder_attribute_module(b, 70000, 1, &error), OUTLIVE_E_BAD_ARGUMENT, "70000");
  memset(&what, 0, sizeof what);
  memset(&flow, 0, sizeof flow);
  what.struct_size = sizeof what;
  what.flows = &flow;
  what.num_flows = 1;
  what.flow_size = sizeof flow;
  flow.param = 9;
  flow.flow = OUTLIVE_FLOW_NONE;
  REFUSED(outlive_builder_external(b, external, &what, &error), OUTLIVE_E_BAD_ENTITY, "no parameter 9");
  flow.param = 0;
  flow.flow = 77;
  REFUSED(outlive_builder_external(b, external, &what, &error), OUTLIVE_E_UNSUPPORTED, "flow 77");
  flow.flow = OUTLIVE_FLOW_CALLED_ONCE;
  what.fresh_results = 8;
  REFUSED(outlive_builder_external(b, external, &what, &error), OUTLIVE_E_BAD_ENTITY, "no result 3");
  what.fresh_results = 0;
  OK(outlive_builder_external(b, external, &what, &error));
  REFUSED(outlive_builder_external(b, external, &what, &error), OUTLIVE_E_DUPLICATE_SYMBOL, "described already");
}

/* The instructions of f, func(*int) *int, and what it may not do. */
static void instructions(void) {
  outlive_body *body = NULL, *stranger = NULL;
  outlive_block entry, next, foreign_block;
  outlive_value p, foreign, made = {7, 7}, value, many[300];
  outlive_type many_types[300];
  outlive_inst inst = {7, 7};
  outlive_instruction op;
  outlive_site x, elsewhere;
  outlive_site_desc wanted = site_desc(OUTLIVE_SITE_VAR, integer, f);
  uint32_t imms[2] = {1, 9};
  outlive_value *huge = calloc(70000, sizeof *huge);
  size_t i;
  OK(outlive_builder_site(b, &wanted, &x, &error));
  wanted.func = other;
  OK(outlive_builder_site(b, &wanted, &elsewhere, &error));
  REFUSED(outlive_body_new(b, external, &body, &error), OUTLIVE_E_DUPLICATE_SYMBOL, "main.external is described as external");
  OK(outlive_body_new(b, other, &stranger, &error));
  OK(outlive_body_block(stranger, &pointer, 1, &foreign_block, &foreign, &error));
  OK(outlive_body_new(b, f, &body, &error));
  REFUSED(outlive_body_new(b, f, &body, &error), OUTLIVE_E_DUPLICATE_SYMBOL, "function f0 main.f has a body already");
  REFUSED(outlive_body_finish(body, &error), OUTLIVE_E_INCOMPLETE, "main.f has no block");
  REFUSED(outlive_body_return(body, &foreign, 1, &error), OUTLIVE_E_BAD_ARGUMENT, "no block to append it to");
  REFUSED(outlive_body_block(body, &integer, 1, &entry, &p, &error), OUTLIVE_E_BAD_TYPE, "parameter 0 of function f0 main.f");
  REFUSED(outlive_body_block(body, NULL, 0, &entry, &p, &error), OUTLIVE_E_BAD_TYPE, "0 parameters, the function 1");
  OK(outlive_body_block(body, &pointer, 1, &entry, &p, &error));
  CHECK(p.id == foreign.id && p.owner != foreign.owner);
  OK(outlive_body_block(body, &integer, 1, &next, NULL, &error));
  OK(outlive_body_switch_to(body, entry, &error));

  REFUSED(outlive_body_switch_to(body, foreign_block, &error), OUTLIVE_E_BAD_ENTITY, "block b0 is not of this body");
  REFUSED(outlive_body_at(body, 1000, &error), OUTLIVE_E_BAD_ENTITY, "position 1000");
  REFUSED(outlive_body_recover_at(body, next, &error), OUTLIVE_E_BAD_ARGUMENT, "block b1 has parameters");
  REFUSED(outlive_body_attribute_block(body, next, OUTLIVE_ATTR_TARGET, 1, &error), OUTLIVE_E_BAD_ARGUMENT, "does not apply to a block");
  REFUSED(outlive_body_attribute_inst(body, inst, OUTLIVE_ATTR_TARGET, 1, &error), OUTLIVE_E_BAD_ENTITY, "instruction i7");
  REFUSED(outlive_body_load(body, foreign, &made, &error), OUTLIVE_E_BAD_ENTITY, "value v0 is not of this body");
  OK(outlive_body_load(body, p, &value, &error));
  REFUSED(outlive_body_load(body, value, &made, &error), OUTLIVE_E_BAD_TYPE, "load: the operand has type t0 (int), which is no pointer");
  REFUSED(outlive_body_store(body, p, p, &error), OUTLIVE_E_BAD_TYPE, "value v0, operand 1, has type t2 (ptr), not type t0 (int)");
  REFUSED(outlive_body_field_addr(body, p, 0, &made, &error), OUTLIVE_E_BAD_TYPE, "no field 0");
  REFUSED(outlive_body_elem_addr(body, p, value, &made, &error), OUTLIVE_E_BAD_TYPE, "no slice");
  REFUSED(outlive_body_const_int(body, pointer, 3, &made, &error), OUTLIVE_E_BAD_TYPE, "const_int");
  REFUSED(outlive_body_make(body, elsewhere, &made, &error), OUTLIVE_E_BAD_ENTITY, "site s1 is of function f1 main.other");
  OK(outlive_body_make(body, x, &value, &error));
  REFUSED(outlive_body_make(body, x, &made, &error), OUTLIVE_E_BAD_ARGUMENT, "site s0 has another maker");
  REFUSED(outlive_body_call(body, other, NULL, 0, &made, 1, &error), OUTLIVE_E_BAD_TYPE, "0 arguments for a function of 1");
  REFUSED(outlive_body_call(body, other, &p, 1, NULL, 1, &error), OUTLIVE_E_BAD_ARGUMENT, "results is NULL");
  REFUSED(outlive_body_jump(body, entry, &p, 1, &error), OUTLIVE_E_BAD_ARGUMENT, "nothing goes to block b0");
  REFUSED(outlive_body_jump(body, next, NULL, 0, &error), OUTLIVE_E_BAD_ARGUMENT, "0 arguments for block b1, which has 1");
  REFUSED(outlive_body_jump(body, next, &p, 1, &error), OUTLIVE_E_BAD_TYPE, "value v0, operand 0, has type t2 (ptr)");
  REFUSED(outlive_body_branch(body, p, next, NULL, 0, next, NULL, 0, &error), OUTLIVE_E_BAD_TYPE, "which is no boolean");
  REFUSED(outlive_body_switch(body, p, next, NULL, 0, NULL, 0, 0, &error), OUTLIVE_E_BAD_TYPE, "which is no integer");
  REFUSED(outlive_body_switch(body, p, next, NULL, 0, NULL, 1, sizeof(outlive_case), &error), OUTLIVE_E_BAD_ARGUMENT, "cases is NULL");
  REFUSED(outlive_body_return(body, NULL, 0, &error), OUTLIVE_E_BAD_TYPE, "0 values returned from a function of 1");
  REFUSED(outlive_body_return(NULL, NULL, 0, &error), OUTLIVE_E_BAD_ARGUMENT, "body is NULL");

  REFUSED(outlive_body_emit(body, NULL, NULL, NULL, &error), OUTLIVE_E_BAD_ARGUMENT, "instruction is NULL");
  op = instruction(250);
  REFUSED(outlive_body_emit(body, &op, NULL, NULL, &error), OUTLIVE_E_UNKNOWN_OPCODE, "opcode 250");
  op = instruction(OUTLIVE_OP_LOAD);
  op.struct_size = 8;
  REFUSED(outlive_body_emit(body, &op, NULL, NULL, &error), OUTLIVE_E_BAD_ARGUMENT, "struct_size is 8");
  op = instruction(OUTLIVE_OP_LOAD);
  REFUSED(outlive_body_emit(body, &op, NULL, NULL, &error), OUTLIVE_E_BAD_ARGUMENT, "load takes 1 operands, not 0");
  op.aux = outlive_aux_number(1);
  REFUSED(outlive_body_emit(body, &op, NULL, NULL, &error), OUTLIVE_E_BAD_ENTITY, "aux of load 1 does not exist");
  op = instruction(OUTLIVE_OP_BINARY);
  op.aux = outlive_aux_number(99);
  REFUSED(outlive_body_emit(body, &op, NULL, NULL, &error), OUTLIVE_E_BAD_ENTITY, "binary operator 99");
  op.aux = outlive_aux_site(x);
  REFUSED(outlive_body_emit(body, &op, NULL, NULL, &error), OUTLIVE_E_BAD_ENTITY, "aux is a handle");
  op = instruction(OUTLIVE_OP_CONST_STR);
  op.aux = outlive_aux_number(12345);
  REFUSED(outlive_body_emit(body, &op, NULL, NULL, &error), OUTLIVE_E_BAD_ENTITY, "string 12345");
  op = instruction(OUTLIVE_OP_FUNC_REF);
  op.aux = outlive_aux_function(external);
  op.types = &integer;
  op.num_types = 1;
  REFUSED(outlive_body_emit(body, &op, NULL, NULL, &error), OUTLIVE_E_BAD_TYPE, "which is no function");
  op = instruction(OUTLIVE_OP_MEMCPY);
  op.aux = outlive_aux_type(integer);
  op.aux.owner++;
  REFUSED(outlive_body_emit(body, &op, NULL, NULL, &error), OUTLIVE_E_BAD_ENTITY, "type t0 is not of this builder");
  op = instruction(OUTLIVE_OP_JUMP);
  op.aux = outlive_aux_block(foreign_block);
  REFUSED(outlive_body_emit(body, &op, NULL, NULL, &error), OUTLIVE_E_BAD_ENTITY, "block b0 is not of this body");
  op = instruction(OUTLIVE_OP_BRANCH);
  op.args = &p;
  op.num_args = 1;
  op.imms = imms;
  op.num_imms = 1;
  REFUSED(outlive_body_emit(body, &op, NULL, NULL, &error), OUTLIVE_E_BAD_TYPE, "no boolean");
  op = instruction(OUTLIVE_OP_AGGREGATE);
  op.args = huge;
  op.num_args = 70000;
  REFUSED(outlive_body_emit(body, &op, NULL, NULL, &error), OUTLIVE_E_LIMIT, "70000 operands exceed the limit of 65535");
  op = instruction(OUTLIVE_OP_CALL);
  op.aux = outlive_aux_function(other);
  for (i = 0; i < 300; i++) many_types[i] = integer;
  op.types = many_types;
  op.num_types = 300;
  REFUSED(outlive_body_emit(body, &op, many, NULL, &error), OUTLIVE_E_LIMIT, "300 results exceed the limit of 255");
  CHECK(made.id == 7 && made.owner == 7);

  REFUSED(outlive_body_finish(body, &error), OUTLIVE_E_INCOMPLETE, "block b0 of function f0 main.f has no terminator");
  OK(outlive_body_return(body, &p, 1, &error));
  REFUSED(outlive_body_return(body, &p, 1, &error), OUTLIVE_E_BAD_ARGUMENT, "block b0 has its terminator already, a return");
  REFUSED(outlive_body_finish(body, &error), OUTLIVE_E_INCOMPLETE, "block b1 of");
  OK(outlive_body_switch_to(body, next, &error));
  OK(outlive_body_return(body, &value, 1, &error));
  OK(outlive_body_finish(body, &error));
  REFUSED(outlive_body_finish(body, &error), OUTLIVE_E_FINISHED, "body of function f0 is finished");
  REFUSED(outlive_body_load(body, p, NULL, &error), OUTLIVE_E_FINISHED, "body of function f0 is finished");
  outlive_body_free(body);
  /* A body that is freed unfinished leaves its function as it was. */
  outlive_body_free(stranger);
  free(huge);
}

static void finishing(void) {
  outlive_module *module = NULL;
  outlive_body *body = NULL;
  outlive_type t;
  uint32_t number;
  REFUSED(outlive_builder_finish(b, &module, &error), OUTLIVE_E_INCOMPLETE, "has no underlying type");
  OK(outlive_builder_set_underlying(b, named, node, &error));
  REFUSED(outlive_builder_set_underlying(b, named, integer, &error), OUTLIVE_E_DUPLICATE_SYMBOL, "T has an underlying type already");
  OK(outlive_body_new(b, other, &body, &error));
  REFUSED(outlive_builder_finish(b, &module, &error), OUTLIVE_E_INCOMPLETE, "the body of function f1 main.other is not finished");
  REFUSED(outlive_builder_finish(b, NULL, &error), OUTLIVE_E_BAD_ARGUMENT, "module is NULL");
  REFUSED(outlive_builder_finish(NULL, &module, &error), OUTLIVE_E_BAD_ARGUMENT, "builder is NULL");
  outlive_body_free(body);
  OK(outlive_builder_finish(b, &module, &error));
  CHECK(module != NULL);
  REFUSED(outlive_builder_finish(b, &module, &error), OUTLIVE_E_FINISHED, "finished");
  REFUSED(outlive_builder_type_pointer(b, integer, &t, &error), OUTLIVE_E_FINISHED, "finished");
  REFUSED(outlive_builder_file(b, outlive_str_from("x"), &number, &error), OUTLIVE_E_FINISHED, "finished");
  REFUSED(outlive_body_new(b, other, &body, &error), OUTLIVE_E_FINISHED, "finished");
  outlive_builder_free(b);
  outlive_module_free(module);
}

/* What only the verifier can tell: here a value that does not dominate its use. And a body that outlives its builder. */
static void what_the_verifier_says(void) {
  outlive_builder *made = new_builder(0, 0);
  outlive_function func;
  outlive_body *body = NULL;
  outlive_block entry, second;
  outlive_value value;
  outlive_type word, sig;
  outlive_module *module = NULL;
  OK(outlive_builder_type_basic(made, OUTLIVE_TYPE_INT, &word, &error));
  OK(outlive_builder_type_func(made, NULL, 0, &word, 1, 0, &sig, &error));
  OK(add_function(made, "main.f", sig, &func));
  OK(outlive_body_new(made, func, &body, &error));
  OK(outlive_body_block(body, NULL, 0, &entry, NULL, &error));
  OK(outlive_body_block(body, NULL, 0, &second, NULL, &error));
  OK(outlive_body_const_int(body, word, 3, &value, &error));
  OK(outlive_body_return(body, &value, 1, &error));
  OK(outlive_body_switch_to(body, entry, &error));
  OK(outlive_body_return(body, &value, 1, &error));
  OK(outlive_body_finish(body, &error));
  outlive_body_free(body);
  REFUSED(outlive_builder_finish(made, &module, &error), OUTLIVE_E_INVALID_MODULE, "whose definition does not dominate it");
  REFUSED(outlive_builder_finish(made, &module, &error), OUTLIVE_E_FINISHED, "finished");
  outlive_builder_free(made);

  made = new_builder(0, 0);
  OK(outlive_builder_type_func(made, NULL, 0, NULL, 0, 0, &sig, &error));
  OK(add_function(made, "main.f", sig, &func));
  OK(outlive_body_new(made, func, &body, &error));
  OK(outlive_body_block(body, NULL, 0, &entry, NULL, &error));
  outlive_builder_free(made);
  REFUSED(outlive_body_return(body, NULL, 0, &error), OUTLIVE_E_FINISHED, "freed");
  outlive_body_free(body);
  CHECK(module == NULL);
}

static void limits(void) {
  outlive_builder *made = new_builder(2, 0);
  outlive_function func;
  outlive_body *body = NULL;
  outlive_block entry;
  outlive_type sig, word;
  int i;
  OK(outlive_builder_type_func(made, NULL, 0, NULL, 0, 0, &sig, &error));
  OK(outlive_builder_type_basic(made, OUTLIVE_TYPE_INT, &word, &error));
  OK(add_function(made, "main.f", sig, &func));
  OK(outlive_body_new(made, func, &body, &error));
  OK(outlive_body_block(body, NULL, 0, &entry, NULL, &error));
  OK(outlive_body_const_int(body, word, 1, NULL, &error));
  OK(outlive_body_const_int(body, word, 2, NULL, &error));
  REFUSED(outlive_body_return(body, NULL, 0, &error), OUTLIVE_E_LIMIT, "3 instructions exceed the limit of 2");
  /* What is thrown away does not count. */
  outlive_body_free(body);
  OK(outlive_body_new(made, func, &body, &error));
  OK(outlive_body_block(body, NULL, 0, &entry, NULL, &error));
  OK(outlive_body_return(body, NULL, 0, &error));
  outlive_body_free(body);
  outlive_builder_free(made);

  made = new_builder(0, 1000);
  for (i = 0; i < 100; i++) {
    outlive_type t;
    if (outlive_builder_type_array(made, word, (uint64_t)i, &t, &error) == OUTLIVE_E_LIMIT) break;
    if (i == 0) {
      CHECK_ERROR(error, OUTLIVE_E_BAD_ENTITY, "t1");
      OK(outlive_builder_type_basic(made, OUTLIVE_TYPE_INT, &word, &error));
    }
  }
  CHECK(i > 2 && i < 100);
  CHECK_ERROR(error, OUTLIVE_E_LIMIT, "bytes of memory, by estimate,");
  outlive_builder_free(made);
}

void test_builder_errors(void) {
  outlive_field field;
  uint32_t file;
  builders();
  b = new_builder(0, 0);
  memset(&field, 0, sizeof field);
  OK(outlive_builder_type_basic(b, OUTLIVE_TYPE_INT, &integer, &error));
  OK(outlive_builder_type_basic(b, OUTLIVE_TYPE_BOOL, &boolean, &error));
  OK(outlive_builder_type_pointer(b, integer, &pointer, &error));
  OK(outlive_builder_type_basic(b, OUTLIVE_TYPE_STRING, &string, &error));
  OK(outlive_builder_type_func(b, &pointer, 1, &pointer, 1, 0, &unary, &error));
  field.type = integer;
  OK(outlive_builder_type_struct(b, 8, &field, 1, sizeof field, &node, &error));
  OK(outlive_builder_type_named(b, outlive_str_from("p"), outlive_str_from("T"), NULL, 0, 0, &named, &error));
  OK(outlive_builder_file(b, outlive_str_from("a.c"), &file, &error));
  OK(add_function(b, "main.f", unary, &f));
  OK(add_function(b, "main.other", unary, &other));
  OK(add_function(b, "main.external", unary, &external));
  types();
  rows();
  instructions();
  finishing();
  what_the_verifier_says();
  limits();
}
