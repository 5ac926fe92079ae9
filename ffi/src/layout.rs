//! The layout of everything that crosses the border by address, compared with `tests/c/layouts.txt`, which a C program is held
//! against as well (`tests/c/gates.sh`).
//!
//! The file may only grow: a blessing that would move, resize or drop a field that is in it is refused, because clients are compiled
//! with it. A structure that no release has had yet is taken out of the file by hand before it is changed.

use crate::builder::emit::outlive_instruction;
use crate::builder::entities::{
    outlive_aux, outlive_block, outlive_function, outlive_global, outlive_inst, outlive_site, outlive_type,
    outlive_value,
};
use crate::builder::external::{outlive_external, outlive_flow};
use crate::builder::outlive_module_desc;
use crate::builder::sugar::outlive_case;
use crate::builder::tables::{outlive_function_desc, outlive_global_desc, outlive_site_desc};
use crate::builder::types::{outlive_field, outlive_interface_method, outlive_method};
use crate::limits::outlive_limits;
use crate::module::outlive_module_counts;
use crate::options::outlive_options;
use crate::rows::{
    outlive_change, outlive_position, outlive_stats, outlive_step, outlive_suggestion, outlive_summary, outlive_verdict,
};
use crate::text::{outlive_bytes, outlive_str};
use std::fmt::Write as _;
use std::mem::offset_of;
use std::path::PathBuf;

fn size_of_field<T, F>(_: fn(&T) -> &F) -> usize {
    size_of::<F>()
}

/// Writes each structure: its name, size and alignment, and a line per field with offset and size. A field that is left out does
/// not compile.
macro_rules! layouts {
    ($($name:ident { $($field:ident),* $(,)? })*) => {{
        let mut out = String::new();
        $(
            let _ = |row: $name| { let $name { $($field: _),* } = row; };
            let _ = writeln!(out, "{} {} {}", stringify!($name), size_of::<$name>(), align_of::<$name>());
            $(
                let size = size_of_field(|row: &$name| &row.$field);
                let field = stringify!($field).trim_start_matches("r#");
                let _ = writeln!(out, "  {field} {} {size}", offset_of!($name, $field));
            )*
        )*
        out
    }};
}

fn layouts() -> String {
    layouts! {
        outlive_str { data, len }
        outlive_bytes { data, len }
        outlive_options {
            struct_size, reserved, model, profile, max_image_bytes, max_instructions, max_memory_bytes, closed, reserved2,
            threads, reserved3, cancel, progress, total, limits, facts, facts_count,
        }
        outlive_limits {
            struct_size, set, max_variable, max_implicit, max_by_value, max_align_pointers, bounded_make, bounded_string,
            zero_size_on_stack, forbid_heap_to_stack, reserved,
        }
        outlive_verdict {
            site, context, func, pos, kind, placement, extent, allocates, reason, flags, detail, bound,
        }
        outlive_summary { func, param, heap, mutated, called, results, pos, flags }
        outlive_stats {
            image_bytes, functions, blocks, instructions, values, sites, verdicts, heap, decode_ns, verify_ns, analyze_ns,
            bodies, summaries, bounded, never_allocates, beyond_budget, facts_known,
            facts_refused,
        }
        outlive_position { file, line, column }
        outlive_module_counts {
            types, globals, functions, externals, blocks, instructions, values, sites, files, positions,
        }
        outlive_type { id, owner }
        outlive_function { id, owner }
        outlive_global { id, owner }
        outlive_site { id, owner }
        outlive_block { id, owner }
        outlive_value { id, owner }
        outlive_inst { id, owner }
        outlive_aux { id, owner }
        outlive_module_desc {
            struct_size, pointer_size, max_align, reserved, name, producer, max_instructions, max_memory_bytes,
        }
        outlive_field { name, r#type, offset, embedded, reserved }
        outlive_interface_method { name, signature }
        outlive_method { name, function, flags, reserved }
        outlive_global_desc { struct_size, pos, name, r#type, data, data_len }
        outlive_function_desc {
            struct_size, pos, name, r#type, flags, reserved, parent, instance_of, free_types, num_free_types,
        }
        outlive_site_desc { struct_size, kind, r#type, func, pos, index, name, silent, pinned, parent }
        outlive_flow { param, flow, index, derefs }
        outlive_external { struct_size, fresh_results, flows, num_flows, flow_size }
        outlive_instruction { struct_size, op, aux, args, num_args, imms, num_imms, types, num_types }
        outlive_case { number, target, args, num_args }
        outlive_step { from_kind, from_id, from_index, to_kind, to_id, to_index, derefs, why, pos }
        outlive_suggestion { verdict, first_change, change_count, first_freed, freed_count, partial, reserved }
        outlive_change { edit, func, inst, step }
    }
}

/// The tree whose files are compared: this one, or the broken copy that `tests/c/broken.sh` gives.
fn tree() -> PathBuf {
    std::env::var_os("OUTLIVE_TREE").map_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/..").into(), PathBuf::from)
}

/// The rows of a layout file that a client may rely on: each field with its structure, place and size.
fn promised(text: &str) -> Vec<(String, String)> {
    let mut structure = "";
    let mut rows = Vec::new();
    for line in text.lines() {
        match line.strip_prefix("  ") {
            Some(field) => rows.push((structure.to_owned(), field.to_owned())),
            None => structure = line.split(' ').next().unwrap_or_default(),
        }
    }
    rows
}

#[test]
fn layouts_are_those_of_the_committed_file() {
    let path = tree().join("tests/c/layouts.txt");
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    let found = layouts();
    if std::env::var_os("OUTLIVE_BLESS").is_some() {
        let kept = promised(&found);
        for row in promised(&committed) {
            assert!(kept.contains(&row), "{}.{} has moved or is gone: the ABI only grows", row.0, row.1);
        }
        std::fs::write(&path, found).expect("tests/c/layouts.txt is writable");
        return;
    }
    let differs = committed.lines().zip(found.lines()).find(|(a, b)| a != b);
    assert!(committed == found, "tests/c/layouts.txt is stale from {differs:?} on: append, then `make bless`");
}

#[test]
fn every_structure_of_the_header_is_in_the_list() {
    let header = std::fs::read_to_string(tree().join("include/outlive.h")).expect("include/outlive.h exists");
    let mut structures: Vec<&str> =
        header.lines().filter_map(|line| line.strip_prefix("} ")?.strip_suffix(';')).collect();
    let text = layouts();
    let mut listed: Vec<&str> =
        text.lines().filter(|line| !line.starts_with(' ')).filter_map(|line| line.split(' ').next()).collect();
    structures.sort_unstable();
    listed.sort_unstable();
    assert_eq!(structures, listed, "ffi/src/layout.rs and include/outlive.h differ");
}
