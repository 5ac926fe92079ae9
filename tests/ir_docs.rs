//! The tables of `docs/ir.md` are those of the source. `OUTLIVE_BLESS=1` in the environment rewrites them.

mod doc_support;

use doc_support::{code, table};
use outlive::ir::opcode::{Aux, FlowRow, From, Row, Shape, TABLE, To};
use outlive::ir::{SiteKind, attr, intrinsic};

/// What is written between the opcode and its operands.
fn aux(row: &Row) -> &'static str {
    match row.aux {
        Aux::None | Aux::Count => "",
        Aux::Site => "site",
        Aux::Func => "function",
        Aux::Global => "global",
        Aux::Str => "string",
        Aux::Type => "type",
        Aux::Block => "block",
        Aux::Index => "`.index`",
        Aux::Unary => "`neg` `not` `com`",
        Aux::Binary => "`add` `sub` `mul` `div` `rem` `and` `or` `xor` `shl` `shr` `andnot`",
        Aux::Compare => "`eq` `ne` `lt` `le` `gt` `ge`",
        Aux::Bounds => "`lo` `hi` `max`",
        Aux::Select => "sends, `default`",
        Aux::Intrinsic => "intrinsic",
    }
}

fn flow(flow: &FlowRow) -> String {
    let from = match flow.from {
        From::Arg(n) => format!("a{n}"),
        From::Deref(n) => format!("*a{n}"),
        From::Elements(n) => format!("elements of a{n}"),
        From::Args(0) => "each operand".into(),
        From::Args(n) => format!("a{n} and on"),
        From::Site => "&site".into(),
    };
    let to = match flow.to {
        To::Result(n) => format!("r{n}"),
        To::Pointee(n) => format!("*a{n}"),
        To::Site => "site".into(),
        To::Heap => "heap".into(),
        To::Mutator => "written".into(),
    };
    format!("{from} → {to}")
}

fn flows(rows: &[FlowRow]) -> String {
    rows.iter().map(flow).collect::<Vec<_>>().join(", ")
}

fn shape(row: &Row) -> String {
    match row.shape {
        Shape::Flows(rows) => flows(rows),
        Shape::Integer(rows) => format!("of an integer made from a pointer: {}", flows(rows)),
        Shape::Special => "special".into(),
    }
}

/// The opcodes that make sites of a kind; `sites_are_made_by_these` asks the verifier.
fn makers(kind: SiteKind) -> String {
    let name = match kind {
        SiteKind::Var | SiteKind::Param | SiteKind::Result => "`var`",
        SiteKind::New | SiteKind::Literal | SiteKind::Variadic => "`new`",
        SiteKind::SliceLiteral => "`new`, `convert`",
        SiteKind::MakeSlice => "`make_slice`, `new`",
        SiteKind::Map | SiteKind::MapLiteral => "`make_map`",
        SiteKind::Chan => "`make_chan`",
        SiteKind::Closure => "`make_closure`",
        SiteKind::MethodValue => "`method_value`",
        SiteKind::Box => "`make_iface`",
        SiteKind::Concat => "`concat`",
        SiteKind::StringConversion => "`convert`",
        SiteKind::Append => "`append`, `append_slice`",
    };
    name.into()
}

fn expected(name: &str) -> String {
    match name {
        "opcodes" => table(
            &["opcode", "then", "operands", "results", "what", "flows"],
            TABLE.iter().map(|row| {
                let kind = if row.makes() { "makes" } else { aux(row) };
                let then = if row.makes() { format!("site ({kind})") } else { kind.into() };
                let (args, results) = (row.args.to_string(), row.results.to_string());
                vec![code(row.name), then, args, results, row.doc.into(), shape(row)]
            }),
        ),
        "intrinsics" => table(
            &["intrinsic", "operands", "results", "what", "flows"],
            intrinsic::TABLE.iter().map(|row| {
                let (args, results) = (row.args.to_string(), row.results.to_string());
                vec![code(row.name), args, results, row.doc.into(), flows(row.flows)]
            }),
        ),
        "sites" => table(
            &["kind", "what", "made by"],
            SiteKind::ALL.iter().map(|&(kind, text, doc)| vec![code(text), doc.into(), makers(kind)]),
        ),
        "attributes" => table(
            &["attribute", "of", "what"],
            attr::KEYS.iter().map(|&(_, text, entities, doc)| {
                let of: Vec<String> = entities.iter().map(|e| format!("{e:?}").to_lowercase()).collect();
                vec![code(text), of.join(", "), doc.into()]
            }),
        ),
        _ => panic!("no table is called {name}"),
    }
}

#[test]
fn the_tables_of_the_page_are_those_of_the_source() {
    doc_support::check("docs/ir.md", 4, expected);
}

#[test]
fn the_examples_of_the_page_are_readable() {
    let text = "func main.f func(map[*int]int) {\nb0(v0: map[*int]int):\n  jump b1(v0)\nb1(v3: map[*int]int) [depth=2]:\n  \
        v5: *int = var s0 \"x\" {param 0 silent depth=2 @a.go:3:4} @3:8\n  v6: int, v7: bool = map_get v0, v5 @4:2\n  \
        store v5, v6 [self_assign]\n  branch v7, b2(v6), b3\nb2(v8: int):\n  return\nb3:\n  return\n}\n";
    outlive::text::parse(text).expect("the example parses");
}

#[test]
fn sites_are_made_by_these() {
    // A maker of each opcode with a site of each kind: the verifier refuses exactly the pairs the table does not have.
    let makers_text = [
        ("var", "v9: *int = var s0"),
        ("new", "v9: *int = new s0"),
        ("make_slice", "v9: []int = make_slice s0 N v0, v0"),
        ("make_map", "v9: map[int]int = make_map s0"),
        ("make_chan", "v9: chan int = make_chan s0"),
        ("make_iface", "v9: any = make_iface s0 N v0"),
        ("make_closure", "v9: func() = make_closure s0 N main.g"),
        ("method_value", "v9: func() = method_value s0 N main.m v0"),
        ("concat", "v9: string = concat s0 N v1, v1"),
        ("convert", "v9: string = convert s0 N v1"),
        ("append", "v9: []int = append s0 N v2, v0"),
        ("append_slice", "v9: []int = append_slice s0 N v2, v2"),
    ];
    for &(kind, word, _) in SiteKind::ALL {
        for (op, line) in makers_text {
            let site = format!("s0 \"x\" {{{word} 0}}");
            let line = line.replace("s0 N", "s0").replace("s0", &site);
            let text = format!(
                "type any = interface {{}}\nfunc main.f func(int, string, []int) int {{\nb0(v0: int, v1: string, v2: []int):\n  \
                 {line}\n  return v0\n}}\nfunc main.g func()\nfunc main.m func(int)\n"
            );
            let module = outlive::text::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
            let listed = makers(kind).contains(&format!("`{op}`"));
            assert_eq!(outlive::ir::verify(&module).is_ok(), listed, "{op} {word}\n{text}");
        }
    }
}
