//! Writing a body anew with changes.
//!
//! *The problem.* A module is immutable and its numbers are positions: values are numbered in order of appearance, instructions
//! in block order, operands lie in one pool. No pass can change a body in place, and every pass needs the same care when it
//! writes a new one: values, instructions and blocks get new numbers, and all that names them must follow, attributes and the
//! calls recorded in sites included.
//!
//! *The contract.* A pass reads a [`Body`] and fills [`Edits`]: what takes the place of an old value, which instructions go and
//! which others stand in their place, which blocks get parameters or go. [`Output::append`] does the rest. Ids of functions, sites,
//! types and globals never change; blocks keep their order, and instructions theirs.
//!
//! *Codes.* While a body is edited a value is a *code*: an old value's number, or the number of old values plus *n* for the *n*th
//! fresh one. A fresh value is defined by exactly one patch or block parameter. Codes recorded in edits are final: what takes
//! the place of a value is not itself replaced.
//!
//! *The algorithm.* One pass over the blocks gives every code its new number; a second writes. A body without edits is copied.
//! Both are linear in the body and its edits.
//!
//! *Not done.* Blocks are not reordered, split or merged.

use crate::entity::{BlockId, FuncId, InstId, NONE, Opt, TypeId};
use crate::ir::{Attr, Attrs, Block, Body, Entity, Inst, Module, Opcode, Run};

/// The instruction stays.
const KEEP: u32 = 0;
/// The instruction goes.
const DROP: u32 = 1;
/// The instruction is replaced by the list of patches that begins at this number minus `PATCH`.
const PATCH: u32 = 2;

/// What a patch defines.
#[derive(Clone, Copy, Debug)]
pub(super) enum Defines {
    /// Nothing.
    Nothing,
    /// The results of the instruction in whose place it stands.
    Same,
    /// One fresh value.
    Fresh(u32),
}

/// An instruction in the place of another.
#[derive(Clone, Copy, Debug)]
struct Patch {
    /// `None`: the instruction that was there.
    op: Option<Opcode>,
    aux: u32,
    /// Its operands, as codes, and its immediates, in [`Edits::words`].
    args: (u32, u32),
    imms: (u32, u32),
    defines: Defines,
    next: u32,
}

/// What is to be changed in a body.
#[derive(Debug, Default)]
pub(super) struct Edits {
    /// Number of old values: codes below are those.
    olds: u32,
    changed: bool,
    /// By old instruction.
    insts: Vec<u32>,
    /// By old value: the code that takes its place, itself if none.
    values: Vec<u32>,
    /// By old value: its type in the new body.
    types: Vec<TypeId>,
    fresh: Vec<TypeId>,
    patches: Vec<Patch>,
    /// The instruction that got the last patch, and that patch.
    last: (u32, u32),
    words: Vec<u32>,
    /// Parameters added to blocks, ascending by block: block and code.
    params: Vec<(u32, u32)>,
    /// By block, [`NONE`] if it adds none: where the codes begin that its terminator passes to added parameters, one for each edge
    /// in the order of the terminator and each added parameter of its target.
    edge_start: Vec<u32>,
    edge_args: Vec<u32>,
    /// Blocks that go, by block; empty for none.
    dead: Vec<bool>,
    /// Parameters of blocks that go, by value, and with them what is passed to them; empty for none.
    gone: Vec<bool>,
}

impl Edits {
    /// No edits of a body.
    pub(super) fn begin(&mut self, body: &Body<'_>) {
        self.olds = body.values.len() as u32;
        self.changed = false;
        self.insts.clear();
        self.insts.resize(body.insts.len(), KEEP);
        self.values.clear();
        self.values.extend(0..self.olds);
        self.types.clear();
        self.types.extend_from_slice(body.values);
        self.fresh.clear();
        self.patches.clear();
        self.last = (NONE, NONE);
        self.words.clear();
        self.params.clear();
        self.edge_start.clear();
        self.edge_args.clear();
        self.dead.clear();
        self.gone.clear();
    }

    /// Takes an instruction away. Nobody may use its results any more.
    pub(super) fn drop_inst(&mut self, inst: u32) {
        self.changed = true;
        self.insts[inst as usize] = DROP;
    }

    /// Puts a code in the place of an old value.
    pub(super) fn replace(&mut self, old: u32, code: u32) {
        self.changed = true;
        self.values[old as usize] = code;
    }

    /// What has taken the place of an old value.
    #[inline]
    pub(super) fn code(&self, old: u32) -> u32 {
        self.values[old as usize]
    }

    /// The type of a code.
    pub(super) fn ty(&self, code: u32) -> TypeId {
        match code.checked_sub(self.olds) {
            None => self.types[code as usize],
            Some(n) => self.fresh[n as usize],
        }
    }

    /// Gives an old value another type.
    pub(super) fn retype(&mut self, old: u32, ty: TypeId) {
        self.changed = true;
        self.types[old as usize] = ty;
    }

    /// A value that did not exist.
    pub(super) fn fresh(&mut self, ty: TypeId) -> u32 {
        self.changed = true;
        self.fresh.push(ty);
        self.olds + self.fresh.len() as u32 - 1
    }

    /// Adds an instruction in the place of another, after those added before. Operands are codes. Block arguments for added
    /// parameters are not appended to it.
    pub(super) fn patch(&mut self, inst: u32, op: Opcode, aux: u32, args: &[u32], imms: &[u32], defines: Defines) {
        let at = self.words.len() as u32;
        self.words.extend_from_slice(args);
        let imms_at = self.words.len() as u32;
        self.words.extend_from_slice(imms);
        let (args, imms) = ((at, args.len() as u32), (imms_at, imms.len() as u32));
        self.push(inst, Patch { op: Some(op), aux, args, imms, defines, next: NONE });
    }

    /// Keeps the instruction itself, after what was added in its place before.
    pub(super) fn patch_original(&mut self, inst: u32) {
        let none = (0, 0);
        self.push(inst, Patch { op: None, aux: 0, args: none, imms: none, defines: Defines::Same, next: NONE });
    }

    fn push(&mut self, inst: u32, patch: Patch) {
        self.changed = true;
        let new = self.patches.len() as u32;
        self.patches.push(patch);
        match self.insts[inst as usize] {
            KEEP | DROP => self.insts[inst as usize] = new + PATCH,
            first => {
                // Whoever adds several adds them one after the other.
                let mut at = if self.last.0 == inst { self.last.1 } else { first - PATCH };
                while self.patches[at as usize].next != NONE {
                    at = self.patches[at as usize].next;
                }
                self.patches[at as usize].next = new;
            }
        }
        self.last = (inst, new);
    }

    /// Adds a parameter, a fresh value, to a block. Blocks come in ascending order.
    pub(super) fn param(&mut self, block: u32, code: u32) {
        self.changed = true;
        self.params.push((block, code));
    }

    /// What the terminator of a block passes to added parameters: for each edge in order, for each added parameter of its target.
    pub(super) fn edges(&mut self, body: &Body<'_>, block: u32, codes: impl IntoIterator<Item = u32>) {
        if self.edge_start.is_empty() {
            self.edge_start.resize(body.blocks.len(), NONE);
        }
        self.edge_start[block as usize] = self.edge_args.len() as u32;
        self.edge_args.extend(codes);
    }

    /// Takes a block away, which nothing may reach any more.
    pub(super) fn drop_block(&mut self, body: &Body<'_>, block: u32) {
        self.changed = true;
        if self.dead.is_empty() {
            self.dead.resize(body.blocks.len(), false);
        }
        self.dead[block as usize] = true;
    }

    /// Takes a parameter of a block away, other than the entry's. Nobody may use it any more.
    pub(super) fn drop_param(&mut self, param: u32) {
        self.changed = true;
        if self.gone.is_empty() {
            self.gone.resize(self.olds as usize, false);
        }
        self.gone[param as usize] = true;
    }

    fn is_gone(&self, param: u32) -> bool {
        self.gone.get(param as usize).copied().unwrap_or(false)
    }

    fn is_dead(&self, block: usize) -> bool {
        self.dead.get(block).copied().unwrap_or(false)
    }
}

/// New tables of bodies.
#[derive(Debug, Default)]
pub(super) struct Output {
    pub(super) blocks: Vec<Block>,
    pub(super) insts: Vec<Inst>,
    pub(super) values: Vec<TypeId>,
    pub(super) pool: Vec<u32>,
    /// By old instruction, in the order they were appended: its new number in the tables, or [`NONE`].
    pub(super) moved_insts: Vec<u32>,
    /// By old block, likewise.
    pub(super) moved_blocks: Vec<u32>,
    /// By new instruction: the old one in whose place it stands, numbered in its function.
    pub(super) origins: Vec<InstId>,
    /// By code: the new value, numbered in the function.
    number: Vec<u32>,
    /// By old block: the new one, numbered in the function; empty if they are the same.
    renamed: Vec<u32>,
}

/// Where a body's rows lie in an [`Output`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Runs {
    pub(super) blocks: Run,
    pub(super) insts: Run,
    pub(super) values: Run,
    pub(super) recover: Opt<BlockId>,
}

impl Output {
    /// No rows, with room for a module's.
    fn with_room(m: &Module) -> Self {
        Self {
            blocks: Vec::with_capacity(m.num_blocks()),
            insts: Vec::with_capacity(m.num_insts()),
            values: Vec::with_capacity(m.num_values()),
            pool: Vec::with_capacity(m.num_pool_words()),
            moved_insts: Vec::with_capacity(m.num_insts()),
            moved_blocks: Vec::with_capacity(m.num_blocks()),
            origins: Vec::with_capacity(m.num_insts()),
            ..Self::default()
        }
    }

    /// Forgets all rows.
    pub(super) fn clear(&mut self) {
        self.blocks.clear();
        self.insts.clear();
        self.values.clear();
        self.pool.clear();
        self.moved_insts.clear();
        self.moved_blocks.clear();
        self.origins.clear();
    }

    /// Writes a body with its edits.
    pub(super) fn append(&mut self, body: &Body<'_>, edits: &Edits, recover: Opt<BlockId>) -> Runs {
        let starts = (self.blocks.len() as u32, self.insts.len() as u32, self.values.len() as u32);
        let recover = if edits.changed {
            self.edited(body, edits, starts);
            recover.get().map(|block| BlockId::from_raw(self.target(block.raw()))).into()
        } else {
            self.copied(body, starts);
            recover
        };
        let run = |start: u32, end: usize| Run { start, len: end as u32 - start };
        Runs {
            blocks: run(starts.0, self.blocks.len()),
            insts: run(starts.1, self.insts.len()),
            values: run(starts.2, self.values.len()),
            recover,
        }
    }

    fn copied(&mut self, body: &Body<'_>, (block, inst, _): (u32, u32, u32)) {
        self.blocks.extend_from_slice(body.blocks);
        self.values.extend_from_slice(body.values);
        self.moved_blocks.extend(block..block + body.blocks.len() as u32);
        self.moved_insts.extend(inst..inst + body.insts.len() as u32);
        for inst in body.insts {
            let args = self.pool.len() as u32;
            self.pool.extend_from_slice(body.words(inst));
            self.insts.push(Inst { args, ..*inst });
        }
        self.origins.extend((0..body.insts.len()).map(InstId::from_usize));
    }

    fn edited(&mut self, body: &Body<'_>, edits: &Edits, starts: (u32, u32, u32)) {
        self.renamed.clear();
        if !edits.dead.is_empty() {
            let mut next = 0;
            self.renamed.extend(edits.dead.iter().map(|&dead| {
                next += u32::from(!dead);
                if dead { NONE } else { next - 1 }
            }));
        }
        self.count(body, edits);
        let mut param = 0;
        for (index, block) in body.blocks.iter().enumerate() {
            let first_param = param;
            while edits.params.get(param).is_some_and(|p| p.0 == index as u32) {
                param += 1;
            }
            if edits.is_dead(index) {
                self.moved_blocks.push(NONE);
                self.moved_insts.resize(self.moved_insts.len() + block.num_insts as usize, NONE);
                continue;
            }
            self.moved_blocks.push(self.blocks.len() as u32);
            let first_inst = self.insts.len() as u32 - starts.1;
            let added = &edits.params[first_param..param];
            let stay = (block.first_param..block.first_param + block.num_params).filter(|&p| !edits.is_gone(p));
            let num_params = (stay.clone().count() + added.len()) as u32;
            let first = stay.chain(added.iter().map(|p| p.1)).next().map_or(0, |code| self.number[code as usize]);
            for at in block.first_inst..block.first_inst + block.num_insts {
                let inst = &body.insts[at as usize];
                match edits.insts[at as usize] {
                    KEEP => {
                        self.moved_insts.push(self.insts.len() as u32);
                        self.original(body, edits, inst, index);
                    }
                    DROP => self.moved_insts.push(NONE),
                    first => self.patched(body, edits, inst, index, first - PATCH),
                }
                self.origins.resize(self.insts.len(), InstId::from_raw(at));
            }
            self.blocks.push(Block {
                first_inst,
                num_insts: self.insts.len() as u32 - starts.1 - first_inst,
                first_param: first,
                num_params,
            });
        }
    }

    /// Gives every code its new number, and every new value its type.
    fn count(&mut self, body: &Body<'_>, edits: &Edits) {
        self.number.clear();
        self.number.resize(edits.olds as usize + edits.fresh.len(), NONE);
        let mut next = 0;
        let mut param = 0;
        for (index, block) in body.blocks.iter().enumerate() {
            let dead = edits.is_dead(index);
            if !dead {
                let params = block.first_param..block.first_param + block.num_params;
                params.filter(|&p| !edits.is_gone(p)).for_each(|p| self.define(edits, p, 1, &mut next));
            }
            while let Some(&(_, code)) = edits.params.get(param).filter(|p| p.0 == index as u32) {
                self.define(edits, code, 1, &mut next);
                param += 1;
            }
            if dead {
                continue;
            }
            for at in block.first_inst..block.first_inst + block.num_insts {
                let inst = &body.insts[at as usize];
                match edits.insts[at as usize] {
                    KEEP => self.define(edits, inst.first_result, inst.num_results.into(), &mut next),
                    DROP => {}
                    first => {
                        let mut at = first - PATCH;
                        while at != NONE {
                            let patch = &edits.patches[at as usize];
                            match patch.defines {
                                Defines::Nothing => {}
                                Defines::Same => {
                                    self.define(edits, inst.first_result, inst.num_results.into(), &mut next)
                                }
                                Defines::Fresh(code) => self.define(edits, code, 1, &mut next),
                            }
                            at = patch.next;
                        }
                    }
                }
            }
        }
        // What takes the place of a value is known by that value's number from here on.
        for (old, &code) in edits.values.iter().enumerate() {
            if code as usize != old {
                self.number[old] = self.number[code as usize];
            }
        }
    }

    /// The next values are these codes.
    #[inline]
    fn define(&mut self, edits: &Edits, first: u32, count: u32, next: &mut u32) {
        for n in 0..count {
            self.number[(first + n) as usize] = *next;
            self.values.push(edits.ty(first + n));
            *next += 1;
        }
    }

    fn target(&self, block: u32) -> u32 {
        self.renamed.get(block as usize).copied().unwrap_or(block)
    }

    /// Writes an instruction that stays.
    fn original(&mut self, body: &Body<'_>, edits: &Edits, inst: &Inst, block: usize) {
        let args = self.pool.len() as u32;
        let jumps = matches!(inst.op, Opcode::Jump | Opcode::Branch | Opcode::Switch);
        let args_change = !edits.gone.is_empty() || edits.edge_start.get(block).is_some_and(|&start| start != NONE);
        if jumps && (args_change || !self.renamed.is_empty()) {
            self.terminator(body, edits, inst, block);
            return;
        }
        let Self { pool, number, .. } = self;
        pool.extend(body.arg_words(inst).iter().map(|&w| number[w as usize]));
        if inst.op.has_imms() {
            pool.extend_from_slice(&body.words(inst)[usize::from(inst.num_args)..]);
        }
        let first_result = if inst.num_results > 0 { number[inst.first_result as usize] } else { inst.first_result };
        self.insts.push(Inst { args, first_result, ..*inst });
    }

    /// Writes a terminator whose targets have other numbers or more parameters.
    fn terminator(&mut self, body: &Body<'_>, edits: &Edits, inst: &Inst, block: usize) {
        let args = self.pool.len() as u32;
        let mut edge = edits.edge_start.get(block).copied().unwrap_or(NONE);
        let first = usize::from(inst.op != Opcode::Jump);
        if first == 1 {
            self.pool.push(self.number[body.arg_words(inst)[0] as usize]);
        }
        let mut imms: Vec<u32> = body.imms(inst).to_vec();
        let mut aux = inst.aux;
        for (n, (target, words)) in body.targets(inst).enumerate() {
            let before = self.pool.len();
            let Self { pool, number, .. } = self;
            let params = body.blocks[target.index()].first_param..;
            let stay = words.iter().zip(params).filter(|&(_, param)| !edits.is_gone(param));
            pool.extend(stay.map(|(&w, _)| number[w as usize]));
            if edge != NONE {
                let from = edits.params.partition_point(|p| p.0 < target.raw());
                for _ in edits.params[from..].iter().take_while(|p| p.0 == target.raw()) {
                    self.pool.push(self.number[edits.edge_args[edge as usize] as usize]);
                    edge += 1;
                }
            }
            let count = (self.pool.len() - before) as u32;
            let to = self.target(target.raw());
            match (inst.op, n) {
                (Opcode::Jump, _) => aux = to,
                (Opcode::Branch, 0) => (imms[0], aux) = (to, count),
                (Opcode::Branch, _) => imms[1] = to,
                (_, 0) => (imms[0], imms[1]) = (to, count),
                (_, n) => (imms[4 * n], imms[4 * n + 1]) = (to, count),
            }
        }
        let num_args = u16::try_from(self.pool.len() - args as usize).expect("whoever adds parameters counts them");
        if inst.op.has_imms() {
            self.pool.push(imms.len() as u32);
            self.pool.extend_from_slice(&imms);
        }
        self.insts.push(Inst { args, aux, num_args, ..*inst });
    }

    fn patched(&mut self, body: &Body<'_>, edits: &Edits, inst: &Inst, block: usize, first: u32) {
        let mut heir = NONE;
        let mut at = first;
        while at != NONE {
            let patch = &edits.patches[at as usize];
            at = patch.next;
            let Some(op) = patch.op else {
                heir = self.insts.len() as u32;
                self.original(body, edits, inst, block);
                continue;
            };
            if heir == NONE && op == inst.op {
                heir = self.insts.len() as u32;
            }
            let args = self.pool.len() as u32;
            let words = |(start, len): (u32, u32)| &edits.words[start as usize..][..len as usize];
            let Self { pool, number, .. } = self;
            pool.extend(words(patch.args).iter().map(|&w| number[w as usize]));
            let imms_at = pool.len() + 1;
            if op.has_imms() {
                pool.push(patch.imms.1);
                pool.extend_from_slice(words(patch.imms));
            }
            let (num_results, first_result) = match patch.defines {
                Defines::Nothing => (0, 0),
                Defines::Same if inst.num_results == 0 => (0, 0),
                Defines::Same => (inst.num_results, number[inst.first_result as usize]),
                Defines::Fresh(code) => (1, number[code as usize]),
            };
            let mut aux = patch.aux;
            match op {
                Opcode::Jump => aux = self.target(aux),
                Opcode::Branch => {
                    for n in [imms_at, imms_at + 1] {
                        self.pool[n] = self.target(self.pool[n]);
                    }
                }
                _ => debug_assert!(op != Opcode::Switch, "no pass writes a switch"),
            }
            let num_args = patch.args.1 as u16;
            self.insts.push(Inst { op, num_results, num_args, args, first_result, aux, pos: inst.pos });
        }
        self.moved_insts.push(heir);
    }
}

/// The module with every body written anew as a pass says. `pass` is called for each function with a body.
pub(super) fn rewrite(m: &Module, mut pass: impl FnMut(FuncId, &Body<'_>, &mut Edits)) -> Module {
    let mut edits = Edits::default();
    let mut out = Output::with_room(m);
    let mut funcs = m.funcs.clone();
    for (id, row) in funcs.iter_mut_enumerated() {
        let body = m.body(id);
        edits.begin(&body);
        if !body.blocks.is_empty() {
            pass(id, &body, &mut edits);
        }
        let runs = out.append(&body, &edits, row.recover);
        (row.blocks, row.insts, row.values, row.recover) = (runs.blocks, runs.insts, runs.values, runs.recover);
    }
    let mut sites = m.sites.clone();
    for site in sites.iter_mut().filter(|site| site.call != NONE) {
        site.call = out.moved_insts[site.call as usize];
    }
    let attrs = moved(&m.attrs, &out);
    Module {
        name: m.name,
        producer: m.producer,
        target: m.target,
        strings: m.strings.clone(),
        files: m.files.clone(),
        positions: m.positions.clone(),
        types: m.types.clone(),
        globals: m.globals.clone(),
        data: m.data.clone(),
        relocs: m.relocs.clone(),
        sites,
        funcs,
        attrs,
        promises: m.promises.clone(),
        blocks: out.blocks,
        insts: out.insts,
        values: out.values,
        pool: out.pool,
    }
}

/// Attributes with the new numbers of what they are about. Those of instructions that are gone, or have become another opcode, go.
fn moved(attrs: &Attrs, out: &Output) -> Attrs {
    let follow = |row: &Attr| {
        let table = match Entity::from_number(row.entity) {
            Some(Entity::Inst) => &out.moved_insts,
            Some(Entity::Block) => &out.moved_blocks,
            _ => return Some(*row),
        };
        table.get(row.id as usize).filter(|&&id| id != NONE).map(|&id| Attr { id, ..*row })
    };
    // Blocks and instructions keep their order, so the rows do.
    Attrs::sorted(attrs.rows().iter().filter_map(follow).collect())
}
