//! Who refers to whom, and the strongly connected components of that relation, callees first.
//!
//! An edge is any *reference* to a function, not only a call: a function whose value is taken may be called by whoever gets
//! it, and its summary must exist by then. A function with free variables (or one that asks for it) is tied to whoever makes
//! closures of it, in both directions: its body reads and writes its maker's variables, so the two are one unit of analysis.
//! A function without free variables is a unit of its own even when it is nested.
//!
//! Components are found by Tarjan's algorithm (SIAM J. Comput. 1972) with a stack of our own, and come out bottom-up. Inside a
//! component functions are ordered outermost first, then by number, so that a closure's maker is seen before the closure.

mod schedule;
mod users;

use crate::control::Control;
use crate::entity::{FuncId, TypeId};
use crate::ir::{Entity, Module, Opcode, TypeKind, WITH_PARENT, attr};

pub(crate) use schedule::Order;
pub(crate) use users::Users;

/// The components of a module's reference graph.
#[derive(Clone, Debug, Default)]
pub struct Components {
    members: Vec<FuncId>,
    starts: Vec<u32>,
    makers: Vec<u32>,
}

impl Components {
    /// Number of components.
    #[must_use]
    pub fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The functions of a component, outermost first.
    #[must_use]
    pub fn get(&self, n: usize) -> &[FuncId] {
        &self.members[self.starts[n] as usize..self.starts[n + 1] as usize]
    }

    /// All components, callees first.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &[FuncId]> {
        (0..self.len()).map(|n| self.get(n))
    }

    /// How many instructions make closures with bindings over a function.
    #[must_use]
    pub fn makers(&self, func: FuncId) -> u32 {
        self.makers[func.index()]
    }

    /// Finds the components of a module.
    #[must_use]
    pub fn of(module: &Module) -> Self {
        Self::under(module, Control::NONE)
    }

    /// As [`Self::of`], for a call that may be cancelled.
    pub(crate) fn under(module: &Module, control: Control<'_>) -> Self {
        Self::find(module, control).0
    }

    /// The components of a module, and which wait for which.
    pub(crate) fn with_order(module: &Module, control: Control<'_>) -> (Self, Order) {
        let (this, edges) = Self::find(module, control);
        let order = Order::of(module, &this, &edges);
        (this, order)
    }

    /// The components when methods count as referred to by whoever puts a value of their type into an interface: who calls
    /// them through it may know them then; and the references. Closures do not refer to their makers: who says of a function
    /// what it does with its free variables needs not know who binds them. Inside a component callees come first, as far as there
    /// is such an order: that of a depth-first walk.
    #[must_use]
    pub(crate) fn with_dispatch(module: &Module, control: Control<'_>) -> (Self, References) {
        let mut makers = vec![0; module.funcs.len()];
        let mut pairs = References::pairs(module, &mut makers, false, control);
        dispatch(module, &mut pairs);
        let references = References::new(module, pairs);
        let mut this = Self { members: Vec::with_capacity(module.funcs.len()), starts: vec![0], makers };
        let left = this.tarjan(&references, module.funcs.len());
        this.sort_by_key(|f| left[f.index()]);
        (this, references)
    }

    fn find(module: &Module, control: Control<'_>) -> (Self, References) {
        let mut makers = vec![0; module.funcs.len()];
        let edges = References::new(module, References::pairs(module, &mut makers, true, control));
        Self::from_edges(module, edges, makers)
    }

    fn from_edges(module: &Module, edges: References, makers: Vec<u32>) -> (Self, References) {
        let mut this = Self { members: Vec::with_capacity(module.funcs.len()), starts: vec![0], makers };
        this.tarjan(&edges, module.funcs.len());
        this.sort_by_key(|f| (nesting(module, f), f));
        (this, edges)
    }

    /// Orders the functions of each component.
    fn sort_by_key<K: Ord>(&mut self, key: impl Fn(FuncId) -> K) {
        for n in 0..self.len() {
            let (start, end) = (self.starts[n] as usize, self.starts[n + 1] as usize);
            if end - start > 1 {
                self.members[start..end].sort_by_key(|&f| key(f));
            }
        }
    }

    /// Finds the components; when the walk left each function, by function.
    fn tarjan(&mut self, edges: &References, num_funcs: usize) -> Vec<u32> {
        let mut walk = Walk {
            index: vec![Walk::NEW; num_funcs],
            on_stack: vec![false; num_funcs],
            left: vec![0; num_funcs],
            next: 0,
            count: 0,
        };
        self.members.reserve(num_funcs);
        self.starts.reserve(num_funcs);
        // Least index reachable by a walk down and one edge more; only that of functions on the way counts.
        let mut low = vec![0_u32; num_funcs];
        let (mut stack, mut path) = (Vec::with_capacity(64), Vec::<(u32, u32)>::with_capacity(64));
        for root in 0..num_funcs as u32 {
            if walk.index[root as usize] != Walk::NEW || walk.settles(edges, root, self) {
                continue;
            }
            path.push((root, 0));
            while let Some(&mut (f, ref mut edge)) = path.last_mut() {
                let at = f as usize;
                if walk.index[at] == Walk::NEW {
                    low[at] = walk.enter(f);
                    stack.push(f);
                    walk.on_stack[at] = true;
                }
                let targets = edges.of_func(f);
                if let Some(&g) = targets.get(*edge as usize) {
                    *edge += 1;
                    if walk.index[g as usize] == Walk::NEW {
                        if !walk.settles(edges, g, self) {
                            path.push((g, 0));
                        }
                    } else if walk.on_stack[g as usize] {
                        low[at] = low[at].min(walk.index[g as usize]);
                    }
                    continue;
                }
                path.pop();
                walk.leave(f);
                if let Some(&(parent, _)) = path.last() {
                    low[parent as usize] = low[parent as usize].min(low[at]);
                }
                if low[at] == walk.index[at] {
                    while let Some(g) = stack.pop() {
                        walk.on_stack[g as usize] = false;
                        self.members.push(FuncId::from_raw(g));
                        if g == f {
                            break;
                        }
                    }
                    self.starts.push(self.members.len() as u32);
                }
            }
        }
        walk.left
    }
}

/// What Tarjan's algorithm knows of each function.
struct Walk {
    /// When it was entered.
    index: Vec<u32>,
    /// Whether it is entered and in no component yet.
    on_stack: Vec<bool>,
    /// When it was left.
    left: Vec<u32>,
    next: u32,
    count: u32,
}

impl Walk {
    const NEW: u32 = u32::MAX;

    fn enter(&mut self, func: u32) -> u32 {
        let index = self.next;
        self.index[func as usize] = index;
        self.next += 1;
        index
    }

    fn leave(&mut self, func: u32) {
        self.left[func as usize] = self.count;
        self.count += 1;
    }

    /// Enters and leaves a new function at once if all it refers to, but for itself, has its component: then it is one alone.
    /// Most functions are when the walk comes to them.
    fn settles(&mut self, edges: &References, func: u32, found: &mut Components) -> bool {
        let settled = |&g: &u32| g == func || self.index[g as usize] != Self::NEW && !self.on_stack[g as usize];
        if !edges.of_func(func).iter().all(settled) {
            return false;
        }
        self.enter(func);
        self.leave(func);
        found.members.push(FuncId::from_raw(func));
        found.starts.push(found.members.len() as u32);
        true
    }
}

/// How many functions a function is nested in.
fn nesting(module: &Module, func: FuncId) -> usize {
    std::iter::successors(module.funcs[func].parent.get(), |&f| module.funcs[f].parent.get())
        .take(module.funcs.len())
        .count()
}

/// References to the methods of types whose values are put into interfaces.
fn dispatch(module: &Module, pairs: &mut Vec<(u32, u32)>) {
    let types = &module.types;
    for func in module.funcs.indices() {
        let body = module.body(func);
        for inst in body.insts.iter().filter(|i| matches!(i.op, Opcode::MakeIface | Opcode::MakeIfaceDirect)) {
            let ty = body.ty(body.arg(inst, 0));
            let pointer = types.rows[ty].kind == TypeKind::Ptr;
            let named = if pointer { TypeId::from_raw(types.rows[ty].a) } else { ty };
            let methods = types.methods(named).filter_map(|method| method.func.get());
            pairs.extend(methods.map(|method| (func.raw(), method.raw())));
        }
    }
}

/// Compressed adjacency of references.
pub(crate) struct References {
    starts: Vec<u32>,
    targets: Vec<u32>,
}

impl References {
    fn pairs(module: &Module, makers: &mut [u32], to_makers: bool, control: Control<'_>) -> Vec<(u32, u32)> {
        let mut pairs = Vec::with_capacity(module.num_insts() / 8);
        for (func, row) in module.funcs.iter_enumerated() {
            control.poll();
            if row.flags & WITH_PARENT != 0
                && let Some(parent) = row.parent.get()
            {
                if to_makers {
                    pairs.push((func.raw(), parent.raw()));
                }
                pairs.push((parent.raw(), func.raw()));
            }
            for inst in module.insts[row.insts.range()].iter().filter(|i| i.op.refers()) {
                let callee = match inst.op {
                    Opcode::MakeClosure => {
                        let callee = module.body(func).imms(inst)[0];
                        if inst.num_args > 0 {
                            makers[callee as usize] += 1;
                            if to_makers {
                                pairs.push((callee, func.raw()));
                            }
                        }
                        callee
                    }
                    Opcode::MethodValue => match module.body(func).imms(inst)[0] {
                        crate::entity::NONE => continue,
                        callee => callee,
                    },
                    _ => inst.aux,
                };
                pairs.push((func.raw(), callee));
            }
        }
        // Callees only an attribute knows are references too: their summaries must exist first.
        for row in module.attrs.range(Entity::Inst, attr::TARGET, 0..u32::MAX) {
            let func = module.funcs.raw.partition_point(|f| f.insts.start <= row.id);
            if let Some(func) = func.checked_sub(1)
                && (row.value as usize) < module.funcs.len()
            {
                pairs.push((func as u32, row.value));
            }
        }
        pairs
    }

    fn new(module: &Module, pairs: Vec<(u32, u32)>) -> Self {
        let mut starts = vec![0_u32; module.funcs.len() + 1];
        for &(from, _) in &pairs {
            starts[from as usize + 1] += 1;
        }
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        let mut fill = starts.clone();
        let mut targets = vec![0; pairs.len()];
        for (from, to) in pairs {
            targets[fill[from as usize] as usize] = to;
            fill[from as usize] += 1;
        }
        Self { starts, targets }
    }

    /// The functions a function refers to.
    pub(crate) fn of_func(&self, func: u32) -> &[u32] {
        &self.targets[self.starts[func as usize] as usize..self.starts[func as usize + 1] as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entity::PosId;
    use crate::ir::{BodyBuilder, ModuleBuilder, Target};

    fn module(calls: &[&[u32]]) -> Module {
        let mut m = ModuleBuilder::new("m", Target::default());
        let sig = m.func_type(&[], &[], false);
        let funcs: Vec<FuncId> = (0..calls.len()).map(|i| m.func(&format!("f{i}"), sig, PosId::from_raw(0))).collect();
        for (&f, callees) in funcs.iter().zip(calls) {
            let mut b = BodyBuilder::new();
            b.block(&[]);
            for &callee in *callees {
                b.emit(Opcode::Call, callee, &[], &[], &[] as &[TypeId]);
            }
            b.emit(Opcode::Return, 0, &[], &[], &[]);
            m.body(f, b);
        }
        m.finish().expect("types are fine")
    }

    fn components(calls: &[&[u32]]) -> Vec<Vec<u32>> {
        let components = Components::of(&module(calls));
        components.iter().map(|c| c.iter().map(|f| f.raw()).collect()).collect()
    }

    #[test]
    fn callees_come_first_and_cycles_are_one() {
        assert_eq!(components(&[&[1], &[2, 3], &[1], &[]]), [vec![3], vec![1, 2], vec![0]]);
    }

    #[test]
    fn self_recursion_is_a_component_of_one() {
        assert_eq!(components(&[&[0], &[0]]), [vec![0], vec![1]]);
    }

    #[test]
    fn a_long_chain_needs_no_stack() {
        let calls: Vec<Vec<u32>> = (0..100_000).map(|i| if i < 99_999 { vec![i + 1] } else { vec![0] }).collect();
        let calls: Vec<&[u32]> = calls.iter().map(Vec::as_slice).collect();
        assert_eq!(Components::of(&module(&calls)).len(), 1);
    }
}
