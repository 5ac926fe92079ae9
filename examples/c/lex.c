#include "toy.h"

#include <string.h>

static int is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
static int is_digit(char c) { return c >= '0' && c <= '9'; }

static void advance(struct lexer *lexer) {
  if (*lexer->at == '\n') {
    lexer->pos.line++;
    lexer->pos.column = 1;
  } else {
    lexer->pos.column++;
  }
  lexer->at++;
}

static void skip_blanks(struct lexer *lexer) {
  for (;;) {
    if (*lexer->at == '#') {
      while (*lexer->at && *lexer->at != '\n') advance(lexer);
    } else if (*lexer->at && strchr(" \t\r\n", *lexer->at)) {
      advance(lexer);
    } else {
      return;
    }
  }
}

static const char *copy(const char *from, const char *to) {
  char *text = allocate((size_t)(to - from) + 1);
  memcpy(text, from, (size_t)(to - from));
  return text;
}

struct token next_token(struct lexer *lexer) {
  struct token token;
  const char *begin;
  memset(&token, 0, sizeof token);
  skip_blanks(lexer);
  token.pos = lexer->pos;
  begin = lexer->at;
  if (!*begin) {
    token.text = "the end of the file";
    return token;
  }
  if (is_letter(*begin)) {
    token.kind = TOKEN_NAME;
    while (is_letter(*lexer->at) || is_digit(*lexer->at)) advance(lexer);
  } else if (is_digit(*begin)) {
    token.kind = TOKEN_NUMBER;
    while (is_digit(*lexer->at)) {
      if (token.number > (INT64_MAX - 9) / 10) fail(token.pos, "the number is too large");
      token.number = token.number * 10 + (*lexer->at - '0');
      advance(lexer);
    }
  } else if (strchr("{}();,.&*+-/=!<>", *begin)) {
    token.kind = TOKEN_PUNCTUATION;
    advance(lexer);
    if (strchr("=!<>", *begin) && *lexer->at == '=') advance(lexer);
  } else {
    fail(token.pos, "unexpected character '%c'", *begin);
  }
  token.text = copy(begin, lexer->at);
  return token;
}
