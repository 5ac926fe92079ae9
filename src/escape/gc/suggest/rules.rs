//! Which change of the program takes away a flow, or lets less of it through.

use super::super::graph::{Edge, Graph, Loc, Role};
use super::retry::Effect;
use crate::entity::{InstId, TypeId};
use crate::fact::Edit;
use crate::ir::opcode::Why;
use crate::ir::{Body, Module, Opcode, SiteKind, TypeKind};
use crate::profile::Profile;

/// Looks at the flows of one graph.
pub(super) struct Rules<'a> {
    pub(super) module: &'a Module,
    pub(super) profile: &'a Profile,
    pub(super) graph: &'a Graph,
}

impl Rules<'_> {
    /// What to do about a flow that lies between two others on a path, and is of this instruction, with what that does to the
    /// flow: what to try first comes first. Nothing about what only moves a value within a function.
    pub(super) fn edits(
        &self,
        before: Option<&Edge>,
        edge: &Edge,
        after: Option<&Edge>,
        of: Option<(Body<'_>, InstId)>,
    ) -> Vec<(Edit, Effect)> {
        let value_will_do = self.held(edge).is_some_and(|ty| self.takes_address(of, ty));
        let remove = |edit| vec![(edit, Effect::Remove)];
        // The value may hold what must not get there either.
        let value_or = |edit, other| {
            let rest = (other, Effect::Remove);
            if value_will_do { vec![(edit, Effect::Lift), rest] } else { vec![rest] }
        };
        let value = |edit| value_or(edit, Edit::Cut);
        let why = |edge: Option<&Edge>| edge.map(|e| e.why);
        let to_result = match self.graph.locs[edge.dst as usize].role {
            Role::Result(n) if matches!(edge.why, Why::Returned | Why::Assign) => Some(n),
            _ => None,
        };
        match edge.why {
            Why::Panicked => remove(Edit::Cut),
            // What the box of a receiver is for is the call.
            Why::ArgumentMethod => remove(Edit::KeepConcrete),
            _ if self.is_box(edge) => remove(Edit::AvoidBox),
            _ if to_result.is_some_and(|n| self.is_storage(edge.dst, n)) => {
                value_or(Edit::ReturnValue, Edit::FillStorage)
            }
            _ if to_result.is_some() => value(Edit::ReturnValue),
            Why::Assign if of.is_some_and(|(body, inst)| is_store_to_part(&body, inst)) => value(Edit::StoreValue),
            Why::StoreIndirect
            | Why::StoreGlobal
            | Why::Element
            | Why::StoredElement
            | Why::MapKey
            | Why::MapValue
            | Why::Sent
            | Why::Appended
            | Why::Copied
            | Why::MemoryCopy => value(Edit::StoreValue),
            Why::Argument => value(Edit::PassValue),
            Why::ArgumentIndirect => remove(Edit::KnownFunction),
            Why::ArgumentExternal => remove(Edit::PromiseNoescape),
            // What to do about a captured variable is said where it is captured.
            Why::Go if why(before) == Some(Why::CapturedReference) => Vec::new(),
            Why::Go => value(Edit::PassToGo),
            Why::CapturedReference if value_will_do => {
                let edit = if why(after) == Some(Why::Go) { Edit::PassToGo } else { Edit::CaptureCopy };
                vec![(edit, Effect::Lift)]
            }
            Why::CapturedReference | Why::CapturedValue => remove(Edit::Cut),
            Why::Receiver => remove(Edit::CallMethod),
            Why::DeferHeap => remove(Edit::DeferOutside),
            Why::TooLarge => remove(Edit::Smaller),
            _ => Vec::new(),
        }
    }

    /// The type of what the address that flows is of, if it is small enough to flow itself.
    fn held(&self, edge: &Edge) -> Option<TypeId> {
        let row = &self.graph.locs[edge.src as usize];
        let types = &self.module.types;
        let param = |n: u32| types.params(self.module.funcs[row.func].sig).nth(n as usize);
        let held = match (edge.derefs, row.site.get(), row.role) {
            (-1, Some(site), _) => {
                let site = &self.module.sites[site];
                let whole = matches!(site.kind, SiteKind::New | SiteKind::Literal) || site.kind.is_variable();
                whole.then_some(site.ty)
            }
            (0, Some(site), _) => self.pointee(self.module.sites[site].ty),
            (0, None, Role::Param(n)) => param(n).and_then(|ty| self.pointee(ty)),
            _ => None,
        };
        held.filter(|&ty| types.layout[ty].size <= self.profile.max_by_value)
    }

    /// Whether an instruction is given a plain pointer to that: in an interface, say, a value would have to be boxed.
    fn takes_address(&self, of: Option<(Body<'_>, InstId)>, held: TypeId) -> bool {
        let Some((body, inst)) = of else { return false };
        body.args(&body.insts[inst.index()]).any(|arg| self.pointee(body.ty(arg)) == Some(held))
    }

    fn pointee(&self, ty: TypeId) -> Option<TypeId> {
        let types = &self.module.types;
        if types.kind(ty) == TypeKind::Ptr { types.elem(ty) } else { None }
    }

    /// Whether a result is something the caller might have made itself.
    fn is_storage(&self, result: Loc, n: u32) -> bool {
        let types = &self.module.types;
        let sig = self.module.funcs[self.graph.locs[result as usize].func].sig;
        let kind = types.results(sig).nth(n as usize).map(|ty| types.kind(ty));
        matches!(kind, Some(TypeKind::Ptr | TypeKind::Slice | TypeKind::Map))
    }

    fn is_box(&self, edge: &Edge) -> bool {
        let site = self.graph.locs[edge.src as usize].site.get();
        edge.derefs == -1 && site.is_some_and(|site| self.module.sites[site].kind == SiteKind::Box)
    }
}

/// Whether an instruction stores to a field or an element, and not to a whole variable.
fn is_store_to_part(body: &Body<'_>, inst: InstId) -> bool {
    let inst = &body.insts[inst.index()];
    let part = |value| {
        let mut parts = body.insts.iter().filter(|i| matches!(i.op, Opcode::FieldAddr | Opcode::ElemAddr));
        parts.any(|i| i.result() == value)
    };
    inst.op == Opcode::Store && part(body.arg(inst, 0))
}
