//! The machine: everything a run needs, reused from run to run.

use super::chans::Chan;
use super::frames::Frame;
use super::maps::{Iteration, Map};
use super::memory::{Kind, Object, Place, Rule};
use super::oracle::{Birth, Holds, Observed};
use super::outside::Outside;
use super::panics::Deferred;
use super::prep::Prep;
use super::sched::Goroutine;
use super::shape::Shapes;
use super::value::Slot;
use super::watch::Violation;
use super::{Config, End, Limits, Outcome, Stats};
use crate::cfg::Cfg;
use crate::entity::hash::FxHashMap;
use crate::entity::{FuncId, NONE, TypeId};
use crate::fact::{Extent, Placement};
use crate::ir::{Body, Module};
use crate::opt;
use crate::profile::Profile;

/// Why the current instruction does not go on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Stop {
    /// A panic; its value is set aside.
    Panic,
    /// The goroutine waits.
    Wait,
    /// The run is over; how is set aside.
    End,
}

/// The outcome of a part of an instruction.
pub(super) type Step<T = ()> = Result<T, Stop>;

/// What changes while a program runs.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) shapes: Shapes,
    pub(super) cfg: Cfg,
    /// By function, once it has run.
    pub(super) preps: Vec<Prep>,
    /// First register of each value of each prepared function, and one past the last.
    pub(super) registers: Vec<u32>,
    /// Loop depth of each block of each prepared function with loops.
    pub(super) depths: Vec<u16>,
    /// By block of those, the start of its edges' entries in `effects`.
    pub(super) edges: Vec<u32>,
    /// By edge: the depth from which inwards iterations end, 0 for none; with the high bit if the loop is left.
    pub(super) effects: Vec<u16>,
    /// By site: a variable carried round a loop by a block parameter.
    pub(super) carried: Vec<bool>,
    pub(super) rules: Vec<Rule>,

    pub(super) objects: Vec<Object>,
    pub(super) cells: Vec<Slot>,
    /// Slots in use outside objects: by maps, channels, iterators.
    pub(super) extra: u64,
    /// The object of each constant string's bytes, by string.
    pub(super) strings: Vec<u32>,
    pub(super) maps: Vec<Map>,
    pub(super) chans: Vec<Chan>,
    pub(super) iters: Vec<Iteration>,
    /// Addresses asked for: first byte, bytes, object; ascending.
    pub(super) addresses: Vec<(u64, u64, u32)>,
    pub(super) address_of: FxHashMap<u32, u64>,

    /// The current goroutine's.
    pub(super) regs: Vec<Slot>,
    pub(super) frames: Vec<Frame>,
    pub(super) iterations: Vec<u32>,
    /// The current goroutine, from 1.
    pub(super) current: u32,
    pub(super) goroutines: Vec<Goroutine>,
    pub(super) runnable: Vec<u32>,
    pub(super) idle: Vec<Goroutine>,
    pub(super) births: Vec<Birth>,
    pub(super) deferred: Vec<Deferred>,
    /// Operands of a call on their way to the callee.
    pub(super) args: Vec<Slot>,
    pub(super) scratch: Vec<Slot>,
    /// The value of the panic in progress.
    pub(super) panic: [Slot; 2],
    pub(super) panics: Vec<[Slot; 2]>,
    pub(super) outside: Outside,
    pub(super) end: Option<End>,
    /// The entry function has returned or the run is stopped: what ends now has not been outlived.
    pub(super) over: bool,

    pub(super) sites: Vec<Observed>,
    pub(super) holds: Holds,
    pub(super) violations: Vec<Violation>,
    pub(super) stats: Stats,
    pub(super) trace: u64,
    pub(super) random: u64,
    /// Instructions left in the time slice, and those left when they were last counted.
    pub(super) slice: u32,
    pub(super) given: u32,
}

/// A machine; its memory is reused from run to run.
#[derive(Debug, Default)]
pub struct Machine {
    state: State,
}

/// A run in progress.
pub(super) struct Vm<'a> {
    pub(super) m: &'a Module,
    pub(super) s: &'a mut State,
    pub(super) profile: Profile,
    pub(super) limits: Limits,
    pub(super) seed: u64,
    /// No verdicts: the oracle watches.
    pub(super) ideal: bool,
    /// Goroutines run until they wait.
    pub(super) cooperative: bool,
    /// The function that runs, its first register, its values' entries in `registers`.
    pub(super) body: Body<'a>,
    pub(super) base: usize,
    pub(super) table: usize,
    /// The block that runs, the instruction that runs, the one after it.
    pub(super) block: u32,
    pub(super) at: u32,
    pub(super) pc: u32,
}

impl Machine {
    /// An empty machine.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Runs a verified module.
    #[must_use]
    pub fn run(&mut self, module: &Module, config: &Config<'_>) -> Outcome {
        // Placements written into the module are as good as verdicts.
        let written = if config.verdicts.is_none() { opt::placements(module) } else { Vec::new() };
        let verdicts = config.verdicts.or((!written.is_empty()).then_some(written.as_slice()));
        let config = &Config { verdicts, ..*config };
        self.state.reset(module, config);
        let mut vm = Vm {
            m: module,
            s: &mut self.state,
            profile: config.profile,
            limits: config.limits,
            seed: config.seed,
            ideal: config.verdicts.is_none(),
            cooperative: config.cooperative,
            body: module.body(config.entry),
            base: 0,
            table: 0,
            block: 0,
            at: 0,
            pc: 0,
        };
        let end = vm.run(config.entry);
        let state = &mut self.state;
        if config.verdicts.is_none() {
            state.close_needs();
        }
        state.stats.goroutines = state.goroutines.len() as u64;
        Outcome {
            end,
            violations: std::mem::take(&mut state.violations),
            stats: state.stats,
            sites: std::mem::take(&mut state.sites),
            trace: state.trace,
        }
    }
}

impl State {
    fn reset(&mut self, m: &Module, config: &Config<'_>) {
        self.shapes.compute(m);
        self.preps.clear();
        self.preps.resize(m.funcs.len(), Prep::default());
        self.registers.clear();
        self.depths.clear();
        self.edges.clear();
        self.effects.clear();
        self.carried.clear();
        self.carried.resize(m.sites.len(), false);
        self.rules.clear();
        self.rules.resize(m.sites.len(), Rule { place: Place::Heap, iteration: 0 });
        for v in config.verdicts.unwrap_or_default() {
            let place = match (v.placement, v.extent) {
                (Placement::Heap | Placement::Static, _) => Place::Heap,
                (Placement::Caller, _) | (_, Extent::Caller) => Place::Caller(v.detail),
                (Placement::Bounded, _) => Place::Bounded(v.bound),
                (Placement::Stack | Placement::Eliminated, _) => Place::Frame,
            };
            let iteration = if v.extent == Extent::Iteration { v.detail.min(u32::from(u16::MAX)) as u16 } else { 0 };
            if let Some(rule) = self.rules.get_mut(v.site.index()) {
                *rule = Rule { place, iteration };
            }
        }
        self.objects.clear();
        self.cells.clear();
        self.extra = 0;
        self.strings.clear();
        self.strings.resize(m.strings.len(), NONE);
        self.maps.clear();
        self.chans.clear();
        self.iters.clear();
        self.addresses.clear();
        self.address_of.clear();
        self.regs.clear();
        self.frames.clear();
        self.iterations.clear();
        for mut old in self.goroutines.drain(..) {
            old.clear();
            self.idle.push(old);
        }
        self.runnable.clear();
        self.current = 0;
        self.births.clear();
        self.deferred.clear();
        self.args.clear();
        self.scratch.clear();
        self.panic = [Slot::ZERO; 2];
        self.panics.clear();
        self.outside.clear();
        self.end = None;
        self.over = false;
        self.sites.clear();
        self.sites.resize(m.sites.len(), Observed::default());
        self.holds.reset(if config.verdicts.is_none() { m.sites.len() } else { 0 });
        self.violations.clear();
        self.stats = Stats::default();
        self.trace = 0;
        self.random = config.seed ^ 0x9e37_79b9_7f4a_7c15;
        self.slice = 0;
        self.given = 0;
    }

    /// The next word of the run's one generator (SplitMix64).
    pub(super) fn draw(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `n`; 0 where `n` is 0.
    pub(super) fn below(&mut self, n: usize) -> usize {
        let draw = self.draw();
        ((u128::from(draw) * n as u128) >> 64) as usize
    }
}

impl Vm<'_> {
    fn run(&mut self, entry: FuncId) -> End {
        let started = self.globals().and_then(|()| self.start_entry(entry));
        let mut result = started;
        loop {
            result = match result {
                Ok(()) => self.execute(),
                Err(Stop::Panic) => self.unwind(),
                Err(Stop::Wait) => self.switch(true),
                Err(Stop::End) => break,
            };
        }
        self.s.over = true;
        self.settle();
        self.s.end.take().unwrap_or(End::Returned)
    }

    /// Makes the package-level variables, the first objects of a run, and lays their initial data out.
    fn globals(&mut self) -> Step {
        let m = self.m;
        for global in &m.globals {
            match self.s.shapes.of(global.ty) {
                Some(cells) => self.alloc(Kind::Data, global.ty.raw(), u64::from(cells))?,
                // Not to be used; whoever loads from it is unsupported.
                None => self.alloc(Kind::Data, NONE, 0)?,
            };
        }
        for (id, global) in m.globals.iter_enumerated().filter(|(_, g)| g.data_len != NONE) {
            let data = &m.data[global.data_off as usize..][..global.data_len as usize];
            let o = self.s.objects[id.index()];
            for cell in 0..o.len {
                let Some((byte, leaf)) = self.s.shapes.leaf(m, global.ty, cell) else { break };
                let size = match leaf {
                    super::shape::Leaf::Bits(n) => usize::from(n),
                    _ => usize::from(m.target.pointer_size),
                };
                let bytes = data.get(byte as usize..).unwrap_or(&[]);
                let bits = bytes.iter().take(size).rev().fold(0, |bits, &b| bits << 8 | u64::from(b));
                self.s.cells[(o.start + cell) as usize] = Slot::Bits(bits);
            }
        }
        for reloc in &m.relocs {
            let row = &m.globals[reloc.global];
            let to = match reloc.kind {
                0 => self.moved(reloc.target, u64::from(reloc.addend)),
                _ => Slot::Func(FuncId::from_raw(reloc.target)),
            };
            let o = self.s.objects[reloc.global.index()];
            if let Some(cell) = self.s.shapes.cell_at(m, row.ty, u64::from(reloc.offset))
                && cell < o.len
            {
                self.s.cells[(o.start + cell) as usize] = to;
            }
        }
        Ok(())
    }

    /// A pointer to a byte of an object.
    pub(super) fn moved(&self, obj: u32, byte: u64) -> Slot {
        let o = &self.s.objects[obj as usize];
        let cell = match o.ty {
            NONE => None,
            ty => self.s.shapes.cell_at(self.m, TypeId::from_raw(ty), byte),
        };
        match cell {
            Some(cell) if cell <= o.len => Slot::Ptr(obj, cell),
            _ => Slot::Raw(obj, byte.min(u64::from(u32::MAX)) as u32),
        }
    }
}
