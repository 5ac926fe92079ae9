/* Names and types: every expression gets its type, every name what it means, every record its layout. */
#include "toy.h"

#include <string.h>

static int same(const struct type *a, const struct type *b) {
  if (a->kind != b->kind) return 0;
  if (a->kind == TYPE_POINTER) return same(a->pointee, b->pointee);
  return a->record == b->record;
}

/* Whether a value of one type may go where another is wanted. */
static int fits(const struct type *given, const struct type *wanted) {
  return same(given, wanted) || (given->kind == TYPE_NIL && wanted->kind == TYPE_POINTER);
}

static void lay_out(struct record *record) {
  struct field *field;
  if (!record->fields) fail(record->pos, "record %s is not declared", record->name);
  if (record->visiting) fail(record->pos, "record %s contains itself", record->name);
  if (record->size) return;
  record->visiting = 1;
  for (field = record->fields; field; field = field->next) {
    const struct field *other;
    for (other = record->fields; other != field; other = other->next) {
      if (strcmp(other->name, field->name) == 0) fail(field->pos, "record %s has a field %s already", record->name, field->name);
    }
    field->offset = record->size;
    if (field->type->kind == TYPE_RECORD) lay_out(field->type->record);
    record->size += field->type->kind == TYPE_RECORD ? field->type->record->size : 8;
  }
  record->visiting = 0;
}

struct checker {
  const struct program *program;
  const struct function *function;
};

static void check_expr(const struct checker *c, struct expr *expr);

static struct type *pointer_to(const struct type *pointee) {
  struct type *type = allocate(sizeof *type);
  type->kind = TYPE_POINTER;
  type->pointee = pointee;
  return type;
}

/* Whether an expression is a place: something with an address. */
static int is_place(const struct expr *expr) {
  switch (expr->kind) {
    case EXPR_VARIABLE:
    case EXPR_DEREF:
      return 1;
    case EXPR_FIELD:
      return expr->left->type->kind == TYPE_POINTER || is_place(expr->left);
    default:
      return 0;
  }
}

static void check_variable(const struct checker *c, struct expr *expr) {
  struct variable *variable;
  for (variable = c->function->variables; variable; variable = variable->next) {
    if (strcmp(variable->name, expr->name) == 0) break;
  }
  if (!variable) fail(expr->pos, "there is no variable %s", expr->name);
  if (!variable->is_param && (variable->pos.line > expr->pos.line ||
                              (variable->pos.line == expr->pos.line && variable->pos.column > expr->pos.column))) {
    fail(expr->pos, "variable %s is declared further down", expr->name);
  }
  expr->variable = variable;
  expr->type = variable->type;
}

static void check_field(const struct checker *c, struct expr *expr) {
  const struct type *base;
  struct field *field;
  check_expr(c, expr->left);
  base = expr->left->type;
  if (base->kind == TYPE_POINTER) base = base->pointee;
  if (base->kind != TYPE_RECORD) fail(expr->pos, "only records have fields");
  if (!is_place(expr)) fail(expr->pos, "the record is in no variable");
  for (field = base->record->fields; field; field = field->next) {
    if (strcmp(field->name, expr->name) == 0) break;
  }
  if (!field) fail(expr->pos, "record %s has no field %s", base->record->name, expr->name);
  expr->field = field;
  expr->type = field->type;
}

static void check_call(const struct checker *c, struct expr *expr) {
  struct function *callee;
  const struct variable *param;
  struct expr *arg;
  uint32_t given = 0;
  for (callee = c->program->functions; callee; callee = callee->next) {
    if (strcmp(callee->name, expr->name) == 0) break;
  }
  if (!callee) fail(expr->pos, "there is no function %s", expr->name);
  param = callee->variables;
  for (arg = expr->args; arg; arg = arg->next, given++) {
    check_expr(c, arg);
    if (given >= callee->num_params) continue;
    if (!fits(arg->type, param->type)) fail(arg->pos, "argument %u of %s is of another type", (unsigned)given + 1, callee->name);
    if (arg->type->kind == TYPE_NIL) arg->type = param->type;
    param = param->next;
  }
  if (given != callee->num_params) fail(expr->pos, "%s takes %u arguments, not %u", callee->name, (unsigned)callee->num_params, (unsigned)given);
  expr->callee = callee;
  expr->type = callee->result;
}

static void check_binary(const struct checker *c, struct expr *expr) {
  struct expr *left = expr->left, *right = expr->right;
  check_expr(c, left);
  check_expr(c, right);
  if (left->type->kind == TYPE_NIL && right->type->kind == TYPE_POINTER) left->type = right->type;
  if (right->type->kind == TYPE_NIL && left->type->kind == TYPE_POINTER) right->type = left->type;
  if (!same(left->type, right->type)) fail(expr->pos, "the operands have different types");
  if (left->type->kind == TYPE_INT) {
    expr->type = expr->op >= OP_EQ ? &type_bool : &type_int;
  } else if (left->type->kind == TYPE_POINTER && (expr->op == OP_EQ || expr->op == OP_NE)) {
    expr->type = &type_bool;
  } else {
    fail(expr->pos, "there is no such operation on these operands");
  }
}

static void check_expr(const struct checker *c, struct expr *expr) {
  switch (expr->kind) {
    case EXPR_NUMBER:
      expr->type = &type_int;
      break;
    case EXPR_NIL:
      expr->type = &type_nil;
      break;
    case EXPR_VARIABLE:
      check_variable(c, expr);
      break;
    case EXPR_FIELD:
      check_field(c, expr);
      break;
    case EXPR_DEREF:
      check_expr(c, expr->left);
      if (expr->left->type->kind != TYPE_POINTER) fail(expr->pos, "only pointers can be followed");
      expr->type = expr->left->type->pointee;
      break;
    case EXPR_ADDRESS:
      check_expr(c, expr->left);
      if (!is_place(expr->left)) fail(expr->pos, "this has no address");
      expr->type = pointer_to(expr->left->type);
      break;
    case EXPR_NEGATE:
      check_expr(c, expr->left);
      if (expr->left->type->kind != TYPE_INT) fail(expr->pos, "only numbers can be negated");
      expr->type = &type_int;
      break;
    case EXPR_BINARY:
      check_binary(c, expr);
      break;
    case EXPR_CALL:
      check_call(c, expr);
      break;
    case EXPR_NEW:
      if (expr->type->kind == TYPE_RECORD) lay_out(expr->type->record);
      expr->type = pointer_to(expr->type);
      break;
  }
}

/* A value where a type is wanted. */
static void check_value(const struct checker *c, struct expr *value, const struct type *wanted, const char *what) {
  check_expr(c, value);
  if (!fits(value->type, wanted)) fail(value->pos, "%s is of another type", what);
  if (value->type->kind == TYPE_NIL) value->type = wanted;
}

static void check_block(const struct checker *c, struct stmt *stmt) {
  for (; stmt; stmt = stmt->next) {
    switch (stmt->kind) {
      case STMT_VAR:
        if (stmt->value) check_value(c, stmt->value, stmt->variable->type, "the initial value");
        break;
      case STMT_ASSIGN:
        check_expr(c, stmt->target);
        if (!is_place(stmt->target)) fail(stmt->pos, "this cannot be assigned to");
        check_value(c, stmt->value, stmt->target->type, "what is assigned");
        break;
      case STMT_CALL:
        if (stmt->value->kind != EXPR_CALL) fail(stmt->pos, "a statement is an assignment or a call");
        check_expr(c, stmt->value);
        break;
      case STMT_RETURN:
        if ((stmt->value == NULL) != (c->function->result->kind == TYPE_VOID)) fail(stmt->pos, "%s returns %s", c->function->name, stmt->value ? "nothing" : "a value");
        if (stmt->value) check_value(c, stmt->value, c->function->result, "what is returned");
        break;
      case STMT_IF:
      case STMT_WHILE:
        check_value(c, stmt->value, &type_bool, "the condition");
        check_block(c, stmt->body);
        check_block(c, stmt->otherwise);
        break;
    }
  }
}

void check(struct program *program) {
  struct checker checker;
  struct record *record;
  struct function *function;
  for (record = program->records; record; record = record->next) lay_out(record);
  checker.program = program;
  for (function = program->functions; function; function = function->next) {
    checker.function = function;
    check_block(&checker, function->body);
  }
}
