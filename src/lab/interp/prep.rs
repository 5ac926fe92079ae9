//! What is worked out of a function the first time it runs: registers, loops, the ends of iterations.

use super::machine::{Step, Vm};
use crate::entity::{BlockId, FuncId, NONE};
use crate::ir::{Body, Entity, attr};

/// What a run knows of a function. Offsets point into the state's tables.
#[derive(Clone, Copy, Debug)]
pub(super) struct Prep {
    /// First entry in `registers`; [`NONE`] until prepared.
    pub(super) registers: u32,
    /// Registers of a frame.
    pub(super) size: u32,
    /// Entries in `depths` and `edges`, if it has loops.
    pub(super) depths: u32,
    pub(super) edges: u32,
    pub(super) loops: bool,
    /// Its depths come from the language's syntax: control flow does not tell where iterations end.
    pub(super) syntactic: bool,
    /// External and promised to keep nothing.
    pub(super) noescape: bool,
}

impl Default for Prep {
    fn default() -> Self {
        Self { registers: NONE, size: 0, depths: NONE, edges: 0, loops: false, syntactic: false, noescape: false }
    }
}

/// Bit of an edge's effect: the loop is left, not repeated.
pub(super) const LEFT: u16 = 1 << 15;

impl Vm<'_> {
    /// Prepares a function.
    pub(super) fn prepare(&mut self, func: FuncId) -> Step {
        let body = self.m.body(func);
        let mut prep = Prep {
            registers: self.s.registers.len() as u32,
            syntactic: self.m.attrs.has(Entity::Func, attr::SYNTACTIC_DEPTH, func.raw()),
            noescape: self.m.attrs.has(Entity::Func, attr::NOESCAPE, func.raw()),
            ..Prep::default()
        };
        let mut next = 0_u32;
        for &ty in body.values {
            self.s.registers.push(next);
            let Some(cells) = self.s.shapes.of(ty) else {
                let text = format!("{ty} has no layout here");
                return self
                    .unsupported(&format!("{} has a value whose type {text}", self.m.str(self.m.funcs[func].name)));
            };
            next = next.saturating_add(cells);
        }
        self.s.registers.push(next);
        // A maker has one register more: the object it made before in the same frame.
        let mut makers = body.insts.iter().filter(|inst| inst.op.makes()).map(|inst| inst.first_result).peekable();
        if makers.peek().is_some() {
            let mut extra = 0;
            let mut makers: Vec<u32> = makers.collect();
            makers.sort_unstable();
            let mut at = 0;
            for (value, entry) in self.s.registers[prep.registers as usize..].iter_mut().enumerate() {
                while makers.get(at).is_some_and(|&m| (m as usize) < value) {
                    (at, extra) = (at + 1, extra + 1);
                }
                *entry = entry.saturating_add(extra);
            }
            next = next.saturating_add(extra);
        }
        prep.size = next;
        if u64::from(next) > self.limits.cells {
            return self.end(super::End::Limit(super::LimitKind::Cells));
        }
        let back = body.blocks.iter().enumerate().any(|(n, block)| {
            body.terminator(block).is_some_and(|inst| body.targets(inst).any(|(to, _)| to.index() <= n))
        });
        if back {
            self.loops(&body, &mut prep);
        }
        self.carried(&body);
        self.s.preps[func.index()] = prep;
        Ok(())
    }

    fn loops(&mut self, body: &Body<'_>, prep: &mut Prep) {
        let s = &mut *self.s;
        s.cfg.graph.compute(body, self.m.funcs[body.func].recover.get());
        s.cfg.loops.compute(&s.cfg.graph);
        if s.cfg.loops.is_empty() {
            return;
        }
        prep.loops = true;
        prep.depths = s.depths.len() as u32;
        prep.edges = s.edges.len() as u32;
        let depth = |b: BlockId| s.cfg.loops.depth(b).min(u32::from(u16::MAX >> 1)) as u16;
        let around = |b: BlockId| s.cfg.loops.header(b);
        let outer = |h: BlockId| s.cfg.loops.outer(&s.cfg.graph, h);
        let chain = |b: BlockId| std::iter::successors(around(b), |&h| outer(h));
        for (n, block) in body.blocks.iter().enumerate() {
            let from = BlockId::from_usize(n);
            // Depths count from 1; the rule is 0 outside loops.
            s.depths.push(if around(from).is_some() { depth(from) } else { 0 });
            s.edges.push(s.effects.len() as u32);
            let Some(last) = body.terminator(block) else { continue };
            for (to, _) in body.targets(last) {
                let repeated = chain(from).any(|h| h == to);
                let left = chain(from).take_while(|&h| !chain(to).any(|k| k == h)).last();
                s.effects.push(match (repeated, left) {
                    (true, _) => depth(to),
                    (false, Some(h)) => depth(h) | LEFT,
                    (false, None) => 0,
                });
            }
        }
    }
}
