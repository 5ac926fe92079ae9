//! Folding of sizes and branches: sparse conditional constant propagation.
//!
//! *The problem.* Whether an allocation has a constant size, and whether a branch is ever taken, decides verdicts; front ends write down
//! what the source says and leave the arithmetic to us.
//!
//! *What is folded.* Integers and booleans: operators, comparisons, conversions, `select`, and the lengths and capacities of constant
//! strings, arrays, slices made or cut with constant bounds. A branch or switch on a constant becomes a jump.
//!
//! *Invariants.* Numbers are what the target computes: cut to the width of their type. What would panic is not folded. Blocks stay,
//! reached or not (`dce` takes them away), so do sites.
//!
//! *The algorithm.* Wegman and Zadeck, *Constant Propagation with Conditional Branches* (1991): every value starts as not yet computed and
//! only ever sinks to a constant and then to anything; instructions are looked at when their block is first entered and when an
//! operand sinks, block arguments when their edge is first taken. Linear in uses and edges.
//!
//! *Not done.* Floating-point numbers, strings, what memory holds: `mem2reg` comes first.

mod eval;

use super::effects::Definitions;
use super::rewrite::{Defines, Edits, rewrite};
use crate::entity::{FuncId, NONE, TypeId, Value};
use crate::ir::{Body, Inst, Module, Opcode};

/// The module with constants folded.
#[must_use]
pub fn fold(module: &Module) -> Module {
    let mut scratch = Scratch::default();
    rewrite(module, |func, body, edits| scratch.function(module, func, body, edits))
}

/// What is known of a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    /// Not computed by anything looked at so far.
    Unseen,
    /// Always these bits, cut to the type's width.
    Constant(u64),
    /// Anything.
    Any,
}

/// Of a use: it is an argument of an edge, and the rest is its number in `passed`.
const EDGE: u32 = 1 << 31;

/// A block argument.
#[derive(Clone, Copy, Debug)]
struct Passed {
    arg: u32,
    param: u32,
    edge: u32,
}

#[derive(Debug, Default)]
struct Scratch {
    definitions: Definitions,
    state: Vec<State>,
    /// By value: who looks at it, a list in `uses` of instructions or `EDGE` and arguments, and next.
    use_head: Vec<u32>,
    uses: Vec<(u32, u32)>,
    passed: Vec<Passed>,
    /// By block: its first edge; and the end. By edge: the target, the first of its arguments, whether it is taken.
    edge_start: Vec<u32>,
    edges: Vec<(u32, u32, bool)>,
    entered: Vec<bool>,
    /// By instruction: its block.
    block_of: Vec<u32>,
    blocks: Vec<u32>,
    sunk: Vec<u32>,
}

impl Scratch {
    fn function(&mut self, m: &Module, func: FuncId, body: &Body<'_>, edits: &mut Edits) {
        if !body.insts.iter().any(|inst| matches!(inst.op, Opcode::ConstInt | Opcode::Zero | Opcode::Len | Opcode::Cap))
        {
            return;
        }
        self.prepare(body);
        body.blocks[0].params().for_each(|p| self.state[p.index()] = State::Any);
        self.enter(0);
        if let Some(recover) = m.funcs[func].recover.get() {
            self.enter(recover.raw());
        }
        loop {
            if let Some(value) = self.sunk.pop() {
                let mut at = self.use_head[value as usize];
                while let Some(&(user, next)) = self.uses.get(at as usize) {
                    at = next;
                    if user & EDGE != 0 {
                        self.pass((user & !EDGE) as usize);
                    } else if self.entered[self.block_of[user as usize] as usize] {
                        self.visit(m, body, user);
                    }
                }
            } else if let Some(block) = self.blocks.pop() {
                body.blocks[block as usize].insts().for_each(|id| self.visit(m, body, id.raw()));
            } else {
                break;
            }
        }
        self.write(m, body, edits);
    }

    fn prepare(&mut self, body: &Body<'_>) {
        self.definitions.compute(body);
        self.state.clear();
        self.state.resize(body.values.len(), State::Unseen);
        self.use_head.clear();
        self.use_head.resize(body.values.len(), NONE);
        self.uses.clear();
        self.passed.clear();
        self.edge_start.clear();
        self.edges.clear();
        self.entered.clear();
        self.entered.resize(body.blocks.len(), false);
        self.block_of.clear();
        self.blocks.clear();
        self.sunk.clear();
        for (index, block) in body.blocks.iter().enumerate() {
            self.edge_start.push(self.edges.len() as u32);
            self.block_of.resize(self.block_of.len() + block.num_insts as usize, index as u32);
            for id in block.insts() {
                let inst = &body.insts[id.index()];
                for (target, args) in body.targets(inst) {
                    let edge = self.edges.len() as u32;
                    self.edges.push((target.raw(), self.passed.len() as u32, false));
                    for (&arg, param) in args.iter().zip(body.blocks[target.index()].params()) {
                        self.add_use(arg, EDGE | self.passed.len() as u32);
                        self.passed.push(Passed { arg, param: param.raw(), edge });
                    }
                }
                match inst.op {
                    Opcode::Branch | Opcode::Switch => self.add_use(body.arg_words(inst)[0], id.raw()),
                    Opcode::Unary | Opcode::Binary | Opcode::Compare | Opcode::Select | Opcode::Cast => {
                        body.arg_words(inst).iter().for_each(|&arg| self.add_use(arg, id.raw()));
                    }
                    // A length is looked at again when what its operand was made with sinks.
                    Opcode::Len | Opcode::Cap => {
                        let made = self.definitions.of(body, body.arg_words(inst)[0]);
                        if let Some(made) = made.filter(|made| matches!(made.op, Opcode::MakeSlice | Opcode::Slice)) {
                            body.arg_words(made).iter().for_each(|&arg| self.add_use(arg, id.raw()));
                        }
                    }
                    _ => {}
                }
            }
        }
        self.edge_start.push(self.edges.len() as u32);
    }

    fn add_use(&mut self, value: u32, user: u32) {
        let head = &mut self.use_head[value as usize];
        self.uses.push((user, *head));
        *head = self.uses.len() as u32 - 1;
    }

    fn enter(&mut self, block: u32) {
        if !std::mem::replace(&mut self.entered[block as usize], true) {
            self.blocks.push(block);
        }
    }

    /// An edge can be taken.
    fn take(&mut self, edge: u32) {
        let (target, first, taken) = self.edges[edge as usize];
        if taken {
            return;
        }
        self.edges[edge as usize].2 = true;
        let end = self.edges.get(edge as usize + 1).map_or(self.passed.len(), |next| next.1 as usize);
        (first as usize..end).for_each(|n| self.pass(n));
        self.enter(target);
    }

    /// A block argument reaches its parameter, if its edge is taken.
    fn pass(&mut self, n: usize) {
        let Passed { arg, param, edge } = self.passed[n];
        if self.edges[edge as usize].2 {
            self.sink(param, self.state[arg as usize]);
        }
    }

    /// A value may also be this.
    fn sink(&mut self, value: u32, to: State) {
        let state = &mut self.state[value as usize];
        let met = match (*state, to) {
            (State::Unseen, to) => to,
            (from, State::Unseen) => from,
            (from, to) if from == to => from,
            _ => State::Any,
        };
        if met != *state {
            *state = met;
            self.sunk.push(value);
        }
    }

    fn visit(&mut self, m: &Module, body: &Body<'_>, at: u32) {
        let inst = &body.insts[at as usize];
        let edges = self.edge_start[self.block_of[at as usize] as usize];
        match inst.op {
            Opcode::Jump => self.take(edges),
            Opcode::Branch | Opcode::Switch => match self.state[body.arg_words(inst)[0] as usize] {
                State::Unseen => {}
                State::Constant(bits) => self.take(edges + taken(m, body, inst, bits)),
                State::Any => {
                    let end = self.edge_start[self.block_of[at as usize] as usize + 1];
                    (edges..end).for_each(|edge| self.take(edge));
                }
            },
            _ if inst.num_results == 1 => {
                let state = eval::evaluate(m, body, &self.definitions, &self.state, inst);
                self.sink(inst.first_result, state);
            }
            _ => inst.results().for_each(|r| self.sink(r.raw(), State::Any)),
        }
    }

    /// Puts the constants where they have been found.
    fn write(&self, m: &Module, body: &Body<'_>, edits: &mut Edits) {
        // A block nothing enters has no constants.
        for (block, _) in body.blocks.iter().zip(&self.entered).filter(|&(_, &entered)| entered) {
            let mut constants = false;
            for param in block.params() {
                if let State::Constant(bits) = self.state[param.index()] {
                    let code = edits.fresh(body.ty(param));
                    let imms = halves(m, body.ty(param), bits);
                    edits.patch(block.first_inst, Opcode::ConstInt, 0, &[], &imms, Defines::Fresh(code));
                    edits.replace(param.raw(), code);
                    edits.drop_param(param.raw());
                    constants = true;
                }
            }
            for id in block.insts() {
                let inst = &body.insts[id.index()];
                let constant = |value: u32| match self.state[value as usize] {
                    State::Constant(bits) => Some(bits),
                    _ => None,
                };
                match inst.op {
                    Opcode::Branch | Opcode::Switch => {
                        if let Some(bits) = constant(body.arg_words(inst)[0])
                            && let Some((target, args)) = body.targets(inst).nth(taken(m, body, inst, bits) as usize)
                        {
                            let params = body.blocks[target.index()].params();
                            let open = |param: &Value| !matches!(self.state[param.index()], State::Constant(_));
                            let args = args.iter().zip(params).filter(|(_, param)| open(param));
                            let args: Vec<u32> = args.map(|(&arg, _)| arg).collect();
                            edits.patch(id.raw(), Opcode::Jump, target.raw(), &args, &[], Defines::Nothing);
                            continue;
                        }
                    }
                    Opcode::ConstInt | Opcode::Zero => {}
                    _ if inst.num_results == 1 => {
                        if let Some(bits) = constant(inst.first_result) {
                            let imms = halves(m, body.ty(inst.result()), bits);
                            edits.patch(id.raw(), Opcode::ConstInt, 0, &[], &imms, Defines::Same);
                            continue;
                        }
                    }
                    _ => {}
                }
                if constants && id.raw() == block.first_inst {
                    edits.patch_original(id.raw());
                }
            }
        }
    }
}

/// Which edge a branch or switch takes.
fn taken(m: &Module, body: &Body<'_>, inst: &Inst, bits: u64) -> u32 {
    if inst.op == Opcode::Branch {
        return u32::from(bits == 0);
    }
    let ty = body.ty(body.arg(inst, 0));
    let cases = body.imms(inst)[2..].chunks_exact(4);
    let mut hits = cases.map(|case| eval::cut(m, ty, u64::from(case[0]) | u64::from(case[1]) << 32) == bits);
    hits.position(|hit| hit).map_or(0, |n| n as u32 + 1)
}

/// The immediates of a constant: the number as it is written, negative where it is.
fn halves(m: &Module, ty: TypeId, bits: u64) -> [u32; 2] {
    let bits = eval::signed(m, ty, bits) as u64;
    [bits as u32, (bits >> 32) as u32]
}
