/* Recursive descent. The grammar is in README.md. */
#include "toy.h"

#include <string.h>

struct parser {
  struct lexer lexer;
  struct token token; /* the next one */
  struct program *program;
  struct function *function; /* the one that is parsed */
};

static struct expr *parse_expr(struct parser *p);
static struct stmt *parse_block(struct parser *p);

static void advance(struct parser *p) { p->token = next_token(&p->lexer); }

static int at(const struct parser *p, const char *text) {
  return (p->token.kind == TOKEN_NAME || p->token.kind == TOKEN_PUNCTUATION) && strcmp(p->token.text, text) == 0;
}

static int accept(struct parser *p, const char *text) {
  if (!at(p, text)) return 0;
  advance(p);
  return 1;
}

static void expect(struct parser *p, const char *text) {
  if (!accept(p, text)) fail(p->token.pos, "expected '%s', found '%s'", text, p->token.text);
}

static int is_keyword(const char *text) {
  static const char *const keywords[] = {"record", "func", "extern", "keeps", "var", "if", "else", "while", "return", "nil", "new", "int"};
  size_t i;
  for (i = 0; i < sizeof keywords / sizeof *keywords; i++) {
    if (strcmp(text, keywords[i]) == 0) return 1;
  }
  return 0;
}

static const char *parse_name(struct parser *p) {
  const char *name = p->token.text;
  if (p->token.kind != TOKEN_NAME || is_keyword(name)) fail(p->token.pos, "expected a name, found '%s'", name);
  advance(p);
  return name;
}

/* Records may be used before they are declared: a name makes a row that the declaration fills. */
static struct record *record_named(struct parser *p, const char *name, struct pos pos) {
  struct record **link = &p->program->records;
  for (; *link; link = &(*link)->next) {
    if (strcmp((*link)->name, name) == 0) return *link;
  }
  *link = allocate(sizeof **link);
  (*link)->name = name;
  (*link)->pos = pos;
  (*link)->type.kind = TYPE_RECORD;
  (*link)->type.record = *link;
  (*link)->number = p->program->num_records++;
  return *link;
}

static const struct type *parse_type(struct parser *p) {
  struct pos pos = p->token.pos;
  if (accept(p, "int")) return &type_int;
  if (accept(p, "*")) {
    struct type *type = allocate(sizeof *type);
    type->kind = TYPE_POINTER;
    type->pointee = parse_type(p);
    return type;
  }
  return &record_named(p, parse_name(p), pos)->type;
}

static struct expr *new_expr(enum expr_kind kind, struct pos pos) {
  struct expr *expr = allocate(sizeof *expr);
  expr->kind = kind;
  expr->pos = pos;
  return expr;
}

static struct expr *parse_primary(struct parser *p) {
  struct pos pos = p->token.pos;
  struct expr *expr, **arg;
  if (p->token.kind == TOKEN_NUMBER) {
    expr = new_expr(EXPR_NUMBER, pos);
    expr->number = p->token.number;
    advance(p);
    return expr;
  }
  if (accept(p, "nil")) return new_expr(EXPR_NIL, pos);
  if (accept(p, "(")) {
    expr = parse_expr(p);
    expect(p, ")");
    return expr;
  }
  if (accept(p, "new")) {
    expr = new_expr(EXPR_NEW, pos);
    expr->type = parse_type(p);
    return expr;
  }
  expr = new_expr(EXPR_VARIABLE, pos);
  expr->name = parse_name(p);
  if (!accept(p, "(")) return expr;
  expr->kind = EXPR_CALL;
  for (arg = &expr->args; !accept(p, ")"); arg = &(*arg)->next) {
    if (expr->args) expect(p, ",");
    *arg = parse_expr(p);
  }
  return expr;
}

static struct expr *parse_unary(struct parser *p) {
  struct pos pos = p->token.pos;
  struct expr *expr;
  enum expr_kind kind = at(p, "&") ? EXPR_ADDRESS : at(p, "*") ? EXPR_DEREF : EXPR_NEGATE;
  if (accept(p, "&") || accept(p, "*") || accept(p, "-")) {
    expr = new_expr(kind, pos);
    expr->left = parse_unary(p);
    return expr;
  }
  expr = parse_primary(p);
  while (at(p, ".")) {
    struct expr *field = new_expr(EXPR_FIELD, p->token.pos);
    advance(p);
    field->left = expr;
    field->name = parse_name(p);
    expr = field;
  }
  return expr;
}

static const struct {
  const char *text;
  int level; /* a higher one binds stronger */
} operators[] = {{"+", 2}, {"-", 2}, {"*", 3}, {"/", 3}, {"==", 1}, {"!=", 1}, {"<", 1}, {"<=", 1}, {">", 1}, {">=", 1}};

static struct expr *parse_binary(struct parser *p, int level) {
  struct expr *left = level > 3 ? parse_unary(p) : parse_binary(p, level + 1);
  size_t i = 0;
  if (level > 3) return left;
  while (i < sizeof operators / sizeof *operators) {
    if (operators[i].level == level && at(p, operators[i].text)) {
      struct expr *binary = new_expr(EXPR_BINARY, p->token.pos);
      advance(p);
      binary->op = (enum op)i;
      binary->left = left;
      binary->right = parse_binary(p, level + 1);
      left = binary;
      i = 0;
    } else {
      i++;
    }
  }
  return left;
}

static struct expr *parse_expr(struct parser *p) { return parse_binary(p, 1); }

static struct variable *declare(struct parser *p, int is_param) {
  struct variable *variable = allocate(sizeof *variable), **link = &p->function->variables;
  variable->pos = p->token.pos;
  variable->name = parse_name(p);
  variable->type = parse_type(p);
  variable->is_param = is_param;
  variable->number = p->function->num_variables++;
  for (; *link; link = &(*link)->next) {
    if (strcmp((*link)->name, variable->name) == 0) fail(variable->pos, "%s has a variable %s already", p->function->name, variable->name);
  }
  *link = variable;
  return variable;
}

static struct stmt *parse_stmt(struct parser *p) {
  struct stmt *stmt = allocate(sizeof *stmt);
  stmt->pos = p->token.pos;
  if (accept(p, "var")) {
    stmt->kind = STMT_VAR;
    stmt->variable = declare(p, 0);
    if (accept(p, "=")) stmt->value = parse_expr(p);
  } else if (accept(p, "return")) {
    stmt->kind = STMT_RETURN;
    if (!at(p, ";")) stmt->value = parse_expr(p);
  } else if (accept(p, "while")) {
    stmt->kind = STMT_WHILE;
    stmt->value = parse_expr(p);
    stmt->body = parse_block(p);
    return stmt;
  } else if (accept(p, "if")) {
    stmt->kind = STMT_IF;
    stmt->value = parse_expr(p);
    stmt->body = parse_block(p);
    if (accept(p, "else")) stmt->otherwise = parse_block(p);
    return stmt;
  } else {
    stmt->value = parse_expr(p);
    stmt->kind = STMT_CALL;
    if (at(p, "=")) {
      advance(p);
      stmt->kind = STMT_ASSIGN;
      stmt->target = stmt->value;
      stmt->value = parse_expr(p);
    }
  }
  expect(p, ";");
  return stmt;
}

static struct stmt *parse_block(struct parser *p) {
  struct stmt *first = NULL, **link = &first;
  expect(p, "{");
  for (; !accept(p, "}"); link = &(*link)->next) *link = parse_stmt(p);
  return first;
}

static void parse_record(struct parser *p) {
  struct pos pos = p->token.pos;
  struct record *record = record_named(p, parse_name(p), pos);
  struct field **link = &record->fields;
  uint32_t number = 0;
  if (record->fields) fail(pos, "record %s is declared twice", record->name);
  record->pos = pos;
  expect(p, "{");
  for (; !accept(p, "}"); link = &(*link)->next) {
    *link = allocate(sizeof **link);
    (*link)->pos = p->token.pos;
    (*link)->name = parse_name(p);
    (*link)->type = parse_type(p);
    (*link)->number = number++;
    expect(p, ";");
  }
  if (!record->fields) fail(pos, "record %s has no fields", record->name);
}

static void parse_function(struct parser *p, int is_extern) {
  struct function *function = allocate(sizeof *function), **link = &p->program->functions;
  p->function = function;
  function->pos = p->token.pos;
  function->name = parse_name(p);
  function->is_extern = is_extern;
  function->number = p->program->num_functions++;
  for (; *link; link = &(*link)->next) {
    if (strcmp((*link)->name, function->name) == 0) fail(function->pos, "function %s is declared twice", function->name);
  }
  *link = function;
  expect(p, "(");
  while (!accept(p, ")")) {
    if (function->variables) expect(p, ",");
    declare(p, 1);
  }
  function->num_params = function->num_variables;
  function->result = &type_void;
  if (!at(p, "{") && !at(p, ";") && !at(p, "keeps")) function->result = parse_type(p);
  if (is_extern) {
    function->keeps = accept(p, "keeps");
    expect(p, ";");
  } else {
    function->body = parse_block(p);
  }
}

struct program *parse(const char *file, const char *text) {
  struct parser parser;
  memset(&parser, 0, sizeof parser);
  parser.lexer.at = text;
  parser.lexer.pos.line = parser.lexer.pos.column = 1;
  parser.program = allocate(sizeof *parser.program);
  parser.program->file = file;
  advance(&parser);
  while (parser.token.kind != TOKEN_END) {
    if (accept(&parser, "record")) {
      parse_record(&parser);
    } else if (accept(&parser, "extern")) {
      expect(&parser, "func");
      parse_function(&parser, 1);
    } else if (accept(&parser, "func")) {
      parse_function(&parser, 0);
    } else {
      fail(parser.token.pos, "expected record, func or extern, found '%s'", parser.token.text);
    }
  }
  return parser.program;
}
