//! The cells of a part: those its certificate names, and what the reading finds them to be.

use super::read::Expr;
use super::{Check, Rejection};
use crate::entity::{FuncId, NONE, SiteId, Value};
use crate::fact::{Cell, Holder, Part};
use crate::ir::{Body, Opcode, SiteKind, TypeKind, site};

/// What a cell is. The first three of a part are the heap, the mutator and the callee.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    /// Its function, [`NONE`] for the first three.
    pub(super) func: u32,
    /// Loop depth at which it holds what it holds: as long as that loop goes on.
    pub(super) holder_depth: u16,
    /// Loop depth of its storage: as long as one iteration.
    pub(super) storage_depth: u16,
    /// Number of the parameter.
    pub(super) param: u32,
    /// For the record of a closure: its function.
    pub(super) closure: u32,
    /// The array behind a slice literal or a pack of arguments.
    pub(super) backing: bool,
    /// What is known of it as storage, once a maker has been met.
    pub(super) storage: Option<Storage>,
}

/// What is known of storage.
#[derive(Clone, Copy, Debug)]
pub(super) struct Storage {
    pub(super) site: SiteId,
    /// Its verdict says that it lives as long as the program.
    pub(super) program: bool,
    pub(super) in_wrapper: bool,
    /// Whether what it holds passes through its cell; not so for channels.
    pub(super) followed: bool,
}

impl Row {
    pub(super) const fn new(func: u32, depth: u16) -> Self {
        Self {
            func,
            holder_depth: depth,
            storage_depth: depth,
            param: NONE,
            closure: NONE,
            backing: false,
            storage: None,
        }
    }
}

impl Check<'_> {
    /// Takes the names of a part's cells from the certificate.
    pub(super) fn name_cells(&mut self, part: &Part) -> Result<(), Rejection> {
        self.cells.clear();
        self.cells.resize(3, Row::new(NONE, 0));
        self.value_cells.clear();
        let names = &self.certificate.cells[part.cells.start as usize..part.cells.end as usize];
        for &Cell { func, holder } in names {
            let number = self.cells.len() as u32;
            let module = self.module;
            if func.index() >= module.funcs.len() || self.part_of[func.index()] != self.part {
                return Err(self.malformed("a cell of a function of another part"));
            }
            let row = &module.funcs[func];
            let (params, results) = (module.types.params(row.sig).len(), module.types.results(row.sig).len());
            let base = self.slot_base[func.index()] as usize;
            let slot = match holder {
                Holder::Param(n) if (n as usize) < params => &mut self.slots[base + n as usize],
                Holder::Result(n) if (n as usize) < results => &mut self.slots[base + params + n as usize],
                Holder::Free(n) if n < row.free_len => &mut self.slots[base + params + results + n as usize],
                Holder::Site(site) if module.sites.get(site).is_some_and(|s| s.func == func) => {
                    &mut self.site_cells[site.index()]
                }
                Holder::Value(v) if v.index() < row.values.len as usize => {
                    self.value_cells.entry(row.values.start + v.raw()).or_insert(NONE)
                }
                _ => return Err(self.malformed("a cell that does not exist")),
            };
            if std::mem::replace(slot, number) != NONE {
                return Err(self.malformed("a cell that is named twice"));
            }
            self.cells
                .push(Row { param: if let Holder::Param(n) = holder { n } else { NONE }, ..Row::new(func.raw(), 1) });
        }
        Ok(())
    }

    fn slot(&mut self, func: FuncId, at: usize) -> u32 {
        let slot = self.slot_base[func.index()] as usize + at;
        if self.slots[slot] == NONE {
            self.slots[slot] = self.cells.len() as u32;
            let params = self.module.types.params(self.module.funcs[func].sig).len();
            let param = if at < params { at as u32 } else { NONE };
            self.cells.push(Row { param, ..Row::new(func.raw(), 1) });
        }
        self.slots[slot]
    }

    pub(super) fn param_cell(&mut self, func: FuncId, n: u32) -> u32 {
        self.slot(func, n as usize)
    }

    pub(super) fn result_cell(&mut self, func: FuncId, n: u32) -> u32 {
        let params = self.module.types.params(self.module.funcs[func].sig).len();
        self.slot(func, params + n as usize)
    }

    pub(super) fn free_cell(&mut self, func: FuncId, n: u32) -> u32 {
        let sig = self.module.funcs[func].sig;
        let declared = self.module.types.params(sig).len() + self.module.types.results(sig).len();
        self.slot(func, declared + n as usize)
    }

    pub(super) fn value_cell(&mut self, body: &Body<'_>, value: Value, depth: u16) -> u32 {
        let number = self.module.funcs[body.func].values.start + value.raw();
        let slot = self.value_cells.entry(number).or_insert(NONE);
        if *slot == NONE {
            *slot = self.cells.len() as u32;
            self.cells.push(Row::new(body.func.raw(), depth));
        }
        let row = &mut self.cells[*slot as usize];
        (row.holder_depth, row.storage_depth) = (depth, depth);
        *slot
    }

    /// The cell of a site; for a parameter's or result's variable that of the parameter or result.
    pub(super) fn site_cell(&mut self, func: FuncId, site: SiteId, depth: u16) -> u32 {
        let row = &self.module.sites[site];
        let cell = match row.kind {
            SiteKind::Param => self.param_cell(func, row.index),
            SiteKind::Result => self.result_cell(func, row.index),
            _ if self.merged.contains(&site) => return self.site_cells[site.index()],
            _ => {
                let slot = &mut self.site_cells[site.index()];
                if *slot == NONE {
                    *slot = self.cells.len() as u32;
                    self.cells.push(Row::new(func.raw(), depth));
                }
                self.cells[*slot as usize].holder_depth = depth;
                *slot
            }
        };
        self.cells[cell as usize].storage_depth = depth;
        cell
    }

    /// Prepares for a body: loop depths, and what its block parameters are.
    pub(super) fn enter(&mut self, body: &Body<'_>) {
        let (module, func) = (self.module, body.func);
        self.syntactic = self.syntactic_depth[func.index()];
        self.exprs.clear();
        self.exprs.resize(body.values.len(), Expr::NOTHING);
        self.merged.clear();
        let pointers = |v: Value| module.types.pointers(body.ty(v));
        let carries = body.blocks.iter().skip(1).any(|b| b.num_params > 0 && b.params().any(pointers));
        self.has_loops = false;
        if !self.syntactic || carries {
            self.loops.compute(body, module.funcs[func].recover.get());
            self.has_loops = !self.loops.is_empty();
        }
        let first = module.funcs[func].blocks.start as usize;
        self.depths.clear();
        if self.syntactic {
            self.depths.extend(self.block_depths[first..][..body.blocks.len()].iter().map(|&d| d.max(1)));
        } else {
            self.depths.extend((0..body.blocks.len()).map(|b| self.loops.depth(b)));
        }
        for (n, param) in (0..).zip(body.blocks[0].params()) {
            if pointers(param) {
                let cell = self.param_cell(func, n);
                self.exprs[param.index()] = Expr::of(cell);
            }
        }
        if !carries {
            return;
        }
        self.merge(body);
        for (index, block) in body.blocks.iter().enumerate().skip(1) {
            for param in block.params().filter(|&p| pointers(p)) {
                if self.exprs[param.index()].cell == NONE {
                    let depth = self.carried_depth(index);
                    let cell = self.value_cell(body, param, depth);
                    self.exprs[param.index()] = Expr::of(cell);
                }
            }
        }
    }

    /// Loop depth of a block's parameters: what enters the head of a loop again has lived through an iteration.
    fn carried_depth(&self, block: usize) -> u16 {
        match self.depths[block] {
            depth if !self.has_loops || !self.loops.is_head(block) => depth,
            _ if self.syntactic => 1,
            depth => depth - 1,
        }
    }

    /// A variable made anew in each iteration: block parameters that only addresses of variables reach, themselves included, are
    /// one variable with them, if the front end says so by marking all but one of them silent.
    fn merge(&mut self, body: &Body<'_>) {
        let module = self.module;
        let pointer = |v: Value| module.types.kind(body.ty(v)) == TypeKind::Ptr;
        let mut vars: Vec<(Value, SiteId, usize)> = Vec::new();
        let mut fed: Vec<(Value, Value)> = Vec::new();
        for (index, block) in body.blocks.iter().enumerate() {
            for inst in block.insts().map(|i| &body.insts[i.index()]) {
                let site = SiteId::from_raw(inst.aux);
                if inst.op == Opcode::Var && module.sites[site].kind == SiteKind::Var {
                    vars.push((inst.result(), site, index));
                }
                for (to, args) in body.targets(inst) {
                    let params = body.blocks[to.index()].params();
                    fed.extend(params.zip(args).filter(|(p, _)| pointer(*p)).map(|(p, &a)| (p, Value::from_raw(a))));
                }
            }
        }
        let is_var = |v: Value| vars.iter().any(|var| var.0 == v);
        let mut group: Vec<u32> = vec![NONE; body.values.len()];
        for param in body.blocks.iter().skip(1).flat_map(|b| b.params()).filter(|&p| pointer(p)) {
            group[param.index()] = param.raw();
        }
        while let Some(&(param, _)) =
            fed.iter().find(|(p, a)| group[p.index()] != NONE && group[a.index()] == NONE && !is_var(*a))
        {
            group[param.index()] = NONE;
        }
        fed.retain(|(p, _)| group[p.index()] != NONE);
        for &(_, arg) in &fed {
            group[arg.index()] = arg.raw().min(group[arg.index()]);
        }
        while let Some(&(p, a)) = fed.iter().find(|(p, a)| group[p.index()] != group[a.index()]) {
            let least = group[p.index()].min(group[a.index()]);
            (group[p.index()], group[a.index()]) = (least, least);
        }
        for leader in (0..body.values.len() as u32).filter(|&v| group[v as usize] == v) {
            let members: Vec<_> = vars.iter().filter(|v| group[v.0.index()] == leader).copied().collect();
            // One of them is the variable; the front end marks the others as continuing it.
            let loud = members.iter().filter(|m| module.sites[m.1].flags & site::SILENT == 0).count();
            if members.is_empty() || loud > 1 {
                continue;
            }
            let depth = |&(_, site, block): &(Value, SiteId, usize)| match self.site_depths[site.index()] {
                0 => self.depths[block],
                depth => depth,
            };
            let (least, most) = (members.iter().map(depth).min(), members.iter().map(depth).max());
            let named = members.iter().map(|m| self.site_cells[m.1.index()]).find(|&cell| cell != NONE);
            let cell = named.unwrap_or(self.cells.len() as u32);
            if named.is_none() {
                self.cells.push(Row::new(body.func.raw(), 1));
            }
            let row = &mut self.cells[cell as usize];
            (row.holder_depth, row.storage_depth) = (least.unwrap_or(1), most.unwrap_or(1));
            for &(_, site, _) in &members {
                self.site_cells[site.index()] = cell;
                self.merged.push(site);
            }
            for v in (0..body.values.len()).filter(|&v| group[v] == leader && !is_var(Value::from_usize(v))) {
                self.exprs[v] = Expr::address(cell);
            }
        }
    }
}
