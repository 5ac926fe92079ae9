//! Attributes of known keys stand on entities they apply to. Unknown keys and entities are left alone.

use super::error::{Check, Errors, in_table, show_type};
use crate::entity::{FuncId, InstId, PosId, SiteId};
use crate::ir::attr::{self, Attr, Entity};
use crate::ir::module::{Body, Module};
use crate::ir::opcode::{CalleeKind, Opcode};
use crate::ir::types::TypeKind;

pub(super) fn check(m: &Module, errors: &mut Errors<'_>) {
    for row in m.attrs.rows() {
        let Some(entity) = Entity::from_number(row.entity) else { continue };
        let key = attr::KEYS.iter().find(|key| key.0 == row.key);
        let exists = match entity {
            Entity::Module => in_table("module", row.id, 1),
            Entity::Func => in_table("function", row.id, m.funcs.len()),
            Entity::Block => in_table("block", row.id, m.num_blocks()),
            Entity::Inst => in_table("instruction", row.id, m.num_insts()),
            Entity::Site => in_table("site", row.id, m.sites.len()),
        };
        let name = key.map_or("unknown", |key| key.1);
        if let Err(message) = exists {
            errors.table(format!("attribute {name}"), PosId::from_raw(0), message);
            continue;
        }
        let Some(&(_, _, entities, _)) = key else { continue };
        if !entities.contains(&entity) {
            let place = format!("attribute {name}");
            errors.table(place, PosId::from_raw(0), format!("does not apply to a {entity:?}").to_lowercase());
            continue;
        }
        match entity {
            Entity::Inst => {
                let (body, inst) = locate(m, row.id);
                if let Err(message) = on_inst(m, &body, inst, row) {
                    let block = body.blocks.partition_point(|b| b.first_inst <= inst.raw()) - 1;
                    errors.inst(&body, block.into(), inst, format!("attribute {name} {message}"));
                }
            }
            Entity::Func if row.key == attr::NOESCAPE && !m.funcs[FuncId::from_raw(row.id)].is_external() => {
                errors.func(row.id.into(), "attribute noescape stands on a function with a body".into());
            }
            Entity::Site if row.key == attr::DEPTH && row.value == 0 => {
                errors.site(SiteId::from_raw(row.id), "depths begin at 1".into());
            }
            Entity::Block if row.key == attr::DEPTH && row.value == 0 => {
                errors.table(
                    format!("attribute depth of block {}", row.id),
                    PosId::from_raw(0),
                    "depths begin at 1".into(),
                );
            }
            _ => {}
        }
    }
}

/// The function that holds an instruction, and the instruction's number there.
fn locate(m: &Module, inst: u32) -> (Body<'_>, InstId) {
    let after = m.funcs.raw.partition_point(|f| f.insts.start <= inst);
    let func = (0..after).rev().find(|&f| m.funcs.raw[f].insts.range().contains(&(inst as usize)));
    let func = FuncId::from_usize(func.unwrap_or(0));
    (m.body(func), InstId::from_raw(inst - m.funcs[func].insts.start))
}

fn on_inst(m: &Module, body: &Body<'_>, id: InstId, row: &Attr) -> Check {
    let inst = &body.insts[id.index()];
    let on = |ok: bool, what: &str| if ok { Ok(()) } else { Err(format!("applies to {what}")) };
    let indirect = matches!(inst.op.call(), Some((CalleeKind::Indirect, _)));
    match row.key {
        attr::BY_VALUE => {
            on(inst.op == Opcode::MakeClosure, "make_closure")?;
            let Some(binding) = body.args(inst).nth(row.value as usize) else {
                return Err(format!("names binding {}, but there are {}", row.value, inst.num_args));
            };
            let ty = body.ty(binding);
            match m.types.kind(ty) {
                TypeKind::Ptr | TypeKind::TypeParam => Ok(()),
                _ => Err(format!("names a binding of {}, which is no address", show_type(m, ty))),
            }
        }
        attr::SELF_ASSIGN => on(inst.op == Opcode::Store, "store"),
        attr::TARGET => {
            on(indirect, "indirect calls")?;
            in_table("function", row.value, m.funcs.len())
        }
        attr::RESULTS_UNUSED | attr::DICTIONARY => on(indirect, "indirect calls"),
        attr::UINTPTR_ESCAPES | attr::UINTPTR_KEEPALIVE => on(inst.op == Opcode::PtrToInt, "ptr_to_int"),
        attr::HEADER_DATA => on(matches!(inst.op, Opcode::Load | Opcode::Store), "load and store"),
        attr::ASSIGN_OP => on(inst.op == Opcode::Concat, "concat"),
        attr::DEFER_HEAP => on((72..=75).contains(&(inst.op as u8)), "deferred calls"),
        _ => Ok(()),
    }
}
