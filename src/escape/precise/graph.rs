//! The points-to graph of one function, and the solver that keeps it closed.
//!
//! *Nodes* are what pointers point to: storage the function makes, storage nothing is known of but where it was found
//! (*placeholders*: what a parameter points to, what lies in that, and so on), and memory that outlives everything ([`HEAP`]).
//! Functions and types are nodes as well, so that a set says which functions a function value can be and which types a value
//! in an interface can have. *Cells* are what holds pointers: leaves of values, and leaves of nodes by byte offset. A cell has
//! a set of *locations*: nodes with offsets.
//!
//! Constraints are edges from cell to cell: a copy, an offset, a load or store through whatever the cell points to. The
//! solver is Andersen's (PhD thesis, 1994), propagating differences: what a set has gained goes through all edges of its
//! cell, and edges found on the way see the whole set at once. Invariants between the cells of a node: what is stored at an
//! offset nobody knows is in every leaf, and `all`, where it exists, has everything of every leaf.
//!
//! *Escaping* is part of the solving. A node that gets into the cell of the heap escapes; unknown code then reads and writes
//! it, so its leaves hold unknown pointers and what they hold escapes too.

use super::leaves::{ANY, plus};
use crate::control::Control;
use crate::entity::hash::FxHashSet;
use crate::entity::{FuncId, NONE, PosId, SiteId};
use crate::ir::opcode::Why;
use smallvec::SmallVec;

pub(super) type NodeId = u32;
pub(super) type CellId = u32;
/// The cells of a value, one for each of its leaves.
pub(super) type Cells = SmallVec<[CellId; 4]>;

/// Memory that outlives everything.
pub(super) const HEAP: NodeId = 0;
/// What is put here escapes.
pub(super) const HEAP_CELL: CellId = 0;
/// What is put here escapes, by a panic.
pub(super) const COLD_CELL: CellId = 1;

/// Placeholders deeper than this stand for themselves and everything they lead to.
const DEPTH: u8 = 2;
/// A function with as many placeholders gets no more, but for its inputs and results.
const PLACEHOLDERS: usize = 24;

/// A node and a byte offset in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub(super) struct Loc {
    pub(super) node: NodeId,
    pub(super) off: u32,
}

pub(super) const HEAP_LOC: Loc = Loc { node: HEAP, off: 0 };

/// What a node is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub(super) enum Kind {
    /// Memory that outlives everything.
    Heap,
    /// Storage of a site.
    Site(SiteId),
    /// The copy of a variable in the record of a closure.
    Copy,
    /// A placeholder, by number.
    Placeholder(u32),
    /// A function.
    Func(FuncId),
    /// A type.
    Type(crate::entity::TypeId),
}

impl Kind {
    /// Whether it is storage of this activation.
    pub(super) fn is_local(self) -> bool {
        matches!(self, Self::Site(_) | Self::Copy)
    }
}

/// How far a node gets.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub(super) enum Escapes {
    No,
    /// Only as the value of a panic.
    Cold,
    Yes,
}

/// Why a node escapes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Cause {
    pub(super) why: Why,
    pub(super) pos: PosId,
    /// What holds it, if it escapes for being held.
    pub(super) holder: NodeId,
}

#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) kind: Kind,
    pub(super) escapes: Escapes,
    /// Whether unknown code reads and writes its leaves.
    open: Escapes,
    pub(super) cause: Cause,
    pub(super) fields: SmallVec<[(u32, CellId); 2]>,
    /// What is stored at unknown offsets.
    pub(super) anywhere: CellId,
    /// Everything in it.
    all: CellId,
    /// The record of a closure, or a placeholder of something that is called: it is told apart even on the heap.
    pub(super) callable: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum EdgeKind {
    Copy,
    /// Adds an offset.
    Add,
    /// From what the cell points to, at an offset, to the target.
    Load,
    /// From the target to what the cell points to, at an offset.
    Store,
    /// The target is a call, and the cell what it calls.
    Call,
    /// Storage of this activation escapes.
    Locals,
}

#[derive(Clone, Copy, Debug)]
struct Edge {
    next: u32,
    kind: EdgeKind,
    target: u32,
    off: u32,
    why: Why,
    pos: PosId,
}

#[derive(Clone, Debug, Default)]
struct Cell {
    set: SmallVec<[Loc; 2]>,
    /// How much of the set went through the edges.
    done: u32,
    edges: u32,
    /// The node it is a leaf of.
    base: NodeId,
    queued: bool,
    /// Storage of this activation put here escapes.
    leaves: bool,
    /// It held something from the start, and that was put there again.
    seeded: bool,
    again: bool,
}

/// Where a placeholder was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Root {
    /// A leaf of the parameters and free variables.
    Input(u32),
    /// In another, at an offset.
    In(u32, u32),
    /// A leaf of the results of a call that is left to the caller.
    Result(u32, u32),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Placeholder {
    pub(super) node: NodeId,
    pub(super) root: Root,
    depth: u8,
    /// Stands for everything it leads to as well.
    pub(super) deep: bool,
}

/// See the [module documentation](self).
#[derive(Debug, Default)]
pub(super) struct Graph {
    pub(super) nodes: Vec<Node>,
    /// Of this function and of former ones: so the memory of sets is used again.
    cells: Vec<Cell>,
    num_cells: usize,
    edges: Vec<Edge>,
    pub(super) placeholders: Vec<Placeholder>,
    queue: Vec<CellId>,
    /// Members of sets too large to search.
    members: FxHashSet<(CellId, Loc)>,
    copies: FxHashSet<(CellId, CellId)>,
    /// What calls have come to call: call and location.
    pub(super) reached: Vec<(u32, Loc)>,
    /// Locations that went through edges, to bound the work.
    pub(super) steps: u64,
}

const SMALL: usize = 12;

/// Empties a set; a large one leaves its memory, for it takes as long to empty as it was large.
fn clear<T>(set: &mut FxHashSet<T>) {
    if set.capacity() > 256 { *set = FxHashSet::default() } else { set.clear() }
}

impl Graph {
    pub(super) fn reset(&mut self) {
        self.nodes.clear();
        self.num_cells = 0;
        self.edges.clear();
        self.placeholders.clear();
        self.queue.clear();
        clear(&mut self.members);
        clear(&mut self.copies);
        self.reached.clear();
        self.steps = 0;
        self.node(Kind::Heap);
        self.cell();
        self.cell();
    }

    pub(super) fn node(&mut self, kind: Kind) -> NodeId {
        self.nodes.push(Node {
            kind,
            escapes: Escapes::No,
            open: Escapes::No,
            cause: Cause { why: Why::Forced, pos: PosId::from_raw(NONE), holder: NONE },
            fields: SmallVec::new(),
            anywhere: NONE,
            all: NONE,
            callable: false,
        });
        self.nodes.len() as u32 - 1
    }

    pub(super) fn cell(&mut self) -> CellId {
        let number = self.num_cells;
        self.num_cells += 1;
        match self.cells.get_mut(number) {
            Some(row) => {
                row.set.clear();
                (row.done, row.edges, row.base, row.queued, row.leaves) = (0, NONE, NONE, false, false);
                (row.seeded, row.again) = (false, false);
            }
            None => self.cells.push(Cell { edges: NONE, base: NONE, ..Cell::default() }),
        }
        number as u32
    }

    /// A cell through which storage of the activation leaves it.
    pub(super) fn leaving_cell(&mut self) -> CellId {
        let cell = self.cell();
        self.cells[cell as usize].leaves = true;
        cell
    }

    pub(super) fn set(&self, cell: CellId) -> &[Loc] {
        &self.cells[cell as usize].set
    }

    /// What a node is to whoever has a pointer to it: what escapes is on the heap, with all it holds. That of which it is told apart
    /// what it calls stays what it is.
    pub(super) fn kind(&self, node: NodeId) -> Kind {
        let row = &self.nodes[node as usize];
        if row.escapes == Escapes::Yes && !row.callable { Kind::Heap } else { row.kind }
    }

    fn leaf(&mut self, node: NodeId) -> CellId {
        let cell = self.cell();
        let leaves = matches!(self.nodes[node as usize].kind, Kind::Placeholder(_));
        let row = &mut self.cells[cell as usize];
        row.base = node;
        row.leaves = leaves;
        cell
    }

    /// The leaf of a node at a known offset.
    pub(super) fn field(&mut self, node: NodeId, off: u32) -> CellId {
        let row = &self.nodes[node as usize];
        if let Some(&(_, cell)) = row.fields.iter().find(|f| f.0 == off) {
            return cell;
        }
        let (anywhere, all) = (row.anywhere, row.all);
        let cell = self.leaf(node);
        self.nodes[node as usize].fields.push((off, cell));
        self.seed(node, off, cell);
        if anywhere != NONE {
            self.copy(anywhere, cell, Why::Assign, PosId::from_raw(NONE));
        }
        if all != NONE {
            self.copy(cell, all, Why::Assign, PosId::from_raw(NONE));
        }
        cell
    }

    /// Where to store at an offset.
    pub(super) fn written(&mut self, node: NodeId, off: u32) -> CellId {
        if off == ANY { self.anywhere(node) } else { self.field(node, off) }
    }

    /// Where what is stored at unknown offsets is.
    fn anywhere(&mut self, node: NodeId) -> CellId {
        if self.nodes[node as usize].anywhere == NONE {
            let cell = self.leaf(node);
            self.nodes[node as usize].anywhere = cell;
            let none = PosId::from_raw(NONE);
            for (_, field) in self.nodes[node as usize].fields.clone() {
                self.copy(cell, field, Why::Assign, none);
            }
            let all = self.nodes[node as usize].all;
            if all != NONE {
                self.copy(cell, all, Why::Assign, none);
            }
        }
        self.nodes[node as usize].anywhere
    }

    /// Where to load from an offset.
    pub(super) fn read(&mut self, node: NodeId, off: u32) -> CellId {
        if off != ANY {
            return self.field(node, off);
        }
        if self.nodes[node as usize].all == NONE {
            let cell = self.cell();
            self.nodes[node as usize].all = cell;
            let none = PosId::from_raw(NONE);
            let row = &self.nodes[node as usize];
            let anywhere = row.anywhere;
            for (_, field) in row.fields.clone() {
                self.copy(field, cell, Why::Assign, none);
            }
            if anywhere != NONE {
                self.copy(anywhere, cell, Why::Assign, none);
            }
            self.seed(node, ANY, cell);
        }
        self.nodes[node as usize].all
    }

    /// A leaf of a placeholder holds what nothing is known of: another placeholder.
    fn seed(&mut self, node: NodeId, off: u32, cell: CellId) {
        let Kind::Placeholder(number) = self.nodes[node as usize].kind else { return };
        let parent = self.placeholders[number as usize];
        let loc = if self.nodes[node as usize].escapes == Escapes::Yes {
            HEAP_LOC
        } else if self.is_deep(&parent) {
            self.placeholders[number as usize].deep = true;
            Loc { node, off: ANY }
        } else {
            let off_in_child = if off == ANY { ANY } else { 0 };
            let child = self.placeholder(Root::In(number, off), parent.depth + 1);
            Loc { node: child, off: off_in_child }
        };
        self.insert(cell, loc, Why::Indirection, PosId::from_raw(NONE));
        self.cells[cell as usize].seeded = true;
    }

    /// Whether nothing is told apart in what is found in a placeholder. What inputs point to is always told from the rest.
    fn is_deep(&self, row: &Placeholder) -> bool {
        row.deep || row.depth >= DEPTH || row.depth > 0 && self.placeholders.len() >= PLACEHOLDERS
    }

    /// A new placeholder; its node.
    pub(super) fn placeholder(&mut self, root: Root, depth: u8) -> NodeId {
        let number = self.placeholders.len() as u32;
        let node = self.node(Kind::Placeholder(number));
        self.placeholders.push(Placeholder { node, root, depth, deep: false });
        node
    }

    /// Whether `loc` is what a leaf of a placeholder at a known offset held from the start, and nobody has put it there since. A
    /// placeholder may be several objects, and then what is found in one may have been put into another.
    pub(super) fn is_seed(&self, cell: CellId, loc: Loc) -> bool {
        let row = &self.cells[cell as usize];
        row.seeded && !row.again && row.set.first() == Some(&loc)
    }

    pub(super) fn insert(&mut self, cell: CellId, mut loc: Loc, why: Why, pos: PosId) {
        if cell <= COLD_CELL {
            let how = if cell == HEAP_CELL { Escapes::Yes } else { Escapes::Cold };
            return self.escape(loc.node, how, Cause { why, pos, holder: NONE });
        }
        if self.kind(loc.node) == Kind::Heap {
            loc = HEAP_LOC;
        }
        let row = &mut self.cells[cell as usize];
        if row.set.len() < SMALL {
            if row.set.contains(&loc) {
                // Of all that comes twice, only what the cell held from the start tells something.
                row.again |= row.set[0] == loc;
                return;
            }
        } else {
            if row.set.len() == SMALL && !self.members.contains(&(cell, row.set[0])) {
                self.members.extend(row.set.iter().map(|&l| (cell, l)));
            }
            if !self.members.insert((cell, loc)) {
                row.again |= row.set[0] == loc;
                return;
            }
        }
        row.set.push(loc);
        let leaves = row.leaves;
        if !row.queued {
            row.queued = true;
            self.queue.push(cell);
        }
        if leaves && self.nodes[loc.node as usize].kind.is_local() {
            self.escape(loc.node, Escapes::Yes, Cause { why, pos, holder: NONE });
        }
    }

    /// A node escapes.
    pub(super) fn escape(&mut self, node: NodeId, how: Escapes, cause: Cause) {
        let row = &mut self.nodes[node as usize];
        if matches!(row.kind, Kind::Heap | Kind::Func(_) | Kind::Type(_)) || row.escapes >= how {
            return;
        }
        row.escapes = how;
        row.cause = cause;
        self.open(node, how);
    }

    /// Unknown code reads and writes the leaves of a node.
    pub(super) fn open(&mut self, node: NodeId, how: Escapes) {
        let row = &mut self.nodes[node as usize];
        if row.open >= how {
            return;
        }
        row.open = how;
        let (kind, cause) = (row.kind, row.cause);
        let anywhere = self.anywhere(node);
        self.insert(anywhere, HEAP_LOC, cause.why, cause.pos);
        if kind.is_local() {
            let all = self.read(node, ANY);
            let sink = if how == Escapes::Yes { HEAP_CELL } else { COLD_CELL };
            self.edge(all, EdgeKind::Copy, sink, node, Why::Assign, cause.pos);
        }
    }

    pub(super) fn copy(&mut self, from: CellId, to: CellId, why: Why, pos: PosId) {
        if from != to {
            self.edge(from, EdgeKind::Copy, to, NONE, why, pos);
        }
    }

    /// A copy found through what a cell points to: often found again.
    fn copy_once(&mut self, from: CellId, to: CellId, why: Why, pos: PosId) {
        if from != to && self.copies.insert((from, to)) {
            self.edge(from, EdgeKind::Copy, to, NONE, why, pos);
        }
    }

    pub(super) fn add(&mut self, from: CellId, off: u32, to: CellId, why: Why, pos: PosId) {
        if off == 0 {
            self.copy(from, to, why, pos);
        } else {
            self.edge(from, EdgeKind::Add, to, off, why, pos);
        }
    }

    pub(super) fn load(&mut self, from: CellId, off: u32, to: CellId, why: Why, pos: PosId) {
        self.edge(from, EdgeKind::Load, to, off, why, pos);
    }

    pub(super) fn store(&mut self, to: CellId, off: u32, from: CellId, why: Why, pos: PosId) {
        self.edge(to, EdgeKind::Store, from, off, why, pos);
    }

    pub(super) fn calls(&mut self, callee: CellId, call: u32) {
        self.edge(callee, EdgeKind::Call, call, 0, Why::Callee, PosId::from_raw(NONE));
    }

    /// Storage of this activation that gets into a cell escapes.
    pub(super) fn locals_escape(&mut self, cell: CellId, why: Why, pos: PosId) {
        self.edge(cell, EdgeKind::Locals, 0, 0, why, pos);
    }

    fn edge(&mut self, cell: CellId, kind: EdgeKind, target: u32, off: u32, why: Why, pos: PosId) {
        let next = self.cells[cell as usize].edges;
        let edge = Edge { next, kind, target, off, why, pos };
        self.edges.push(edge);
        self.cells[cell as usize].edges = self.edges.len() as u32 - 1;
        let mut i = 0;
        // The set may grow on the way; what comes later meets the edge in the queue.
        let len = self.cells[cell as usize].done as usize;
        while i < len {
            let loc = self.cells[cell as usize].set[i];
            self.step(loc, &edge);
            i += 1;
        }
        let row = &mut self.cells[cell as usize];
        if (row.done as usize) < row.set.len() && !row.queued {
            row.queued = true;
            self.queue.push(cell);
        }
    }

    /// Propagates until nothing changes; `false` if that takes more than so many steps.
    pub(super) fn solve(&mut self, budget: u64, control: Control<'_>) -> bool {
        while let Some(cell) = self.queue.pop() {
            control.poll();
            let c = cell as usize;
            self.cells[c].queued = false;
            while (self.cells[c].done as usize) < self.cells[c].set.len() {
                let loc = self.cells[c].set[self.cells[c].done as usize];
                self.cells[c].done += 1;
                let mut at = self.cells[c].edges;
                while at != NONE {
                    let edge = self.edges[at as usize];
                    self.step(loc, &edge);
                    at = edge.next;
                }
            }
            if self.steps > budget {
                return false;
            }
        }
        true
    }

    fn step(&mut self, loc: Loc, edge: &Edge) {
        self.steps += 1;
        let Edge { kind, target, off, why, pos, .. } = *edge;
        let node = self.kind(loc.node);
        match kind {
            EdgeKind::Copy if target <= COLD_CELL => {
                // For a copy into the heap, the offset is what holds the value.
                let how = if target == HEAP_CELL { Escapes::Yes } else { Escapes::Cold };
                self.escape(loc.node, how, Cause { why, pos, holder: off });
            }
            EdgeKind::Copy => self.insert(target, loc, why, pos),
            EdgeKind::Add => {
                let off =
                    if matches!(node, Kind::Heap | Kind::Func(_) | Kind::Type(_)) { 0 } else { plus(loc.off, off) };
                self.insert(target, Loc { node: loc.node, off }, why, pos);
            }
            EdgeKind::Load => match node {
                Kind::Heap => self.insert(target, HEAP_LOC, why, pos),
                Kind::Func(_) | Kind::Type(_) => {}
                _ => {
                    let from = self.read(loc.node, plus(loc.off, off));
                    self.copy_once(from, target, why, pos);
                }
            },
            EdgeKind::Store => match node {
                Kind::Heap => self.copy_once(target, HEAP_CELL, why, pos),
                Kind::Func(_) | Kind::Type(_) => {}
                _ => {
                    let to = self.written(loc.node, plus(loc.off, off));
                    self.copy_once(target, to, why, pos);
                }
            },
            EdgeKind::Call => self.reached.push((target, loc)),
            EdgeKind::Locals => {
                if node.is_local() {
                    self.escape(loc.node, Escapes::Yes, Cause { why, pos, holder: NONE });
                }
            }
        }
    }
}
