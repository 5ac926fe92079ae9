/*
 * A module of three functions built by hand, analysed, and every verdict with its why. In C the humane way to write a module is
 * its readable form; the Go twin of this example uses the typed builder.
 */
#include "outlive.h"

#include <stdio.h>

/* func keep(x int) *int { return &x }        keep gives the address of its parameter to its caller
 * func read(p *int) int { return *p }        read only looks
 * func main() { y := 1; z := read(&y); keep(z); b := new(int); sink = b } */
static const char program[] =
    "module \"handmade\"\n"
    "global main.sink *int @handmade.go:1:5\n"
    "func main.keep func(int) *int @3:6 {\n"
    "b0(a: int):\n"
    "  x: *int = var \"x\" {param 0} @3:11\n"
    "  store x, a @3:11\n"
    "  return x @4:2\n"
    "}\n"
    "func main.read func(*int) int @7:6 {\n"
    "b0(a: *int):\n"
    "  p: **int = var \"p\" {param 0} @7:11\n"
    "  store p, a @7:11\n"
    "  q: *int = load p @8:10\n"
    "  v: int = load q @8:9\n"
    "  return v @8:2\n"
    "}\n"
    "func main.main func() @11:6 {\n"
    "b0():\n"
    "  y: *int = var \"y\" @12:2\n"
    "  one: int = const_int 1 @12:7\n"
    "  store y, one @12:2\n"
    "  z: int = call main.read y @13:11\n"
    "  k: *int = call main.keep z @14:6\n"
    "  b: *int = new \"new(int)\" @15:10\n"
    "  g: **int = global_addr main.sink @16:2\n"
    "  store g, b @16:7\n"
    "  return @17:1\n"
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
    print("", outlive_result_function_name(result, verdict->func));
    print(": ", outlive_result_site_name(result, verdict->site));
    print(": ", outlive_placement_name(verdict->placement));
    print(", ", outlive_reason_words(verdict->reason));
    puts("");
    if (outlive_result_explain(result, verdict->site, &why, NULL) != OUTLIVE_OK) continue;
    for (step = 0; outlive_explanation_line(why, step).len > 0; step++) {
      print("    ", outlive_explanation_line(why, step));
      puts("");
    }
    outlive_explanation_free(why);
  }
  outlive_result_free(result);
  outlive_buffer_free(image);
  return 0;
}
