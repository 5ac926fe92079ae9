//! Rows of the module's tables: every id exists, ranges lie in their pools, nesting has no cycle.

use super::error::{Check, Errors, fail, in_table, in_table_or_none};
use crate::entity::{FuncId, NONE, PosId, SiteId};
use crate::ir::module::{Function, Global, Module, Reloc};
use crate::ir::site::{Site, SiteKind};
use crate::ir::types::{TypeData, TypeKind};

pub(super) fn check(m: &Module, errors: &mut Errors<'_>) {
    let nowhere = PosId::from_raw(0);
    let mut report = |place: String, pos: PosId, result: Check| {
        if let Err(message) = result {
            errors.table(place, pos, message);
        }
    };
    let strings = m.strings.len();
    report("module".into(), nowhere, in_table("string", m.name.raw(), strings));
    report("module".into(), nowhere, in_table("string", m.producer.raw(), strings));
    if m.types.layout.len() != m.types.len() {
        report("types".into(), nowhere, fail("layouts have not been computed"));
        return;
    }
    for (id, name) in m.files.iter_enumerated() {
        report_row(&mut report, || format!("file {}", id.raw()), nowhere, in_table("string", name.raw(), strings));
    }
    // As many positions as instructions: look for a bad one only.
    if let Some((id, pos)) = m.positions.iter_enumerated().skip(1).find(|(_, pos)| pos.file.index() >= m.files.len()) {
        report(format!("position {id}"), nowhere, in_table("file", pos.file.raw(), m.files.len()));
    }
    for (id, row) in m.types.rows.iter_enumerated() {
        report_row(&mut report, || format!("type {id}"), nowhere, type_names(m, row, m.types.list(id)));
    }
    for (id, row) in m.globals.iter_enumerated() {
        report_row(&mut report, || format!("global {id}"), row.pos, global(m, row));
    }
    for (n, row) in m.relocs.iter().enumerate() {
        report_row(&mut report, || format!("relocation {n}"), nowhere, reloc(m, row));
    }
    for (id, row) in m.funcs.iter_enumerated() {
        report_row(&mut report, || format!("function {id}"), row.pos, func(m, id, row));
    }
    if errors.is_empty() {
        nesting(m, errors);
        for (id, row) in m.sites.iter_enumerated() {
            if let Err(message) = site(m, id, row) {
                errors.site(id, message);
            }
        }
    }
}

/// Reports one row; the place is made only if there is something to say.
fn report_row(
    report: &mut impl FnMut(String, PosId, Check),
    place: impl FnOnce() -> String,
    pos: PosId,
    result: Check,
) {
    if result.is_err() {
        report(place(), pos, result);
    }
}

fn type_names(m: &Module, row: &TypeData, list: &[u32]) -> Check {
    let string = |w: u32| in_table("string", w, m.strings.len());
    match row.kind {
        TypeKind::Struct => list.chunks_exact(5).try_for_each(|w| string(w[0])),
        TypeKind::Interface => {
            list.chunks_exact(2).try_for_each(|w| string(w[0]))?;
            if list.chunks_exact(2).any(|w| m.types.rows[w[1] as usize].kind != TypeKind::Func) {
                return fail("a method's signature is no func type");
            }
            Ok(())
        }
        TypeKind::TypeParam => string(list[0]),
        TypeKind::Named => {
            string(list[0])?;
            string(list[1])?;
            list[2 + row.b as usize..].chunks_exact(3).try_for_each(|w| {
                string(w[0])?;
                in_table_or_none("function", w[1], m.funcs.len())
            })
        }
        TypeKind::Chan if row.b > 2 => fail(format!("channel direction {} is not 0, 1 or 2", row.b)),
        TypeKind::Func if row.b & 1 != 0 && row.a == 0 => fail("variadic without a parameter"),
        _ => Ok(()),
    }
}

fn global(m: &Module, row: &Global) -> Check {
    in_table("string", row.name.raw(), m.strings.len())?;
    in_table("type", row.ty.raw(), m.types.len())?;
    in_table("position", row.pos.raw(), m.positions.len())?;
    if row.data_len != NONE {
        let end = u64::from(row.data_off) + u64::from(row.data_len);
        if end > m.data.len() as u64 {
            return fail(format!("its data ends at {end}, past the {} bytes there are", m.data.len()));
        }
    }
    Ok(())
}

fn reloc(m: &Module, row: &Reloc) -> Check {
    in_table("global", row.global.raw(), m.globals.len())?;
    match row.kind {
        0 => in_table("global", row.target, m.globals.len())?,
        1 => in_table("function", row.target, m.funcs.len())?,
        kind => return fail(format!("kind {kind} is neither 0 nor 1")),
    }
    let ty = m.globals[row.global].ty;
    let size = m.types.layout.get(ty).map_or(0, |layout| layout.size);
    if u64::from(row.offset) + u64::from(m.target.pointer_size) > size {
        return fail(format!("offset {} lies outside {}, which has {size} bytes", row.offset, row.global));
    }
    Ok(())
}

fn func(m: &Module, id: FuncId, row: &Function) -> Check {
    in_table("string", row.name.raw(), m.strings.len())?;
    in_table("position", row.pos.raw(), m.positions.len())?;
    in_table("type", row.sig.raw(), m.types.len())?;
    in_table_or_none("function", row.parent.raw(), m.funcs.len())?;
    in_table_or_none("function", row.instance_of.raw(), m.funcs.len())?;
    if m.types.kind(row.sig) != TypeKind::Func {
        return fail(format!("its signature {} is no func type", row.sig));
    }
    if row.instance_of.raw() == id.raw() {
        return fail("it is an instance of itself");
    }
    let end = row.free_off as usize + row.free_len as usize;
    let Some(free) = m.types.lists.get(row.free_off as usize..end) else {
        return fail("its free variables lie outside the pool");
    };
    free.iter().try_for_each(|&ty| in_table("type", ty, m.types.len()))
}

/// No function is nested in itself.
fn nesting(m: &Module, errors: &mut Errors<'_>) {
    // `seen[f]` is the walk that met f; meeting one's own walk again is a cycle.
    let mut seen = vec![NONE; m.funcs.len()];
    for start in m.funcs.indices() {
        let mut at = Some(start);
        while let Some(func) = at {
            let walk = std::mem::replace(&mut seen[func.index()], start.raw());
            if walk == start.raw() {
                errors.func(func, "it is nested in itself".into());
            }
            if walk != NONE {
                break;
            }
            at = m.funcs[func].parent.get();
        }
    }
}

/// There are many of them and most are right, so that is asked first.
#[inline(always)]
fn site(m: &Module, id: SiteId, row: &Site) -> Check {
    let fine = (row.ty.index() < m.types.len())
        & (row.pos.index() < m.positions.len())
        & (row.name.index() < m.strings.len())
        & row.parent.is_none()
        & (row.call == NONE);
    let Some(func) = m.funcs.get(row.func).filter(|_| fine) else { return odd_site(m, id, row) };
    let (params, results) = match row.kind {
        SiteKind::Param | SiteKind::Result => m.types.signature(func.sig),
        _ => return Ok(()),
    };
    let len = if row.kind == SiteKind::Param { params.len() } else { results.len() };
    if (row.index as usize) < len { Ok(()) } else { odd_site(m, id, row) }
}

#[inline(never)]
fn odd_site(m: &Module, id: SiteId, row: &Site) -> Check {
    in_table("type", row.ty.raw(), m.types.len())?;
    in_table("function", row.func.raw(), m.funcs.len())?;
    in_table("position", row.pos.raw(), m.positions.len())?;
    in_table("string", row.name.raw(), m.strings.len())?;
    in_table_or_none("site", row.parent.raw(), m.sites.len())?;
    in_table_or_none("instruction", row.call, m.num_insts())?;
    if row.parent.raw() == id.raw() {
        return fail("it is a copy of itself");
    }
    let sig = m.funcs[row.func].sig;
    let (what, len) = match row.kind {
        SiteKind::Param => ("parameter", m.types.params(sig).len()),
        SiteKind::Result => ("result", m.types.results(sig).len()),
        _ => return Ok(()),
    };
    // An inlined copy keeps the number its variable had in the callee.
    if row.parent.is_some() { Ok(()) } else { in_table(what, row.index, len) }
}
