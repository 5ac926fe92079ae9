//! A whole program: types, globals, the signatures of all functions, then the bodies: roots first, then what has come to be called,
//! then a root for what nobody has called, `main` last. What is not called in the end has no body.
//!
//! `main` makes next to no storage of its own, since its frame is never left while something else goes on. It refills the
//! counter before each root and in the end uses what the globals hold.

use super::bytes::Source;
use super::calls::{Func, Role};
use super::frame::Frame;
use super::types::{Shape, Types, Universe};
use super::{Features, Gen};
use crate::entity::{FuncId, PosId, TypeId, Value};
use crate::ir::attr::{self, Entity};
use crate::ir::{HAS_RECEIVER, Module, ModuleBuilder, Opcode, Promise, SYNTHETIC, Target, VARIADIC};

/// Most instructions of a program, about.
const SIZE: usize = 480;
/// Calls a root may make.
const FUEL: i64 = 24;

/// See [`super::generate`].
pub(super) fn program(bytes: &[u8], f: &Features) -> Module {
    let mut m = ModuleBuilder::new("main", Target::default());
    m.producer("lab");
    let file = m.file("gen.go");
    let mut src = Source::new(bytes);
    let mut t = Types::default();
    let u = Universe::new(&mut m, &mut t, f, &mut src);
    src.next_segment();
    let fuel = m.global("main.fuel", u.int, PosId::from_raw(0));
    let mut g = Gen {
        m,
        src,
        f,
        t,
        u,
        fr: Frame::new(FuncId::from_raw(0)),
        funcs: Vec::new(),
        globals: Vec::new(),
        boxed: Vec::new(),
        implementers: Vec::new(),
        fuel,
        file,
        line: 0,
        pos: PosId::from_raw(0),
        names: 0,
        integer_taker: None,
        emitted: 0,
    };
    let main = g.m.func("main.main", g.u.thunk, PosId::from_raw(0));
    g.declare_globals();
    g.declare_methods();
    g.declare_functions();
    g.roots();
    g.main(main);
    g.m.finish().expect("types contain themselves through pointers only")
}

impl Gen<'_> {
    fn declare_globals(&mut self) {
        if !self.f.globals {
            return;
        }
        for n in 0..1 + self.src.below(4) {
            let ty = self.common();
            let global = self.m.global(&format!("main.g{n}"), ty, PosId::from_raw(0));
            self.globals.push((global, ty));
        }
    }

    /// One of the types of the cast.
    pub(super) fn common(&mut self) -> TypeId {
        self.src.pick(&self.u.common)
    }

    fn some_types(&mut self, most: u32) -> Vec<TypeId> {
        (0..self.src.below(most + 1)).map(|_| self.common()).collect()
    }

    pub(super) fn declare(&mut self, name: &str, params: Vec<TypeId>, results: Vec<TypeId>, role: Role) -> usize {
        self.line += 10;
        self.pos = self.m.pos(self.file, self.line, 1);
        let sig = self.t.func(&mut self.m, &params, &results);
        let id = self.m.func(name, sig, self.pos);
        if role == Role::Method {
            self.m.func_mut(id).flags |= HAS_RECEIVER;
        }
        let handler = self.src.chance(if role == Role::Root { 160 } else { 40 });
        let handler = handler && self.f.panics && role != Role::External;
        self.funcs.push(Func {
            id,
            sig,
            params,
            results,
            role,
            handler,
            called: false,
            filled: false,
            variadic: false,
            promoted: None,
        });
        self.funcs.len() - 1
    }

    /// `Get` and `Swap` of the named types; those of `Outer` are those of the node it embeds.
    fn declare_methods(&mut self) {
        if !self.f.methods && !self.f.interfaces {
            return;
        }
        let (int_ptr, node, cell, num, outer) = (self.u.int_ptr, self.u.node, self.u.cell, self.u.num, self.u.outer);
        let (node_ptr, outer_ptr, cell_ptr) = (self.ptr_to(node), self.ptr_to(outer), self.ptr_to(cell));
        let mut wrapped = None;
        for (named, recv, name, flags) in
            [(num, num, "(main.Num)", 0), (cell, cell, "(main.Cell)", 0), (node, node_ptr, "(*main.Node)", 1)]
        {
            if !self.src.chance(170) {
                continue;
            }
            let get = self.declare(&format!("{name}.Get"), vec![recv], vec![int_ptr], Role::Method);
            let swap = self.declare(&format!("{name}.Swap"), vec![recv, int_ptr], vec![int_ptr], Role::Method);
            wrapped = (named == node).then_some([get, swap]);
            let (get, swap) = (self.funcs[get].id, self.funcs[swap].id);
            self.m.set_methods(named, &[("Get", get, flags), ("Swap", swap, flags)]);
            self.implementers.push(recv);
            if named == cell {
                // Methods of a value are methods of a pointer to it.
                self.implementers.push(cell_ptr);
            }
        }
        let Some(wrapped) = wrapped.filter(|_| self.src.chance(150)) else { return };
        let [get, swap] = [("Get", vec![outer_ptr]), ("Swap", vec![outer_ptr, int_ptr])].map(|(name, params)| {
            let of = params.len() - 1;
            let n = self.declare(&format!("(*main.Outer).{name}"), params, vec![int_ptr], Role::Method);
            self.funcs[n].promoted = Some(self.funcs[wrapped[of]].id);
            let id = self.funcs[n].id;
            self.m.func_mut(id).flags |= SYNTHETIC;
            (name, id)
        });
        self.m.set_methods(outer, &[(get.0, get.1, 3), (swap.0, swap.1, 3)]);
        self.implementers.push(outer_ptr);
    }

    fn declare_functions(&mut self) {
        let plain = self.src.pick(&[0, 1, 2, 3, 4, 4, 5, 6]);
        let plain = if self.f.calls { plain } else { 0 };
        for n in 0..plain {
            let params = self.some_types(3);
            let many = self.src.chance(30) && self.f.many_results;
            let mut results = self.some_types(if many { 3 } else { 2 });
            while many && results.len() < 6 {
                let ty = self.common();
                results.push(ty);
            }
            let at = self.declare(&format!("main.f{n}"), params, results, Role::Plain);
            if self.src.chance(60) && self.f.variadics && self.f.slices {
                self.make_variadic(at);
            }
        }
        if self.f.externals {
            for n in 0..self.src.below(4) {
                let params = self.some_types(3);
                let results = self.some_types(1);
                let at = self.declare(&format!("main.ext{n}"), params, results, Role::External);
                if self.f.promises {
                    self.promise(at);
                }
            }
        }
    }

    /// Gives a function without a last parameter of its own a pack of arguments.
    fn make_variadic(&mut self, n: usize) {
        let ty = self.common();
        let pack = self.slice_of(ty);
        let func = &mut self.funcs[n];
        func.params.push(pack);
        func.variadic = true;
        let (params, results) = (func.params.clone(), func.results.clone());
        // The type of a value of the function is not interned with the others: calls by value do not know about packs.
        let sig = self.m.func_type(&params, &results, true);
        let row = self.m.func_mut(self.funcs[n].id);
        row.sig = sig;
        row.flags |= VARIADIC;
        self.funcs[n].sig = sig;
    }

    /// Says of an external function that it keeps nothing, or what it does with some of its parameters.
    fn promise(&mut self, n: usize) {
        let (id, params, results) = {
            let f = &self.funcs[n];
            (f.id, f.params.clone(), f.results.len() as u32)
        };
        match self.src.below(4) {
            1 => self.m.attr(Entity::Func, attr::NOESCAPE, id.raw(), 1),
            2 | 3 => {
                for param in 0..params.len() as u32 {
                    if self.src.chance(90) {
                        continue;
                    }
                    let mut flows = [0; Promise::FLOWS.len()];
                    flows[0] = self.src.pick(&[0, 0, 2, 1]);
                    flows[1] = self.src.pick(&[0, 1]);
                    // Only function values are called: a method called would be the end of its receiver's privacy.
                    let func = matches!(self.t.shape(params[param as usize]), Shape::Func { .. });
                    flows[2] = if func { self.src.pick(&[0, 1]) } else { 0 };
                    for flow in flows[3..].iter_mut().take(results as usize) {
                        *flow = self.src.pick(&[0, 1, 2]);
                    }
                    self.m.promise(id, param, flows);
                }
            }
            _ => {}
        }
    }

    /// A frame for a function, with its share of the instructions that are left.
    fn frame(&mut self, n: usize, left: usize) {
        let func = &self.funcs[n];
        let mut frame = Frame::new(func.id);
        frame.results.clone_from(&func.results);
        let share = SIZE.saturating_sub(self.emitted) / left.max(1);
        let role = func.role;
        let share = if role == Role::Method { share.min(36) } else { share.max(8) };
        frame.stop_at = self.emitted + share;
        frame.syntactic = self.src.chance(60) && self.f.attributes && role == Role::Plain;
        if frame.syntactic {
            self.m.attr(Entity::Func, attr::SYNTACTIC_DEPTH, func.id.raw(), 1);
        }
        self.fr = frame;
    }

    /// Fills function `n`, `left` others being still to come.
    fn body(&mut self, n: usize, left: usize) {
        self.funcs[n].filled = true;
        self.src.next_segment();
        self.frame(n, left + 1);
        let role = self.funcs[n].role;
        if let Some(target) = self.funcs[n].promoted {
            self.promoted(n, target);
        } else {
            let (params, handler) = (self.funcs[n].params.clone(), self.funcs[n].handler);
            self.begin(&params, &[], role != Role::Root, handler);
            self.statements(if role == Role::Method { 180 } else { 240 });
            self.finish();
        }
        self.end_body();
    }

    /// Functions that are called and have no body yet. Of a type that is held by an interface somewhere, all methods are.
    fn wanted(&self) -> Vec<usize> {
        let boxed = |func: &Func| func.role == Role::Method && self.boxed.contains(&func.params[0]);
        let through_pointer = |func: &Func| {
            func.role == Role::Method && self.boxed.iter().any(|&ty| self.elem(ty) == Some(func.params[0]))
        };
        let wants = |func: &Func| {
            let called = func.called || boxed(func) || through_pointer(func);
            !func.filled && func.role != Role::External && called
        };
        (0..self.funcs.len()).filter(|&n| wants(&self.funcs[n])).collect()
    }

    fn end_body(&mut self) {
        let done = std::mem::replace(&mut self.fr, Frame::new(FuncId::from_raw(0)));
        self.m.body(done.func, done.b);
    }

    /// A method of the embedded node, called through what embeds it.
    fn promoted(&mut self, n: usize, target: FuncId) {
        let params = self.funcs[n].params.clone();
        let entry = self.fr.b.block(&params);
        self.next_line();
        let (outer, node, int_ptr) = (self.fr.b.param(entry, 0), self.u.node, self.u.int_ptr);
        for func in self.funcs.iter_mut().filter(|f| f.id == target) {
            func.called = true;
        }
        let rest: Vec<Value> = (1..params.len()).map(|k| self.fr.b.param(entry, k)).collect();
        let c = self.is_some(outer, params[0]);
        let call = |g: &mut Self| {
            let node = g.field_addr(outer, 0, node);
            let args: Vec<Value> = [node].into_iter().chain(rest).collect();
            g.op(Opcode::Call, target.raw(), &args, int_ptr)
        };
        let v = self.either(c, int_ptr, call, |g| g.zero(int_ptr));
        self.act(Opcode::Return, 0, &[v], &[], &[]);
    }

    fn roots(&mut self) {
        let count = 1 + self.src.below(3) as usize;
        let others = self.funcs.iter().filter(|f| f.role != Role::External).count();
        for n in 0..count {
            let at = self.declare(&format!("main.root{n}"), Vec::new(), Vec::new(), Role::Root);
            self.body(at, count - n - 1 + others);
        }
        self.called();
        // Methods that an interface might call, too: it might also not.
        let uncalled = |f: &Func| match f.role {
            Role::Plain | Role::External => !f.called,
            Role::Method => f.filled && !f.called,
            Role::Root => false,
        };
        let last: Vec<usize> = (0..self.funcs.len()).filter(|&n| uncalled(&self.funcs[n])).collect();
        self.src.next_segment();
        let last: Vec<usize> = last.into_iter().filter(|_| self.src.chance(220)).collect();
        if last.is_empty() {
            return;
        }
        let at = self.declare("main.rest", Vec::new(), Vec::new(), Role::Root);
        self.frame(at, last.len() + 1);
        let handler = self.funcs[at].handler;
        self.begin(&[], &[], false, handler);
        for n in last {
            self.next_line();
            for (v, ty) in self.call(n, 1) {
                self.touch(v, ty, 2);
            }
        }
        self.finish();
        self.end_body();
        self.called();
    }

    /// Fills what has come to be called.
    fn called(&mut self) {
        loop {
            let wanted = self.wanted();
            let Some(&n) = wanted.first() else { return };
            self.body(n, wanted.len() - 1);
        }
    }

    fn main(&mut self, main: FuncId) {
        self.fr = Frame::new(main);
        self.fr.stop_at = usize::MAX;
        self.fr.b.block(&[]);
        let roots: Vec<FuncId> = self.funcs.iter().filter(|f| f.role == Role::Root).map(|f| f.id).collect();
        for root in roots {
            self.refuel();
            self.act(Opcode::Call, root.raw(), &[], &[], &[]);
        }
        self.refuel();
        for (global, ty) in self.globals.clone() {
            self.next_line();
            let addr = self.global_addr(global, ty);
            let v = self.load(addr, ty);
            self.touch(v, ty, 4);
        }
        self.act(Opcode::Return, 0, &[] as &[Value], &[], &[]);
        self.end_body();
    }

    fn refuel(&mut self) {
        self.next_line();
        let fuel = self.int(FUEL);
        let at = self.global_addr(self.fuel, self.u.int);
        self.store(at, fuel);
    }
}
