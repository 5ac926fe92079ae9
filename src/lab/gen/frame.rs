//! The function being generated: its scope, and how instructions and control flow are written into it.
//!
//! Control flow is structured, so scope is a stack: what a block declares is dropped when the block ends, and everything still in
//! scope dominates. A pointer that cannot be nil is *sure*; others are used behind a test ([`Gen::guard`]), because a program that
//! ends early in a nil dereference exercises nothing.

use super::Gen;
use super::types::Shape;
use crate::entity::{BlockId, FuncId, InstId, TypeId, Value};
use crate::ir::attr::{self, Entity};
use crate::ir::{BinaryOp, BodyBuilder, CompareOp, Opcode, SiteKind, TypeKind, intrinsic};

/// A variable in scope.
#[derive(Clone, Copy, Debug)]
pub(super) struct Var {
    pub(super) addr: Value,
    pub(super) ty: TypeId,
    /// Assigned once, and nobody takes its address: may be captured by value.
    pub(super) frozen: bool,
    /// The function it holds, if that is certain.
    pub(super) target: Option<FuncId>,
}

/// A value in scope.
#[derive(Clone, Copy, Debug)]
pub(super) struct Val {
    pub(super) v: Value,
    pub(super) ty: TypeId,
}

/// A function under construction.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) func: FuncId,
    pub(super) b: BodyBuilder,
    pub(super) vars: Vec<Var>,
    pub(super) vals: Vec<Val>,
    /// By value: not nil.
    sure: Vec<bool>,
    /// Loop depth; the outermost is 1.
    pub(super) depth: u32,
    /// Blocks around the current one.
    pub(super) nesting: u32,
    /// Functions around this one.
    pub(super) closures: u32,
    pub(super) results: Vec<TypeId>,
    /// The variables of the results, if they have any.
    pub(super) result_vars: Vec<Value>,
    /// Deferred calls are allowed; they run at each return.
    pub(super) defers: bool,
    /// A deferred call recovers.
    pub(super) handler: bool,
    /// The current block has its terminator.
    pub(super) ended: bool,
    /// No new statement begins once the program has this many instructions.
    pub(super) stop_at: usize,
    /// Depths are written down as attributes.
    pub(super) syntactic: bool,
}

impl Frame {
    pub(super) fn new(func: FuncId) -> Self {
        Self {
            func,
            b: BodyBuilder::new(),
            vars: Vec::new(),
            vals: Vec::new(),
            sure: Vec::new(),
            depth: 1,
            nesting: 0,
            closures: 0,
            results: Vec::new(),
            result_vars: Vec::new(),
            defers: false,
            handler: false,
            ended: false,
            stop_at: 0,
            syntactic: false,
        }
    }
}

impl Gen<'_> {
    /// Appends an instruction.
    pub(super) fn act(&mut self, op: Opcode, aux: u32, args: &[Value], imms: &[u32], results: &[TypeId]) -> InstId {
        self.emitted += 1;
        self.fr.b.emit(op, aux, args, imms, results)
    }

    /// Appends an instruction with one result.
    pub(super) fn op(&mut self, op: Opcode, aux: u32, args: &[Value], ty: TypeId) -> Value {
        let inst = self.act(op, aux, args, &[], &[ty]);
        self.fr.b.result(inst, 0)
    }

    /// As [`Self::op`], for a pointer that cannot be nil.
    pub(super) fn address(&mut self, op: Opcode, aux: u32, args: &[Value], ty: TypeId) -> Value {
        let v = self.op(op, aux, args, ty);
        self.trust(v, true);
        v
    }

    pub(super) fn trust(&mut self, v: Value, sure: bool) {
        if v.index() >= self.fr.sure.len() {
            self.fr.sure.resize(v.index() + 1, false);
        }
        self.fr.sure[v.index()] = sure;
    }

    pub(super) fn is_sure(&self, v: Value) -> bool {
        self.fr.sure.get(v.index()).copied().unwrap_or(false)
    }

    /// The next statement's position.
    pub(super) fn next_line(&mut self) {
        self.line += 1;
        self.pos = self.m.pos(self.file, self.line, 1);
        self.fr.b.at(self.pos);
    }

    /// Whether it is time to come to an end.
    pub(super) fn tight(&self) -> bool {
        self.emitted >= self.fr.stop_at
    }

    pub(super) fn keep(&mut self, v: Value, ty: TypeId) {
        self.fr.vals.push(Val { v, ty });
    }

    // Constants and arithmetic.

    pub(super) fn number(&mut self, n: i64, ty: TypeId) -> Value {
        let inst = self.act(Opcode::ConstInt, 0, &[], &[n as u32, (n >> 32) as u32], &[ty]);
        self.fr.b.result(inst, 0)
    }

    pub(super) fn int(&mut self, n: i64) -> Value {
        self.number(n, self.u.int)
    }

    pub(super) fn zero(&mut self, ty: TypeId) -> Value {
        self.op(Opcode::Zero, 0, &[], ty)
    }

    pub(super) fn text(&mut self, text: &str) -> Value {
        let id = self.m.str(text);
        self.op(Opcode::ConstStr, id.raw(), &[], self.u.string)
    }

    pub(super) fn binary(&mut self, op: BinaryOp, a: Value, b: Value) -> Value {
        self.op(Opcode::Binary, op as u32, &[a, b], self.u.int)
    }

    pub(super) fn compare(&mut self, op: CompareOp, a: Value, b: Value) -> Value {
        self.op(Opcode::Compare, op as u32, &[a, b], self.u.bool)
    }

    pub(super) fn print(&mut self, args: &[Value]) {
        self.act(Opcode::Intrinsic, intrinsic::PRINT, args, &[], &[]);
    }

    pub(super) fn len(&mut self, v: Value) -> Value {
        self.op(Opcode::Len, 0, &[v], self.u.int)
    }

    // Types.

    pub(super) fn shape(&self, ty: TypeId) -> Shape {
        self.t.shape(ty).clone()
    }

    pub(super) fn ptr_to(&mut self, elem: TypeId) -> TypeId {
        self.t.ptr(&mut self.m, elem)
    }

    pub(super) fn slice_of(&mut self, elem: TypeId) -> TypeId {
        self.t.slice(&mut self.m, elem)
    }

    /// The elements of a pointer or slice type.
    pub(super) fn elem(&self, ty: TypeId) -> Option<TypeId> {
        match self.t.shape(ty) {
            Shape::Ptr(elem) | Shape::Slice(elem) | Shape::Array(elem, _) | Shape::Chan(elem) => Some(*elem),
            _ => None,
        }
    }

    // Memory.

    /// A site of the current function, at the current position.
    pub(super) fn site(&mut self, kind: SiteKind, ty: TypeId, name: &str) -> u32 {
        self.m.site(kind, ty, self.fr.func, self.pos, name).raw()
    }

    /// A maker whose operands give its result's type.
    pub(super) fn maker(&mut self, op: Opcode, kind: SiteKind, args: &[Value], ty: TypeId) -> Value {
        let site = self.site(kind, ty, "");
        self.address(op, site, args, ty)
    }

    /// Storage of a type; the result is its address.
    pub(super) fn storage(&mut self, op: Opcode, kind: SiteKind, ty: TypeId) -> Value {
        let site = self.site(kind, ty, "");
        let to = self.ptr_to(ty);
        self.address(op, site, &[], to)
    }

    /// A variable; not in scope yet.
    pub(super) fn variable(&mut self, ty: TypeId) -> Value {
        self.names += 1;
        let name = format!("x{}", self.names);
        let site = self.site(SiteKind::Var, ty, &name);
        if self.fr.syntactic {
            self.m.attr(Entity::Site, attr::DEPTH, site, self.fr.depth);
        }
        let to = self.ptr_to(ty);
        self.address(Opcode::Var, site, &[], to)
    }

    pub(super) fn load(&mut self, addr: Value, ty: TypeId) -> Value {
        self.op(Opcode::Load, 0, &[addr], ty)
    }

    pub(super) fn store(&mut self, addr: Value, v: Value) -> InstId {
        self.act(Opcode::Store, 0, &[addr, v], &[], &[])
    }

    pub(super) fn field_addr(&mut self, base: Value, n: u32, ty: TypeId) -> Value {
        let to = self.ptr_to(ty);
        self.address(Opcode::FieldAddr, n, &[base], to)
    }

    pub(super) fn elem_addr(&mut self, base: Value, index: Value, ty: TypeId) -> Value {
        let to = self.ptr_to(ty);
        self.address(Opcode::ElemAddr, 0, &[base, index], to)
    }

    // Control flow.

    fn open(&mut self, params: &[TypeId]) -> BlockId {
        let block = self.fr.b.block(params);
        if self.fr.syntactic {
            self.fr.b.block_attr(block, attr::DEPTH, self.fr.depth);
        }
        block
    }

    pub(super) fn jump(&mut self, to: BlockId, args: &[Value]) {
        self.act(Opcode::Jump, to.raw(), args, &[], &[]);
    }

    pub(super) fn branch(&mut self, c: Value, yes: BlockId, no: BlockId) {
        self.act(Opcode::Branch, 0, &[c], &[yes.raw(), no.raw()], &[]);
    }

    /// Blocks besides the current one, which stays current; their parameters are of these types.
    pub(super) fn blocks<const N: usize>(&mut self, from: BlockId, params: [&[TypeId]; N]) -> [BlockId; N] {
        let blocks = params.map(|params| self.open(params));
        self.fr.b.switch_to(from);
        blocks
    }

    /// The current block.
    pub(super) fn here(&self) -> BlockId {
        self.fr.b.current()
    }

    pub(super) fn enter(&mut self, block: BlockId) {
        self.fr.b.switch_to(block);
        self.fr.ended = false;
    }

    /// Runs `inner` in a scope of its own.
    pub(super) fn scoped<T>(&mut self, inner: impl FnOnce(&mut Self) -> T) -> T {
        let (vars, vals) = (self.fr.vars.len(), self.fr.vals.len());
        self.fr.nesting += 1;
        let result = inner(self);
        self.fr.nesting -= 1;
        self.fr.vars.truncate(vars);
        self.fr.vals.truncate(vals);
        result
    }

    /// `if c { then }`.
    pub(super) fn when(&mut self, c: Value, then: impl FnOnce(&mut Self)) {
        let here = self.here();
        let [yes, join] = self.blocks(here, [&[], &[]]);
        self.branch(c, yes, join);
        self.enter(yes);
        self.scoped(then);
        if !self.fr.ended {
            self.jump(join, &[]);
        }
        self.enter(join);
    }

    /// `if c { then } else { other }`, whose branches both have a value.
    pub(super) fn either(
        &mut self,
        c: Value,
        ty: TypeId,
        then: impl FnOnce(&mut Self) -> Value,
        other: impl FnOnce(&mut Self) -> Value,
    ) -> Value {
        let here = self.here();
        let [yes, no, join] = self.blocks(here, [&[], &[], &[ty]]);
        self.branch(c, yes, no);
        self.enter(yes);
        let v = self.scoped(then);
        let mut sure = self.is_sure(v);
        self.jump(join, &[v]);
        self.enter(no);
        let v = self.scoped(other);
        sure &= self.is_sure(v);
        self.jump(join, &[v]);
        self.enter(join);
        let v = self.fr.b.param(join, 0);
        self.trust(v, sure);
        v
    }

    /// Whether a value is not nil.
    pub(super) fn is_some(&mut self, v: Value, ty: TypeId) -> Value {
        let nil = self.zero(ty);
        self.compare(CompareOp::Ne, v, nil)
    }

    /// Runs `then` unless a pointer, function, map, interface … is nil.
    pub(super) fn guard(&mut self, v: Value, ty: TypeId, then: impl FnOnce(&mut Self)) {
        if self.is_sure(v) {
            return then(self);
        }
        let c = self.is_some(v, ty);
        self.when(c, |g| {
            g.trust(v, true);
            then(g);
            g.trust(v, false);
        });
    }

    /// What a pointer points to; the zero value if it is nil.
    pub(super) fn read(&mut self, addr: Value, ptr: TypeId) -> Value {
        let ty = self.elem(ptr).expect("a pointer");
        if self.is_sure(addr) {
            return self.load(addr, ty);
        }
        let c = self.is_some(addr, ptr);
        self.either(c, ty, |g| g.load(addr, ty), |g| g.zero(ty))
    }

    /// `for i := 0; i < n; i++`, with values carried from iteration to iteration. `body` gets the index and the carried values
    /// and gives the next ones.
    pub(super) fn repeat(
        &mut self,
        n: Value,
        carried: &[(Value, TypeId)],
        body: impl FnOnce(&mut Self, Value, &[Value]) -> Vec<Value>,
    ) {
        let here = self.here();
        let types: Vec<TypeId> = [self.u.int].into_iter().chain(carried.iter().map(|c| c.1)).collect();
        let zero = self.int(0);
        self.fr.depth += 1;
        let [head, inner] = self.blocks(here, [&types, &[]]);
        self.fr.depth -= 1;
        let [exit] = self.blocks(here, [&[]]);
        let first: Vec<Value> = [zero].into_iter().chain(carried.iter().map(|c| c.0)).collect();
        self.jump(head, &first);
        self.fr.depth += 1;
        self.enter(head);
        let i = self.fr.b.param(head, 0);
        let c = self.compare(CompareOp::Lt, i, n);
        self.branch(c, inner, exit);
        self.enter(inner);
        let now: Vec<Value> = (0..carried.len()).map(|k| self.fr.b.param(head, k + 1)).collect();
        let mut next = self.scoped(|g| body(g, i, &now));
        if !self.fr.ended {
            let one = self.int(1);
            next.insert(0, self.binary(BinaryOp::Add, i, one));
            self.jump(head, &next);
        }
        self.fr.depth -= 1;
        self.enter(exit);
    }

    /// A slice's elements are there: runs `then` with an index that is in range.
    pub(super) fn within(&mut self, slice: Value, then: impl FnOnce(&mut Self, Value)) {
        let n = self.len(slice);
        let zero = self.int(0);
        let c = self.compare(CompareOp::Gt, n, zero);
        let k = self.src.below(4);
        self.when(c, |g| {
            let index = if k == 0 {
                zero
            } else {
                let k = g.int(k.into());
                g.binary(BinaryOp::Rem, k, n)
            };
            then(g, index);
        });
    }

    /// Whether a type can be compared with itself other than with nil, without a panic.
    pub(super) fn comparable(&self, ty: TypeId) -> bool {
        match self.t.shape(ty) {
            Shape::Basic(kind) => *kind != TypeKind::UnsafePtr || self.f.unsafes,
            Shape::Ptr(_) | Shape::Chan(_) => true,
            Shape::Array(elem, _) => self.comparable(*elem),
            Shape::Struct(fields) => fields.iter().all(|f| self.comparable(f.0)),
            _ => false,
        }
    }
}
