/*
 * A module of three functions built by hand, and which of their storage outlives them. In C the humane way to write a module is
 * its readable form; the Go twin beside this uses a typed builder.
 *
 *   3  func sum(p *point) int { return p.x + p.y }
 *   4  func local() int { return sum(&point{1, 0}) }
 *   5  func share() *point { return &point{} }
 */
#include "outlive.h"

#include <stdio.h>

static const char program[] =
    "module \"handmade\"\n"
    "type main.point = struct 16 {x int 0, y int 8}\n"
    "func main.sum func(*main.point) int @main.go:3:6 {\n"
    "b0(p: *main.point):\n"
    "  xa: *int = field_addr .0 p @3:26\n"
    "  x: int = load xa @3:26\n"
    "  ya: *int = field_addr .1 p @3:26\n"
    "  y: int = load ya @3:26\n"
    "  r: int = binary add x, y @3:26\n"
    "  return r @3:26\n"
    "}\n"
    "func main.local func() int @main.go:4:6 {\n"
    "b0():\n"
    "  p: *main.point = new \"&point{...}\" {literal} @4:31\n"
    "  xa: *int = field_addr .0 p @4:31\n"
    "  one: int = const_int 1 @4:31\n"
    "  store xa, one @4:31\n"
    "  r: int = call main.sum p @4:31\n"
    "  return r @4:31\n"
    "}\n"
    "func main.share func() *main.point @main.go:5:6 {\n"
    "b0():\n"
    "  p: *main.point = new \"&point{...}\" {literal} @5:30\n"
    "  return p @5:30\n"
    "}\n";

static void print(const char *before, outlive_str str) { printf("%s%.*s", before, (int)str.len, str.data ? str.data : ""); }

int main(void) {
  outlive_error *error = NULL;
  outlive_buffer *image = NULL;
  outlive_result *result = NULL;
  const outlive_verdict *verdicts = NULL;
  size_t i, step, count = 0, entry_size = 0;
  if (outlive_image_from_text(outlive_str_from(program), NULL, &image, &error) != OUTLIVE_OK ||
      outlive_analyze_image(outlive_buffer_data(image), outlive_buffer_len(image), NULL, &result, &error) != OUTLIVE_OK ||
      outlive_result_verdicts(result, &verdicts, &count, &entry_size) != OUTLIVE_OK) {
    print("handmade: ", outlive_error_message(error));
    return 1;
  }
  for (i = 0; i < count; i++) {
    const outlive_verdict *verdict = (const outlive_verdict *)((const char *)verdicts + i * entry_size);
    outlive_explanation *why = NULL;
    outlive_position pos = {{NULL, 0}, 0, 0};
    outlive_result_position(result, verdict->pos, &pos);
    print("", pos.file);
    printf(":%u:%u", (unsigned)pos.line, (unsigned)pos.column);
    print(": ", outlive_result_site_name(result, verdict->site));
    print(": ", outlive_placement_name(verdict->placement));
    print(": ", outlive_reason_words(verdict->reason));
    puts("");
    if (outlive_result_explain(result, verdict->site, &why, NULL) != OUTLIVE_OK) continue;
    for (step = 0; outlive_explanation_line(why, step).len > 0; step++) {
      print("\t", outlive_explanation_line(why, step));
      puts("");
    }
    outlive_explanation_free(why);
  }
  outlive_result_free(result);
  outlive_buffer_free(image);
  return 0;
}
