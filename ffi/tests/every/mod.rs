//! `tests/c/every/calls.c` calls every function of the header with NULL, empty, huge and random arguments. It is generated from the
//! header, so that no new export can be forgotten: one with a type nobody knows a value for does not compile. `make header` (or
//! `OUTLIVE_BLESS=1`) rewrites it.
//!
//! What C cannot check stays right: handles are NULL or alive, arrays are as long as they say or longer than memory.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

/// Parameters or fields: type and name.
type Row = (String, String);

/// What the header declares.
#[derive(Default)]
struct Header {
    /// Types the client cannot look into.
    opaque: Vec<String>,
    structs: Vec<(String, Vec<Row>)>,
    functions: Vec<(String, String, Vec<Row>)>,
}

/// A declarator: `const char *data` is type `const char *` and name `data`.
fn row(text: &str) -> Row {
    let text = text.trim();
    let at = text.rfind([' ', '*']).map_or(0, |at| at + 1);
    (text[..at].trim().into(), text[at..].into())
}

impl Header {
    fn parse(text: &str) -> Self {
        let mut this = Self::default();
        let inside = |line: &&str| !line.trim_start().starts_with('#') && !line.trim_start().starts_with("//");
        let text: String = text
            .split("/*")
            .enumerate()
            .map(|(n, part)| if n == 0 { part } else { part.split_once("*/").map_or("", |p| p.1) })
            .collect();
        let text = text.replace("extern \"C\" {", "").replace("static inline", ";static");
        let code: Vec<&str> = text.lines().filter(inside).map(|line| line.split("//").next().unwrap_or("")).collect();
        let mut rest = code.join(" ");
        while let Some(end) = rest.find(';') {
            let open = rest[..end].find('{');
            let (head, tail) = match open {
                Some(open) => {
                    let close = rest.find('}').expect("a brace is closed");
                    let end = rest[close..].find(';').map_or(rest.len(), |at| close + at);
                    if rest.trim_start().starts_with("typedef struct") {
                        let fields = rest[open + 1..close].split(';').filter(|f| !f.trim().is_empty());
                        this.structs.push((rest[close + 1..end].trim().into(), fields.map(row).collect()));
                    }
                    (String::new(), end)
                }
                None => (rest[..end].trim().trim_start_matches('}').trim().to_owned(), end),
            };
            if let Some(name) = head.strip_prefix("typedef struct ") {
                this.opaque.push(name.split(' ').next_back().expect("a name").into());
            } else if let Some((before, params)) = head.split_once('(')
                && !head.starts_with("static")
                && before.contains("outlive_")
            {
                let (returns, name) = row(before);
                let params =
                    params.trim_end_matches(')').split(',').filter(|p| p.trim() != "void" && !p.trim().is_empty());
                this.functions.push((returns, name, params.map(row).collect()));
            }
            rest = rest[tail + 1..].to_owned();
        }
        this
    }

    fn fields(&self, name: &str) -> Option<&[Row]> {
        self.structs.iter().find(|s| s.0 == name).map(|s| &*s.1)
    }

    /// A structure that begins with its size.
    fn grows(&self, name: &str) -> bool {
        self.fields(name).is_some_and(|fields| fields[0].1 == "struct_size")
    }

    /// Fills a structure with any values.
    fn fill(&self, name: &str, fields: &[Row], out: &mut String) {
        let _ = writeln!(
            out,
            "static void fill_{name}({name} *row) {{\n  size_t i;\n  memset(row, 0, sizeof *row);\n  (void)i;"
        );
        for (n, (ty, field)) in fields.iter().enumerate() {
            let counts = |f: &&Row| f.0 == "size_t" && !f.1.ends_with("_size");
            if field == "struct_size" {
                let _ =
                    writeln!(out, "  row->struct_size = once_in(8) ? (uint32_t)pick_size() : (uint32_t)sizeof *row;");
            } else if let Some(elem) = ty.strip_prefix("const ").and_then(|t| t.strip_suffix(" *"))
                && elem != "char"
            {
                let count = fields.get(n + 1).filter(counts);
                let stride = fields.get(n + 2).filter(|f| f.1.ends_with("_size"));
                let _ = writeln!(
                    out,
                    "  if (!once_in(4)) {{\n    size_t stride = sizeof({elem});\n    {elem} *rows = input();"
                );
                if stride.is_some() {
                    let _ = writeln!(out, "    if (once_in(4)) stride += 8;");
                }
                let rows = if count.is_some() { "8" } else { "1" };
                let _ = writeln!(out, "    for (i = 0; i < {rows}; i++) {};", self.element(elem));
                let _ = writeln!(out, "    row->{field} = rows;");
                if let Some((_, count)) = count {
                    let _ = writeln!(out, "    row->{count} = count();");
                }
                if let Some((_, size)) = stride {
                    let _ = writeln!(out, "    row->{size} = once_in(8) ? pick_size() % sizeof({elem}) : stride;");
                }
                let _ = writeln!(out, "  }} else {{");
                for (_, number) in [count, stride].into_iter().flatten() {
                    let _ = writeln!(out, "    row->{number} = count();");
                }
                let _ = writeln!(out, "  }}");
            } else if let Some(elem) = ty.strip_suffix(" *").filter(|t| !t.starts_with("const ")) {
                let _ = writeln!(out, "  row->{field} = once_in(2) ? NULL : ({elem} *)output();");
            } else if field.contains('[') || ty == "const char *" || ty == "size_t" {
                // Set with the pointer before it, or only ever received.
            } else {
                let _ = writeln!(out, "  row->{field} = any_{ty}();");
            }
        }
        let _ = writeln!(out, "}}\n");
    }

    /// A statement that fills the `i`th element of `rows`.
    fn element(&self, elem: &str) -> String {
        let place = format!("({elem} *)(void *)((char *)rows + i * stride)");
        if self.fields(elem).is_some() && elem != "outlive_str" {
            format!("fill_{elem}({place})")
        } else {
            format!("*({place}) = any_{elem}()")
        }
    }

    /// The function that calls one export.
    fn call(&self, returns: &str, name: &str, params: &[Row], out: &mut String) {
        let handle = |ty: &str| self.opaque.iter().find(|o| *o == ty).cloned();
        let (mut before, mut after, mut on_failure, mut args) =
            (String::new(), String::new(), String::new(), Vec::new());
        let mut skip = 0;
        for (n, (ty, param)) in params.iter().enumerate() {
            args.push(format!("a_{param}"));
            if skip > 0 {
                skip -= 1;
                continue;
            }
            let inner = ty.strip_suffix('*').map(str::trim);
            if ty == "outlive_error **" {
                let _ = writeln!(
                    before,
                    "  outlive_error *made_error = NULL, **a_error = once_in(4) ? NULL : &made_error;"
                );
                let _ = writeln!(after, "  check_error(\"{name}\", status, a_error);");
            } else if let Some(made) = inner.and_then(|t| t.strip_suffix('*')).map(str::trim).and_then(handle) {
                let _ = writeln!(
                    before,
                    "  {made} *const not_{param} = ({made} *)(void *)(uintptr_t)calls, *made_{param} = not_{param};"
                );
                let _ = writeln!(before, "  {made} **a_{param} = once_in(8) ? NULL : &made_{param};");
                let _ = writeln!(after, "  if (status == OUTLIVE_OK) {made}_free(made_{param});");
                let _ = writeln!(on_failure, "    CHECK(\"{name}\", made_{param} == not_{param});");
            } else if let Some(kind) = inner.map(|t| t.trim_start_matches("const ").trim()).and_then(handle) {
                let _ = writeln!(before, "  {kind} *a_{param} = once_in(6) ? NULL : fresh_{kind}();");
                if name != format!("{kind}_free") {
                    let _ = writeln!(after, "  {kind}_free(a_{param});");
                }
            } else if let Some(elem) = ty.strip_prefix("const ").and_then(|t| t.strip_suffix(" *")) {
                if self.grows(elem) {
                    let _ = writeln!(before, "  {elem} *a_{param} = once_in(4) ? NULL : input();");
                    let _ = writeln!(before, "  if (a_{param}) fill_{elem}(a_{param});");
                    continue;
                }
                let _ = writeln!(before, "  size_t i_{param}, stride_{param} = sizeof({elem});");
                let _ = writeln!(before, "  {elem} *a_{param} = once_in(4) ? NULL : input();");
                let count = &params[n + 1].1;
                assert!(params[n + 1].0 == "size_t", "{name}: how long is {param}?");
                let _ = writeln!(before, "  size_t a_{count} = count();");
                skip = 1;
                if let Some((_, size)) = params.get(n + 2).filter(|p| p.1.ends_with("_size")) {
                    let _ = writeln!(
                        before,
                        "  size_t a_{size} = once_in(8) ? pick_size() % sizeof({elem}) : (stride_{param} += once_in(4) ? 8 : 0);"
                    );
                    skip = 2;
                }
                let element = self
                    .element(elem)
                    .replace("rows", &format!("a_{param}"))
                    .replace("i * stride", &format!("i_{param} * stride_{param}"));
                let _ = writeln!(before, "  for (i_{param} = 0; a_{param} && i_{param} < 8; i_{param}++) {element};");
            } else if let Some(elem) = inner {
                let _ = writeln!(before, "  {elem} *a_{param} = once_in(8) ? NULL : ({elem} *)output();");
                let _ = writeln!(on_failure, "    CHECK(\"{name}\", !a_{param} || is_untouched(a_{param}));");
            } else if ty == "size_t" {
                let _ = writeln!(
                    before,
                    "  size_t a_{param} = {};",
                    if param.ends_with("_size") || param.starts_with("max_") { "pick_size()" } else { "any_size_t()" }
                );
            } else {
                let _ = writeln!(before, "  {ty} a_{param} = any_{ty}();");
            }
        }
        let _ = writeln!(out, "static void call_{name}(void) {{\n{before}  {{");
        let call = format!("{name}({})", args.join(", "));
        let after: String = after.lines().map(|line| format!("  {line}\n")).collect();
        match returns {
            "void" => drop(writeln!(out, "    {call};\n{after}")),
            "outlive_status" => {
                let _ = writeln!(
                    out,
                    "    outlive_status status = {call};\n    CHECK(\"{name}\", outlive_status_words(status).len > 0);"
                );
                if !on_failure.is_empty() {
                    let _ = writeln!(out, "    if (status != OUTLIVE_OK) {{\n{on_failure}    }}");
                }
                out.push_str(&after);
            }
            "outlive_str" => drop(writeln!(out, "    use_str({call});\n{after}")),
            _ => drop(writeln!(out, "    (void){call};\n{after}")),
        }
        let _ = writeln!(out, "  }}\n}}\n");
    }
}

fn generate(header: &str) -> String {
    let header = Header::parse(header);
    assert!(header.functions.len() > 100 && header.structs.len() > 20 && header.opaque.len() > 6);
    let mut out = String::from(
        "/* Generated by `make header` from include/outlive.h (ffi/tests/every); do not edit. */\n#include \"every.h\"\n\n",
    );
    let rows = || header.structs.iter().flat_map(|s| &s.1).chain(header.functions.iter().flat_map(|f| &f.2));
    let passed: BTreeSet<&str> = rows()
        .filter(|(ty, _)| !ty.ends_with('*') || ty.starts_with("const "))
        .map(|(ty, _)| ty.trim_start_matches("const ").trim_end_matches(" *"))
        .collect();
    let received =
        ["outlive_str", "outlive_verdict", "outlive_summary", "outlive_step", "outlive_position", "outlive_stats"];
    for (name, fields) in header.structs.iter().filter(|s| passed.contains(&*s.0) && !received.contains(&&*s.0)) {
        header.fill(name, fields, &mut out);
        // Handed over by value.
        if rows().any(|(ty, _)| ty == name) {
            let _ = writeln!(
                out,
                "static {name} any_{name}(void) {{\n  {name} row;\n  fill_{name}(&row);\n  return row;\n}}\n"
            );
        }
    }
    for (returns, name, params) in &header.functions {
        header.call(returns, name, params, &mut out);
    }
    out.push_str("const struct call calls[] = {\n");
    for (_, name, _) in &header.functions {
        let _ = writeln!(out, "  {{\"{name}\", call_{name}}},");
    }
    out.push_str("  {NULL, NULL},\n};\n");
    out
}

/// Compares the file below `tree` with what the header makes of it, or rewrites it.
pub(crate) fn check(header: &str, tree: &Path) {
    let symbols = std::fs::read_to_string(tree.join("tests/c/symbols.txt")).expect("the list of symbols");
    let generated = generate(header);
    for symbol in symbols.lines() {
        assert!(generated.contains(&format!("call_{symbol}(void)")), "{symbol} is not called");
    }
    let committed = tree.join("tests/c/every/calls.c");
    if std::env::var_os("OUTLIVE_BLESS").is_some() {
        std::fs::write(&committed, &generated).expect("writable");
        return;
    }
    let found = std::fs::read_to_string(&committed).expect("tests/c/every/calls.c exists");
    assert!(found == generated, "tests/c/every/calls.c is stale: run `make header`");
}
