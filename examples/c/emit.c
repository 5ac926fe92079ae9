/* From the tree to a module: types, functions, then each body in memory form. Every variable is a site, made in the entry block; a use
   of it is a load or a store. */
#include "toy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct emitter {
  const struct program *program;
  int frames;
  outlive_builder *builder;
  uint32_t file;
  outlive_type type_int, type_bool;
  outlive_type *records;        /* by number */
  outlive_function *functions;  /* by number */
  /* Of the function that is emitted: */
  outlive_body *body;
  outlive_function self;
  outlive_value *variables; /* their addresses, by number */
  outlive_block current;
  int ended; /* the current block has its terminator */
};

void give_up(outlive_status status, outlive_error *error) {
  const outlive_str message = error ? outlive_error_message(error) : outlive_status_words(status);
  fprintf(stderr, "toy: internal error: %.*s\n", (int)message.len, message.data);
  outlive_error_free(error);
  free_all();
  exit(3);
}

/* Makes a call; its last argument is the address of `error`. */
#define MUST(call)                                           \
  do {                                                       \
    outlive_error *error = NULL;                             \
    const outlive_status status = (call);                    \
    if (status != OUTLIVE_OK) give_up(status, error);        \
  } while (0)

static uint32_t position(struct emitter *e, struct pos pos) {
  uint32_t number = 0;
  MUST(outlive_builder_position(e->builder, e->file, pos.line, pos.column, &number, &error));
  return number;
}

static void at(struct emitter *e, struct pos pos) { MUST(outlive_body_at(e->body, position(e, pos), &error)); }

static outlive_type type_of(struct emitter *e, const struct type *type) {
  outlive_type made = {0, 0};
  switch (type->kind) {
    case TYPE_INT:
      return e->type_int;
    case TYPE_BOOL:
      return e->type_bool;
    case TYPE_RECORD:
      return e->records[type->record->number];
    case TYPE_POINTER:
      made = type_of(e, type->pointee);
      MUST(outlive_builder_type_pointer(e->builder, made, &made, &error));
      return made;
    default:
      return made; /* neither a call without result nor an untyped nil has a value */
  }
}

static void emit_records(struct emitter *e) {
  const struct record *record;
  const struct field *field;
  /* Names first: records refer to each other. */
  for (record = e->program->records; record; record = record->next) {
    MUST(outlive_builder_type_named(e->builder, outlive_str_from(e->program->file), outlive_str_from(record->name), NULL, 0, 0,
                                    &e->records[record->number], &error));
  }
  for (record = e->program->records; record; record = record->next) {
    outlive_field *fields;
    outlive_type layout;
    size_t count = 0;
    for (field = record->fields; field; field = field->next) count++;
    fields = allocate(count * sizeof *fields);
    for (field = record->fields; field; field = field->next) {
      fields[field->number].name = outlive_str_from(field->name);
      fields[field->number].type = type_of(e, field->type);
      fields[field->number].offset = field->offset;
    }
    MUST(outlive_builder_type_struct(e->builder, record->size, fields, count, sizeof *fields, &layout, &error));
    MUST(outlive_builder_set_underlying(e->builder, e->records[record->number], layout, &error));
  }
}

/* What an external function does with its parameters: it may write through them, and keeps none. */
static void describe(struct emitter *e, const struct function *function) {
  outlive_flow *flows = allocate((function->num_params + 1) * sizeof *flows);
  outlive_external external;
  uint32_t i;
  if (function->keeps) return; /* nothing is known of it, so it may do anything */
  memset(&external, 0, sizeof external);
  external.struct_size = sizeof external;
  external.flows = flows;
  external.num_flows = function->num_params;
  external.flow_size = sizeof *flows;
  for (i = 0; i < function->num_params; i++) {
    flows[i].param = i;
    flows[i].flow = OUTLIVE_FLOW_WRITTEN;
  }
  MUST(outlive_builder_external(e->builder, e->functions[function->number], &external, &error));
}

static void emit_function(struct emitter *e, const struct function *function) {
  outlive_type *params = allocate((function->num_params + 1) * sizeof *params), result;
  outlive_function_desc desc;
  const struct variable *variable = function->variables;
  uint32_t i;
  const size_t results = function->result->kind == TYPE_VOID ? 0 : 1;
  for (i = 0; i < function->num_params; i++, variable = variable->next) params[i] = type_of(e, variable->type);
  result = type_of(e, function->result);
  memset(&desc, 0, sizeof desc);
  desc.struct_size = sizeof desc;
  desc.name = outlive_str_from(function->name);
  desc.pos = position(e, function->pos);
  MUST(outlive_builder_type_func(e->builder, params, function->num_params, &result, results, 0, &desc.type, &error));
  MUST(outlive_builder_function(e->builder, &desc, &e->functions[function->number], &error));
  if (function->is_extern) describe(e, function);
}

/* An instruction with a result, of those that have no call of their own. */
static outlive_value instruction(struct emitter *e, uint32_t op, uint32_t number, const outlive_value *args, size_t num_args, outlive_type type) {
  outlive_instruction instruction;
  outlive_value result;
  memset(&instruction, 0, sizeof instruction);
  instruction.struct_size = sizeof instruction;
  instruction.op = op;
  instruction.aux = outlive_aux_number(number);
  instruction.args = args;
  instruction.num_args = num_args;
  instruction.types = &type;
  instruction.num_types = 1;
  MUST(outlive_body_emit(e->body, &instruction, &result, NULL, &error));
  return result;
}

static outlive_value make_site(struct emitter *e, uint32_t kind, uint32_t index, const char *name, const struct type *type, struct pos pos) {
  outlive_site_desc desc;
  outlive_site site;
  outlive_value address;
  memset(&desc, 0, sizeof desc);
  desc.struct_size = sizeof desc;
  desc.kind = kind;
  desc.index = index;
  desc.name = outlive_str_from(name);
  desc.type = type_of(e, type);
  desc.func = e->self;
  desc.pos = position(e, pos);
  desc.pinned = e->frames && kind != OUTLIVE_SITE_NEW;
  MUST(outlive_builder_site(e->builder, &desc, &site, &error));
  at(e, pos);
  MUST(outlive_body_make(e->body, site, &address, &error));
  return address;
}

static outlive_value value_of(struct emitter *e, const struct expr *expr);

static outlive_value address_of(struct emitter *e, const struct expr *expr) {
  outlive_value base, field;
  if (expr->kind == EXPR_VARIABLE) return e->variables[expr->variable->number];
  if (expr->kind == EXPR_DEREF) return value_of(e, expr->left);
  base = expr->left->type->kind == TYPE_POINTER ? value_of(e, expr->left) : address_of(e, expr->left);
  at(e, expr->pos);
  MUST(outlive_body_field_addr(e->body, base, expr->field->number, &field, &error));
  return field;
}

/* The value of a call, if it has one. */
static outlive_value call(struct emitter *e, const struct expr *expr) {
  outlive_value *args = allocate((expr->callee->num_params + 1) * sizeof *args), result = {0, 0};
  const struct expr *arg;
  size_t count = 0;
  for (arg = expr->args; arg; arg = arg->next) args[count++] = value_of(e, arg);
  at(e, expr->pos);
  MUST(outlive_body_call(e->body, e->functions[expr->callee->number], args, count, &result, 1, &error));
  return result;
}

static outlive_value binary(struct emitter *e, const struct expr *expr) {
  static const uint32_t numbers[] = {OUTLIVE_BINARY_ADD, OUTLIVE_BINARY_SUB, OUTLIVE_BINARY_MUL, OUTLIVE_BINARY_DIV,
                                     OUTLIVE_COMPARE_EQ, OUTLIVE_COMPARE_NE, OUTLIVE_COMPARE_LT, OUTLIVE_COMPARE_LE,
                                     OUTLIVE_COMPARE_GT, OUTLIVE_COMPARE_GE};
  outlive_value args[2];
  args[0] = value_of(e, expr->left);
  args[1] = value_of(e, expr->right);
  at(e, expr->pos);
  return instruction(e, expr->op >= OP_EQ ? OUTLIVE_OP_COMPARE : OUTLIVE_OP_BINARY, numbers[expr->op], args, 2, type_of(e, expr->type));
}

static outlive_value value_of(struct emitter *e, const struct expr *expr) {
  outlive_value value = {0, 0};
  switch (expr->kind) {
    case EXPR_NUMBER:
      MUST(outlive_body_const_int(e->body, e->type_int, expr->number, &value, &error));
      break;
    case EXPR_NIL:
      value = instruction(e, OUTLIVE_OP_ZERO, 0, NULL, 0, type_of(e, expr->type));
      break;
    case EXPR_VARIABLE:
    case EXPR_FIELD:
    case EXPR_DEREF:
      value = address_of(e, expr);
      at(e, expr->pos);
      MUST(outlive_body_load(e->body, value, &value, &error));
      break;
    case EXPR_ADDRESS:
      value = address_of(e, expr->left);
      break;
    case EXPR_NEGATE:
      value = value_of(e, expr->left);
      value = instruction(e, OUTLIVE_OP_UNARY, OUTLIVE_UNARY_NEG, &value, 1, e->type_int);
      break;
    case EXPR_BINARY:
      value = binary(e, expr);
      break;
    case EXPR_CALL:
      value = call(e, expr);
      break;
    case EXPR_NEW:
      value = make_site(e, OUTLIVE_SITE_NEW, 0, "new", expr->type->pointee, expr->pos);
      break;
  }
  return value;
}

static void switch_to(struct emitter *e, outlive_block block) {
  MUST(outlive_body_switch_to(e->body, block, &error));
  e->current = block;
  e->ended = 0;
}

/* A block for later: the current one stays so. */
static outlive_block new_block(struct emitter *e) {
  outlive_block block;
  MUST(outlive_body_block(e->body, NULL, 0, &block, NULL, &error));
  switch_to(e, e->current);
  return block;
}

static void jump(struct emitter *e, outlive_block to) {
  if (!e->ended) MUST(outlive_body_jump(e->body, to, NULL, 0, &error));
  e->ended = 1;
}

static void branch(struct emitter *e, const struct expr *condition, outlive_block then, outlive_block otherwise) {
  const outlive_value value = value_of(e, condition);
  at(e, condition->pos);
  MUST(outlive_body_branch(e->body, value, then, NULL, 0, otherwise, NULL, 0, &error));
  e->ended = 1;
}

static void emit_block(struct emitter *e, const struct stmt *stmt);

static void emit_if(struct emitter *e, const struct stmt *stmt) {
  const outlive_block then = new_block(e), otherwise = new_block(e), after = new_block(e);
  branch(e, stmt->value, then, otherwise);
  switch_to(e, then);
  emit_block(e, stmt->body);
  jump(e, after);
  switch_to(e, otherwise);
  emit_block(e, stmt->otherwise);
  jump(e, after);
  switch_to(e, after);
}

static void emit_while(struct emitter *e, const struct stmt *stmt) {
  const outlive_block test = new_block(e), body = new_block(e), after = new_block(e);
  jump(e, test);
  switch_to(e, test);
  branch(e, stmt->value, body, after);
  switch_to(e, body);
  emit_block(e, stmt->body);
  jump(e, test);
  switch_to(e, after);
}

static void emit_stmt(struct emitter *e, const struct stmt *stmt) {
  outlive_value address, value;
  switch (stmt->kind) {
    case STMT_VAR:
    case STMT_ASSIGN:
      if (!stmt->value) break;
      address = stmt->kind == STMT_VAR ? e->variables[stmt->variable->number] : address_of(e, stmt->target);
      value = value_of(e, stmt->value);
      at(e, stmt->pos);
      MUST(outlive_body_store(e->body, address, value, &error));
      break;
    case STMT_CALL:
      call(e, stmt->value);
      break;
    case STMT_RETURN:
      if (stmt->value) value = value_of(e, stmt->value);
      at(e, stmt->pos);
      MUST(outlive_body_return(e->body, &value, stmt->value ? 1 : 0, &error));
      e->ended = 1;
      break;
    case STMT_IF:
      emit_if(e, stmt);
      break;
    case STMT_WHILE:
      emit_while(e, stmt);
      break;
  }
}

/* What stands behind a return is in nobody's way: check.c has looked at it, and it is never executed. */
static void emit_block(struct emitter *e, const struct stmt *stmt) {
  for (; stmt && !e->ended; stmt = stmt->next) emit_stmt(e, stmt);
}

/* The end of a function that does not return there. */
static void fall_off(struct emitter *e, const struct function *function) {
  if (e->ended) return;
  at(e, function->pos);
  if (function->result->kind == TYPE_VOID) {
    MUST(outlive_body_return(e->body, NULL, 0, &error));
  } else {
    outlive_instruction unreachable;
    memset(&unreachable, 0, sizeof unreachable);
    unreachable.struct_size = sizeof unreachable;
    unreachable.op = OUTLIVE_OP_UNREACHABLE;
    MUST(outlive_body_emit(e->body, &unreachable, NULL, NULL, &error));
  }
}

static void emit_body(struct emitter *e, const struct function *function) {
  outlive_type *types = allocate((function->num_params + 1) * sizeof *types);
  outlive_value *params = allocate((function->num_params + 1) * sizeof *params);
  const struct variable *variable;
  e->self = e->functions[function->number];
  e->variables = allocate((function->num_variables + 1) * sizeof *e->variables);
  e->ended = 0;
  for (variable = function->variables; variable && variable->is_param; variable = variable->next) {
    types[variable->number] = type_of(e, variable->type);
  }
  MUST(outlive_body_new(e->builder, e->self, &e->body, &error));
  MUST(outlive_body_block(e->body, types, function->num_params, &e->current, params, &error));
  for (variable = function->variables; variable; variable = variable->next) {
    const uint32_t kind = variable->is_param ? OUTLIVE_SITE_PARAM : OUTLIVE_SITE_VAR;
    const outlive_value address =
        make_site(e, kind, variable->is_param ? variable->number : 0, variable->name, variable->type, variable->pos);
    e->variables[variable->number] = address;
    if (variable->is_param) MUST(outlive_body_store(e->body, address, params[variable->number], &error));
  }
  emit_block(e, function->body);
  fall_off(e, function);
  MUST(outlive_body_finish(e->body, &error));
  outlive_body_free(e->body);
}

outlive_module *emit(const struct program *program, int frames) {
  struct emitter e;
  outlive_module_desc desc;
  outlive_module *module = NULL;
  const struct function *function;
  memset(&e, 0, sizeof e);
  memset(&desc, 0, sizeof desc);
  e.program = program;
  e.frames = frames;
  e.records = allocate((program->num_records + 1) * sizeof *e.records);
  e.functions = allocate((program->num_functions + 1) * sizeof *e.functions);
  desc.struct_size = sizeof desc;
  desc.name = outlive_str_from(program->file);
  desc.producer = outlive_str_from("toy");
  MUST(outlive_builder_new(&desc, &e.builder, &error));
  MUST(outlive_builder_file(e.builder, outlive_str_from(program->file), &e.file, &error));
  MUST(outlive_builder_type_basic(e.builder, OUTLIVE_TYPE_INT, &e.type_int, &error));
  MUST(outlive_builder_type_basic(e.builder, OUTLIVE_TYPE_BOOL, &e.type_bool, &error));
  emit_records(&e);
  for (function = program->functions; function; function = function->next) emit_function(&e, function);
  for (function = program->functions; function; function = function->next) {
    if (!function->is_extern) emit_body(&e, function);
  }
  MUST(outlive_builder_finish(e.builder, &module, &error));
  outlive_builder_free(e.builder);
  return module;
}
