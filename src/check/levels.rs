//! The distances of a part against its flows, and what follows from them.

use super::cells::Row;
use super::read::{CALLEE, HEAP, MUTATOR};
use super::{Check, Flow, Model, Rejection, Rule};
use crate::entity::{FuncId, InstId, NONE, SiteId};
use crate::fact::{Leaks, Level, LevelRow, Part, RESULTS, Summary, flags};

/// Not reached.
const FAR: i32 = i32::MAX;

/// The flows of a part by destination.
#[derive(Default)]
pub(super) struct Incoming {
    starts: Vec<u32>,
    flows: Vec<Flow>,
}

impl Incoming {
    fn compute(&mut self, cells: usize, flows: &[Flow]) {
        self.starts.clear();
        self.starts.resize(cells + 2, 0);
        for flow in flows {
            self.starts[flow.dst as usize + 2] += 1;
        }
        for i in 2..self.starts.len() {
            self.starts[i] += self.starts[i - 1];
        }
        self.flows.resize(flows.len(), Flow { dst: 0, src: 0, derefs: 0, inst: 0 });
        for &flow in flows {
            let slot = &mut self.starts[flow.dst as usize + 1];
            self.flows[*slot as usize] = flow;
            *slot += 1;
        }
    }

    fn of(&self, cell: u32) -> &[Flow] {
        &self.flows[self.starts[cell as usize] as usize..self.starts[cell as usize + 1] as usize]
    }
}

/// The least distances to two functions' results.
type Labels = [(i32, u32); 2];
const UNLABELLED: Labels = [(FAR, NONE); 2];

/// What is known of a part while its levels are checked.
#[derive(Default)]
pub(super) struct Found {
    incoming: Incoming,
    heap: Vec<i32>,
    mutator: Vec<i32>,
    callee: Vec<i32>,
    other: Vec<i32>,
    /// What parameters' summaries must admit, by cell.
    needs: Vec<Leaks>,
    labels: Vec<Labels>,
    /// Closures whose records reach a call or the heap, ascending.
    lost: Vec<u32>,
    /// The cells of each function, if there are several: ascending by function.
    of_func: Vec<(u32, u32)>,
    /// The levels that have been checked: `Result` by slot, `Around` by function, `Loop`.
    results: Vec<u32>,
    around: Vec<u32>,
    loops: Vec<(u32, u32)>,
}

impl<'m> Check<'m> {
    /// Checks every level of a part.
    pub(super) fn check_levels(&mut self, part: &Part) -> Result<(), Rejection> {
        let mut found = std::mem::take(&mut self.found);
        let result = self.levels(part, &mut found);
        self.found = found;
        result
    }

    fn levels(&mut self, part: &Part, found: &mut Found) -> Result<(), Rejection> {
        let n = self.cells.len();
        found.incoming.compute(n, &self.flows);
        for table in [&mut found.heap, &mut found.mutator, &mut found.callee, &mut found.other] {
            table.clear();
            table.resize(n, FAR);
        }
        found.needs.clear();
        found.needs.resize(n, Leaks::default());
        found.results.clear();
        found.around.clear();
        found.loops.clear();
        let funcs = &self.certificate.funcs[part.funcs.start as usize..part.funcs.end as usize];
        let open = funcs.iter().filter(|&&f| self.is_open(f)).count();
        let rows = &self.certificate.levels[part.levels.start as usize..part.levels.end as usize];
        found.of_func.clear();
        if funcs.len() > 1 {
            found.of_func.extend(self.cells.iter().zip(0..).skip(3).map(|(row, cell)| (row.func, cell)));
            found.of_func.sort_unstable();
        }
        // What is lost depends on the heap and the callee: these first.
        let mut first = [false; 3];
        for row in rows {
            let (root, table) = match row.level {
                Level::Heap => (HEAP, &mut found.heap),
                Level::Mutator => (MUTATOR, &mut found.mutator),
                Level::Callee => (CALLEE, &mut found.callee),
                _ => continue,
            };
            if std::mem::replace(&mut first[root as usize], true) {
                return Err(self.malformed("a level that is there twice"));
            }
            self.simple(row, root, &found.incoming, table)?;
        }
        for root in [HEAP, MUTATOR, CALLEE] {
            if !first[root as usize] && !found.incoming.of(root).is_empty() {
                return Err(self.malformed("a level is missing"));
            }
        }
        self.conclude_simple(found)?;
        let records = self.cells.iter().enumerate().filter(|(_, row)| row.closure != NONE);
        let lost = records.filter(|&(cell, _)| found.callee[cell].min(found.heap[cell]) <= 0);
        found.lost.clear();
        found.lost.extend(lost.map(|(_, row)| row.closure));
        found.lost.sort_unstable();
        if open > 1 {
            self.any_results(rows, funcs, found)?;
        }
        for row in rows {
            self.level(row, open > 1, found)?;
        }
        self.required(funcs, open > 1, found)?;
        self.summaries(funcs, found)
    }

    fn is_open(&self, func: FuncId) -> bool {
        self.module.funcs[func].parent.is_none()
    }

    /// Whether `outer` is strictly around `inner`.
    fn around(&self, outer: FuncId, inner: u32) -> bool {
        let parents = |&f: &FuncId| self.module.funcs[f].parent.get();
        inner != NONE
            && std::iter::successors(Some(FuncId::from_raw(inner)), parents)
                .skip(1)
                .take(self.module.funcs.len())
                .any(|f| f == outer)
    }

    /// Reads a level's distances into a table.
    fn scatter(&self, row: &LevelRow, table: &mut [i32]) -> Result<(), Rejection> {
        for d in self.distances(row) {
            match table.get_mut(d.cell as usize + 3) {
                Some(slot) if *slot == FAR && d.derefs >= -1 && d.derefs < FAR => *slot = d.derefs,
                _ => return Err(self.malformed("a distance of no cell, of one listed before, or below an address")),
            }
        }
        Ok(())
    }

    fn distances(&self, row: &LevelRow) -> &'m [crate::fact::Distance] {
        &self.certificate.distances[row.distances.start as usize..row.distances.end as usize]
    }

    /// Rule F at one cell.
    fn closed(&self, level: Level, cell: u32, incoming: &Incoming, table: &[i32]) -> Result<(), Rejection> {
        let here = table[cell as usize].max(0);
        for flow in incoming.of(cell) {
            if table[flow.src as usize] > here.saturating_add(flow.derefs) {
                return Err(self.overlooked(level, flow));
            }
        }
        Ok(())
    }

    fn overlooked(&self, level: Level, flow: &Flow) -> Rejection {
        let to = format!("flows to {} with {} dereferences", self.describe(flow.dst), flow.derefs);
        self.overlooked_flow(level, flow, &to)
    }

    fn overlooked_exit(&self, level: Level, flow: &Flow) -> Rejection {
        self.overlooked_flow(level, flow, "is used outside the loop")
    }

    fn overlooked_flow(&self, level: Level, flow: &Flow, what: &str) -> Rejection {
        let func = self.func_of(flow.inst);
        let inst = InstId::from_raw(flow.inst - self.module.funcs[func].insts.start);
        let level = self.describe_level(level);
        let message = format!("{} {what}: its distance to {level} does not say so", self.describe(flow.src));
        self.reject(Rule::Flow, func, Some(inst), self.cells[flow.src as usize].storage.map(|s| s.site), message)
    }

    /// The heap, the mutator, the callee.
    fn simple(&self, row: &LevelRow, root: u32, incoming: &Incoming, table: &mut [i32]) -> Result<(), Rejection> {
        self.scatter(row, table)?;
        table[root as usize] = 0;
        self.closed(row.level, root, incoming, table)?;
        for d in self.distances(row) {
            self.closed(row.level, d.cell + 3, incoming, table)?;
        }
        Ok(())
    }

    /// Rules R, E and B for the first three levels.
    fn conclude_simple(&self, found: &mut Found) -> Result<(), Rejection> {
        for (cell, row) in self.cells.iter().enumerate().skip(3) {
            let (heap, mutator, callee) = (found.heap[cell], found.mutator[cell], found.callee[cell]);
            if let Some(storage) = &row.storage {
                if storage.program && storage.followed && heap > 0 {
                    return Err(self.at_site(Rule::Root, storage.site, "on the heap, yet what it holds is not".into()));
                }
                if heap == -1 {
                    self.must_escape(row, Level::Heap, heap)?;
                }
                if storage.followed {
                    self.told(storage.site, heap, mutator, callee)?;
                }
            }
            if row.param != NONE {
                let needs = &mut found.needs[cell];
                need(&mut needs.heap, heap);
                need(&mut needs.mutated, mutator);
                need(&mut needs.called, callee);
            }
        }
        for &(cell, site) in &self.twins {
            let cell = cell as usize;
            self.told(site, found.heap[cell], found.mutator[cell], found.callee[cell])?;
        }
        Ok(())
    }

    /// Rule B.
    fn told(&self, site: SiteId, heap: i32, mutator: i32, callee: i32) -> Result<(), Rejection> {
        let mutated = if heap.min(mutator) <= 0 { flags::MUTATED } else { 0 };
        let called = if heap.min(callee) <= 0 { flags::CALLED } else { 0 };
        if self.verdict(site)?.flags & (mutated | called) == mutated | called {
            return Ok(());
        }
        Err(self.at_site(Rule::Flags, site, "it may be written or called unseen".into()))
    }

    /// Rule E at a cell whose address reaches a level that outlives it; `heap` is its distance to the heap.
    fn must_escape(&self, row: &Row, level: Level, heap: i32) -> Result<(), Rejection> {
        match &row.storage {
            Some(storage) if !storage.program => {
                let message = format!("its address reaches {}", self.describe_level(level));
                Err(self.at_site(Rule::Escape, storage.site, message))
            }
            Some(storage) if heap > 0 => {
                Err(self.at_site(Rule::Root, storage.site, "on the heap, yet what it holds is not".into()))
            }
            _ => Ok(()),
        }
    }

    fn level(&mut self, row: &LevelRow, several: bool, found: &mut Found) -> Result<(), Rejection> {
        let level = row.level;
        let func = match level {
            Level::Heap | Level::Mutator | Level::Callee | Level::Results(_) => return Ok(()),
            Level::Result(func, _) | Level::Loop(func, _) | Level::Around(func) => func,
        };
        if func.index() >= self.module.funcs.len() || self.part_of[func.index()] != self.part {
            return Err(self.malformed("a level of another part"));
        }
        match level {
            Level::Result(_, n) if n as usize >= self.module.types.results(self.module.funcs[func].sig).len() => {
                return Err(self.malformed("a result that does not exist"));
            }
            Level::Result(_, n) => found.results.push(self.result_slot(func, n)),
            Level::Loop(_, depth) => found.loops.push((func.raw(), depth)),
            _ => found.around.push(func.raw()),
        }
        let mut table = std::mem::take(&mut found.other);
        let result = self.scatter(row, &mut table).and_then(|()| self.about(row, func, several, &table, found));
        for d in self.distances(row) {
            if let Some(slot) = table.get_mut(d.cell as usize + 3) {
                *slot = FAR;
            }
        }
        found.other = table;
        result
    }

    fn about(
        &mut self,
        row: &LevelRow,
        func: FuncId,
        several: bool,
        table: &[i32],
        found: &mut Found,
    ) -> Result<(), Rejection> {
        let level = row.level;
        // Roots.
        match level {
            Level::Result(_, n) => {
                let root = self.slots[self.result_slot(func, n) as usize];
                if root != NONE && table[root as usize] > 0 {
                    return Err(self.no_root(level, func));
                }
            }
            _ => {
                let depth = if let Level::Loop(_, depth) = level { depth } else { u32::MAX };
                let missing =
                    |row: &Row, d: i32| row.func == func.raw() && u32::from(row.holder_depth) < depth && d > 0;
                let from = found.of_func.partition_point(|of| of.0 < func.raw());
                let own = found.of_func[from..].iter().take_while(|of| of.0 == func.raw());
                if own.into_iter().any(|&(_, c)| missing(&self.cells[c as usize], table[c as usize]))
                    || found.of_func.is_empty() && self.cells.iter().zip(table).any(|(row, &d)| missing(row, d))
                {
                    return Err(self.no_root(level, func));
                }
                if let Level::Loop(_, depth) = level {
                    let (from, to) = self.exits_of[func.index()];
                    for exit in self.exits[from as usize..to as usize].iter().filter(|e| u32::from(e.depth) < depth) {
                        if table[exit.flow.src as usize] > exit.flow.derefs {
                            return Err(self.overlooked_exit(level, &exit.flow));
                        }
                    }
                }
            }
        }
        let nested = !self.is_open(func);
        // Callers of a nested function see its results, and the flows show them, unless its record gets to where calls are not
        // followed, or none are.
        let followed = self.model == Model::Gc && nested && found.lost.binary_search(&func.raw()).is_err();
        let mut trusted = false;
        for d in self.distances(row) {
            let cell = d.cell + 3;
            let here = self.cells[cell as usize];
            let foreign = |f: u32| f != func.raw() && self.is_open(FuncId::from_raw(f));
            // Whatever lies behind another function's result is seen to by `Results`.
            let stop = several && !nested && matches!(level, Level::Result(..)) && foreign(here.func);
            if !(stop && self.is_result(cell, here.func)) {
                self.closed(level, cell, &found.incoming, table)?;
            }
            let outlived = match level {
                Level::Result(..) if followed && self.around(FuncId::from_raw(here.func), func.raw()) => {
                    trusted = true;
                    false
                }
                Level::Result(..) => true,
                Level::Loop(_, depth) => here.func == func.raw() && u32::from(here.storage_depth) >= depth,
                _ => self.around(func, here.func),
            };
            if !outlived {
                continue;
            }
            if d.derefs == -1 {
                self.must_escape(&here, level, found.heap[cell as usize])?;
            }
            if here.param != NONE {
                let needs = &mut found.needs[cell as usize];
                match level {
                    Level::Result(_, n) if here.func == func.raw() && (n as usize) < RESULTS => {
                        need(&mut needs.results[n as usize], d.derefs);
                    }
                    Level::Result(..) | Level::Around(_) => need(&mut needs.heap, d.derefs),
                    _ => {}
                }
            }
        }
        if trusted {
            self.trusted.push(func);
        }
        Ok(())
    }

    fn no_root(&self, level: Level, func: FuncId) -> Rejection {
        let message = format!("a root of {} is not listed as one", self.describe_level(level));
        self.reject(Rule::Root, func, None, None, message)
    }

    fn result_slot(&self, func: FuncId, n: u32) -> u32 {
        self.slot_base[func.index()] + self.module.types.params(self.module.funcs[func].sig).len() as u32 + n
    }

    fn is_result(&self, cell: u32, func: u32) -> bool {
        let func = FuncId::from_raw(func);
        let results = self.module.types.results(self.module.funcs[func].sig).len() as u32;
        (0..results).any(|n| self.slots[self.result_slot(func, n) as usize] == cell)
    }

    /// `Results`: for each cell the two functions whose results it reaches most cheaply.
    fn any_results(&self, rows: &[LevelRow], funcs: &[FuncId], found: &mut Found) -> Result<(), Rejection> {
        found.labels.clear();
        found.labels.resize(self.cells.len(), UNLABELLED);
        for row in rows {
            let Level::Results(func) = row.level else { continue };
            for d in self.distances(row) {
                let labels = match found.labels.get_mut(d.cell as usize + 3) {
                    Some(labels) if d.derefs >= -1 && labels.iter().all(|l| l.1 != func.raw()) => labels,
                    _ => return Err(self.malformed("a distance of no cell, or one given twice")),
                };
                match labels.iter_mut().find(|l| l.1 == NONE) {
                    Some(free) => *free = (d.derefs, func.raw()),
                    None => return Err(self.malformed("a cell with more than two functions' results")),
                }
            }
        }
        let covers = |labels: &Labels, func: u32, derefs: i32| {
            let near = |l: &(i32, u32)| l.1 != NONE && l.0 <= derefs;
            labels.iter().any(|l| l.1 == func && near(l)) || labels.iter().all(near)
        };
        for &func in funcs.iter().filter(|&&f| self.is_open(f)) {
            for n in 0..self.module.types.results(self.module.funcs[func].sig).len() as u32 {
                let root = self.slots[self.result_slot(func, n) as usize];
                if root != NONE && !covers(&found.labels[root as usize], func.raw(), 0) {
                    return Err(self.no_root(Level::Results(func), func));
                }
            }
        }
        for (cell, row) in self.cells.iter().enumerate().skip(3) {
            for &(derefs, func) in found.labels[cell].iter().filter(|l| l.1 != NONE) {
                let level = Level::Results(FuncId::from_raw(func));
                for flow in found.incoming.of(cell as u32) {
                    if !covers(&found.labels[flow.src as usize], func, derefs.max(0).saturating_add(flow.derefs)) {
                        return Err(self.overlooked(level, flow));
                    }
                }
                if derefs == -1 {
                    self.must_escape(row, level, found.heap[cell])?;
                }
                if row.param != NONE && func != row.func {
                    need(&mut found.needs[cell].heap, derefs);
                }
            }
        }
        Ok(())
    }

    /// Whether every level is there, once, that something depends on.
    fn required(&self, funcs: &[FuncId], several: bool, found: &mut Found) -> Result<(), Rejection> {
        found.results.sort_unstable();
        found.around.sort_unstable();
        found.loops.sort_unstable();
        if !(found.results.is_sorted_by(|a, b| a < b)
            && found.around.is_sorted_by(|a, b| a < b)
            && found.loops.is_sorted_by(|a, b| a < b))
        {
            return Err(self.malformed("a level that is there twice"));
        }
        for &func in funcs {
            let types = &self.module.types;
            let sig = self.module.funcs[func].sig;
            // In a part with several such functions only its own parameters depend on it, unless they leak as they are.
            let leaking = || {
                let params = types.params(sig).zip(0..).filter(|(ty, _)| types.pointers(*ty));
                params.map(|(_, n)| self.leaks(func, n).heap).all(|heap| heap == 1)
            };
            if !(several && self.is_open(func) && leaking()) {
                for n in 0..types.results(sig).len() as u32 {
                    let slot = self.result_slot(func, n);
                    let root = self.slots[slot as usize];
                    let there = || found.results.binary_search(&slot).is_ok();
                    if root != NONE && !found.incoming.of(root).is_empty() && !there() {
                        return Err(self.no_root(Level::Result(func, n), func));
                    }
                }
            }
            let parents =
                std::iter::successors(self.module.funcs[func].parent.get(), |&f| self.module.funcs[f].parent.get());
            for outer in parents.take(self.module.funcs.len()).filter(|f| self.part_of[f.index()] == self.part) {
                if found.around.binary_search(&outer.raw()).is_err() {
                    return Err(self.no_root(Level::Around(outer), outer));
                }
            }
        }
        for row in self.cells.iter().filter(|row| row.storage_depth > 1) {
            let key = (row.func, u32::from(row.storage_depth));
            if row.storage.is_some_and(|s| !s.program) && found.loops.binary_search(&key).is_err() {
                let func = FuncId::from_raw(row.func);
                return Err(self.no_root(Level::Loop(func, key.1), func));
            }
        }
        Ok(())
    }

    fn summaries(&self, funcs: &[FuncId], found: &Found) -> Result<(), Rejection> {
        for &func in funcs {
            for (ty, n) in self.module.types.params(self.module.funcs[func].sig).zip(0..) {
                let cell = self.slots[self.slot_base[func.index()] as usize + n as usize];
                if cell == NONE || !self.module.types.pointers(ty) {
                    continue;
                }
                self.admits(
                    &Summary { leaks: self.leaks(func, n), ..self.summary(func, n) },
                    found.needs[cell as usize],
                )?;
            }
        }
        Ok(())
    }

    /// Rule S: a summary's entries, the flow to the heap standing for dearer ones, are at most what is needed.
    pub(super) fn admits(&self, summary: &Summary, needs: Leaks) -> Result<(), Rejection> {
        let claim = summary.leaks;
        let least = |entry: u8| match (entry, claim.heap) {
            (0, heap) => heap,
            (entry, 0) => entry,
            (entry, heap) => entry.min(heap),
        };
        let pairs = [(claim.heap, needs.heap), (claim.mutated, needs.mutated), (claim.called, needs.called)];
        let results = claim.results.into_iter().zip(needs.results);
        for (claim, need) in pairs.into_iter().chain(results) {
            if need != 0 && (least(claim) == 0 || least(claim) > need) {
                let message = format!("parameter {} does more than its summary admits", summary.param);
                return Err(self.reject(Rule::Summary, summary.func, None, None, message));
            }
        }
        Ok(())
    }
}

fn need(entry: &mut u8, derefs: i32) {
    if derefs != FAR {
        Leaks::lower(entry, derefs.max(0) as u32);
    }
}
