/* A toy compiler: the program as a tree, and the passes over it. Each .c file is one pass; main.c puts them in order. */
#ifndef TOY_H
#define TOY_H

#include <outlive.h>

#include <stddef.h>
#include <stdint.h>

struct pos {
  uint32_t line, column; /* from 1 */
};

enum type_kind { TYPE_VOID, TYPE_INT, TYPE_BOOL, TYPE_NIL, TYPE_POINTER, TYPE_RECORD };

struct type {
  enum type_kind kind;
  const struct type *pointee; /* of a pointer */
  struct record *record;      /* of a record */
};

struct field {
  const char *name;
  struct pos pos;
  const struct type *type;
  uint32_t number;
  uint64_t offset; /* check.c */
  struct field *next;
};

struct record {
  const char *name;
  struct pos pos;
  struct field *fields;
  struct type type;
  uint64_t size; /* check.c; 0: not yet known */
  int visiting;  /* check.c: its fields are being looked at */
  uint32_t number;
  struct record *next;
};

struct variable {
  const char *name;
  struct pos pos;
  const struct type *type;
  int is_param;
  uint32_t number; /* in its function, parameters first */
  struct variable *next;
};

enum expr_kind { EXPR_NUMBER, EXPR_NIL, EXPR_VARIABLE, EXPR_FIELD, EXPR_DEREF, EXPR_ADDRESS, EXPR_NEGATE, EXPR_BINARY, EXPR_CALL, EXPR_NEW };

enum op { OP_ADD, OP_SUB, OP_MUL, OP_DIV, OP_EQ, OP_NE, OP_LT, OP_LE, OP_GT, OP_GE };

struct expr {
  enum expr_kind kind;
  struct pos pos;
  const struct type *type;  /* check.c, but of EXPR_NEW the parser: what is allocated */
  enum op op;               /* EXPR_BINARY */
  struct expr *left, *right; /* operands; the base of a field, the address of a deref */
  struct expr *args;        /* EXPR_CALL */
  const char *name;         /* EXPR_VARIABLE, EXPR_FIELD, EXPR_CALL */
  int64_t number;           /* EXPR_NUMBER */
  struct variable *variable; /* check.c */
  struct field *field;      /* check.c */
  struct function *callee;  /* check.c */
  struct expr *next;        /* in a list of arguments */
};

enum stmt_kind { STMT_VAR, STMT_ASSIGN, STMT_CALL, STMT_RETURN, STMT_IF, STMT_WHILE };

struct stmt {
  enum stmt_kind kind;
  struct pos pos;
  struct variable *variable;     /* STMT_VAR */
  struct expr *target, *value;   /* what is assigned, returned, called, tested */
  struct stmt *body, *otherwise; /* STMT_IF, STMT_WHILE */
  struct stmt *next;
};

struct function {
  const char *name;
  struct pos pos;
  struct variable *variables; /* parameters, then what the body declares */
  uint32_t num_params, num_variables;
  const struct type *result;
  int is_extern, keeps; /* an extern function keeps what it is given if it is declared so */
  struct stmt *body;
  uint32_t number;
  struct function *next;
};

struct program {
  const char *file;
  struct record *records;
  struct function *functions;
  uint32_t num_records, num_functions;
};

extern const struct type type_void, type_int, type_bool, type_nil;

/* util.c: memory that is freed at the end, and errors, which end the program with exit code 1. */
void *allocate(size_t size); /* zeroed */
void free_all(void);
extern const char *error_file;
void fail(struct pos pos, const char *format, ...);

/* lex.c */
enum token_kind { TOKEN_END, TOKEN_NAME, TOKEN_NUMBER, TOKEN_PUNCTUATION };

struct token {
  enum token_kind kind;
  struct pos pos;
  const char *text; /* as it is written */
  int64_t number;
};

struct lexer {
  const char *at;
  struct pos pos;
};

struct token next_token(struct lexer *lexer);

/* parse.c, check.c */
struct program *parse(const char *file, const char *text);
void check(struct program *program);

/* emit.c: the module of a checked program, node by node; the caller frees it. With `frames` its variables stay in their frames, as
   those of C do, and the verdict on one is whether its address outlives it. */
outlive_module *emit(const struct program *program, int frames);

/* What outlive.h says went wrong ends the program: with a checked program it is a mistake of the compiler. */
void give_up(outlive_status status, outlive_error *error);

#endif
