//! Attributes of known keys stand on entities they apply to. Unknown keys and entities are left alone.

use super::error::{Check, Errors, fail, in_table, show_type};
use super::types::agree;
use crate::entity::{FuncId, InstId, PosId, SiteId};
use crate::ir::attr::{self, Attr, Entity};
use crate::ir::module::{Body, Module};
use crate::ir::opcode::{CalleeKind, Opcode};
use crate::ir::types::TypeKind;

pub(super) fn check(m: &Module, errors: &mut Errors<'_>) {
    // Rows are sorted by entity, key and id, so what depends on the first two is looked up once a run.
    for run in m.attrs.rows().chunk_by(|a, b| (a.entity, a.key) == (b.entity, b.key)) {
        let Some(entity) = Entity::from_number(run[0].entity) else { continue };
        let key = attr::KEYS.iter().find(|key| key.0 == run[0].key);
        let (what, len) = match entity {
            Entity::Module => ("module", 1),
            Entity::Func => ("function", m.funcs.len()),
            Entity::Block => ("block", m.num_blocks()),
            Entity::Inst => ("instruction", m.num_insts()),
            Entity::Site => ("site", m.sites.len()),
        };
        let name = key.map_or("unknown", |key| key.1);
        let known = run.partition_point(|row| (row.id as usize) < len);
        let (run, beyond) = run.split_at(known);
        for row in beyond {
            if let Err(message) = in_table(what, row.id, len) {
                errors.table(format!("attribute {name}"), PosId::from_raw(0), message);
            }
        }
        let Some(&(number, _, entities, _)) = key else { continue };
        if !entities.contains(&entity) {
            let message = format!("does not apply to a {what}").into();
            errors.table(format!("attribute {name}"), PosId::from_raw(0), message);
            continue;
        }
        match (entity, number) {
            (Entity::Inst, _) => on_insts(m, run, name, errors),
            (Entity::Func, attr::NOESCAPE) => {
                for func in run.iter().map(|row| FuncId::from_raw(row.id)) {
                    if !m.funcs[func].is_external() {
                        errors.func(func, "attribute noescape stands on a function with a body".into());
                    }
                }
            }
            (Entity::Site, attr::PLACEMENT) => {
                for row in run.iter().filter(|row| row.value >= attr::PLACEMENTS) {
                    let message = format!("placement {} does not exist", row.value).into();
                    errors.site(SiteId::from_raw(row.id), message);
                }
            }
            (Entity::Site, attr::PINNED) => {
                for site in run.iter().map(|row| SiteId::from_raw(row.id)) {
                    let kind = m.sites[site].kind;
                    if !attr::may_pin(kind) {
                        errors.site(site, format!("storage of kind {} cannot be pinned", kind.name()).into());
                    }
                }
            }
            (_, attr::DEPTH) => {
                for row in run.iter().filter(|row| row.value == 0) {
                    match entity {
                        Entity::Site => errors.site(SiteId::from_raw(row.id), "depths begin at 1".into()),
                        _ => errors.table(
                            format!("attribute depth of {what} {}", row.id),
                            PosId::from_raw(0),
                            "depths begin at 1".into(),
                        ),
                    }
                }
            }
            _ => {}
        }
    }
}

/// Rows of one key on instructions, ascending.
fn on_insts(m: &Module, run: &[Attr], name: &str, errors: &mut Errors<'_>) {
    let mut func = FuncId::from_raw(0);
    for row in run {
        while !m.funcs[func].insts.range().contains(&(row.id as usize)) {
            func += 1;
            if func.index() == m.funcs.len() {
                return;
            }
        }
        let body = m.body(func);
        let inst = InstId::from_raw(row.id - m.funcs[func].insts.start);
        if let Err(message) = on_inst(m, &body, inst, row) {
            let block = body.blocks.partition_point(|b| b.first_inst <= inst.raw()) - 1;
            errors.inst(&body, block.into(), inst, format!("attribute {name} {message}").into());
        }
    }
}

fn on_inst(m: &Module, body: &Body<'_>, id: InstId, row: &Attr) -> Check {
    let inst = &body.insts[id.index()];
    let on = |ok: bool, what: &str| if ok { Ok(()) } else { fail(format!("applies to {what}")) };
    let indirect = matches!(inst.op.call(), Some((CalleeKind::Indirect, _)));
    match row.key {
        attr::BY_VALUE => {
            on(inst.op == Opcode::MakeClosure, "make_closure")?;
            let Some(binding) = body.args(inst).nth(row.value as usize) else {
                return fail(format!("names binding {}, but there are {}", row.value, inst.num_args));
            };
            let ty = body.ty(binding);
            match m.types.kind(ty) {
                TypeKind::Ptr | TypeKind::TypeParam => Ok(()),
                _ => fail(format!("names a binding of {}, which is no address", show_type(m, ty))),
            }
        }
        attr::SELF_ASSIGN => on(inst.op == Opcode::Store, "store"),
        attr::TARGET => {
            on(indirect, "indirect calls")?;
            in_table("function", row.value, m.funcs.len())?;
            let (callee, func) = (body.ty(body.arg(inst, 0)), FuncId::from_raw(row.value));
            let sig = m.funcs[func].sig;
            if !agree(&m.types, callee, sig) || m.types.params(sig).len() + 1 != usize::from(inst.num_args) {
                return fail(format!("names {func} of {}, but calls {}", show_type(m, sig), show_type(m, callee)));
            }
            Ok(())
        }
        attr::RESULTS_UNUSED | attr::DICTIONARY => on(indirect, "indirect calls"),
        attr::UINTPTR_ESCAPES | attr::UINTPTR_KEEPALIVE => on(inst.op == Opcode::PtrToInt, "ptr_to_int"),
        attr::HEADER_DATA => on(matches!(inst.op, Opcode::Load | Opcode::Store), "load and store"),
        attr::ASSIGN_OP => on(inst.op == Opcode::Concat, "concat"),
        attr::DEFER_HEAP => on((72..=75).contains(&(inst.op as u8)), "deferred calls"),
        _ => Ok(()),
    }
}
