//! What the verifier says, and where.

use crate::entity::{BlockId, FuncId, InstId, NONE, Opt, PosId, SiteId, TypeId};
use crate::ir::module::{Body, Inst, Module};
use crate::ir::types::TypeKind;
use std::fmt::{self, Write as _};

/// Most errors of one call; a module with more is told about the first.
pub const MAX_ERRORS: usize = 64;

/// Something a module must not contain. Displays as one line: the place, what is wrong, the source position.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VerifyError {
    /// The function, unless a table is wrong.
    pub func: Opt<FuncId>,
    /// The block.
    pub block: Opt<BlockId>,
    /// The instruction.
    pub inst: Opt<InstId>,
    /// The site, when the error is about a row of the site table.
    pub site: Opt<SiteId>,
    /// The source position; 0 when there is none.
    pub pos: PosId,
    /// What is wrong.
    pub message: String,
    place: String,
    position: String,
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)?;
        if self.position.is_empty() { Ok(()) } else { write!(f, " (at {})", self.position) }
    }
}

impl std::error::Error for VerifyError {}

/// What is wrong with the thing looked at. Boxed so that a check's result travels in registers: nearly all of them are fine.
#[derive(Debug)]
pub(super) struct Message(Box<str>);

/// The result of one check.
pub(super) type Check<T = ()> = Result<T, Message>;

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<T: Into<String>> From<T> for Message {
    fn from(text: T) -> Self {
        Self(text.into().into_boxed_str())
    }
}

/// Something is wrong.
#[cold]
pub(super) fn fail<T>(text: impl Into<String>) -> Check<T> {
    Err(Message::from(text))
}

/// Collects errors up to the limit.
pub(super) struct Errors<'m> {
    module: &'m Module,
    list: Vec<VerifyError>,
}

impl<'m> Errors<'m> {
    pub(super) const fn new(module: &'m Module) -> Self {
        Self { module, list: Vec::new() }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub(super) const fn len(&self) -> usize {
        self.list.len()
    }

    pub(super) const fn is_full(&self) -> bool {
        self.list.len() >= MAX_ERRORS
    }

    pub(super) fn finish(self) -> Result<(), Vec<VerifyError>> {
        if self.list.is_empty() { Ok(()) } else { Err(self.list) }
    }

    fn push(&mut self, mut error: VerifyError) {
        if !self.is_full() {
            if error.pos.raw() != 0 && (error.pos.index()) < self.module.positions.len() {
                error.position = self.module.display_pos(error.pos);
            }
            self.list.push(error);
        }
    }

    fn blank(place: String, pos: PosId, message: Message) -> VerifyError {
        VerifyError {
            func: Opt::NONE,
            block: Opt::NONE,
            inst: Opt::NONE,
            site: Opt::NONE,
            pos,
            message: message.0.into(),
            place,
            position: String::new(),
        }
    }

    /// Something wrong with a row of a table.
    pub(super) fn table(&mut self, place: String, pos: PosId, message: Message) {
        self.push(Self::blank(place, pos, message));
    }

    /// Something wrong with a row of the site table.
    pub(super) fn site(&mut self, site: SiteId, message: Message) {
        let row = &self.module.sites[site];
        let error = Self::blank(format!("site {site} {}", row.kind.name()), row.pos, message);
        self.push(VerifyError { site: site.into(), ..error });
    }

    /// Something wrong with a function as a whole.
    #[cold]
    pub(super) fn func(&mut self, func: FuncId, message: Message) {
        let pos = self.module.funcs[func].pos;
        let error = Self::blank(self.func_name(func), pos, message);
        self.push(VerifyError { func: func.into(), ..error });
    }

    /// Something wrong with a block as a whole.
    #[cold]
    pub(super) fn block(&mut self, func: FuncId, block: BlockId, message: Message) {
        let pos = self.module.funcs[func].pos;
        let error = Self::blank(format!("{}, {block}", self.func_name(func)), pos, message);
        self.push(VerifyError { func: func.into(), block: block.into(), ..error });
    }

    /// Something wrong with an instruction.
    #[cold]
    pub(super) fn inst(&mut self, body: &Body<'_>, block: BlockId, inst: InstId, message: Message) {
        let row = &body.insts[inst.index()];
        let place = format!("{}, {block}, {}", self.func_name(body.func), show_inst(body, inst, row));
        let error = Self::blank(place, row.pos, message);
        self.push(VerifyError { func: body.func.into(), block: block.into(), inst: inst.into(), ..error });
    }

    fn func_name(&self, func: FuncId) -> String {
        let name = self.module.funcs[func].name;
        let name = if name.index() < self.module.strings.len() { self.module.str(name) } else { "?" };
        format!("{func} {name}")
    }
}

/// An instruction as `v17 = field_addr v3`, or `i4 store v1, v2` without results; a few operands only.
fn show_inst(body: &Body<'_>, id: InstId, inst: &Inst) -> String {
    const SHOWN: usize = 4;
    let mut text = String::new();
    if inst.num_results == 0 {
        let _ = write!(text, "{id} {}", inst.op.row().name);
    } else {
        let _ = write!(text, "{} = {}", inst.result(), inst.op.row().name);
    }
    for (n, arg) in body.args(inst).take(SHOWN).enumerate() {
        let _ = write!(text, "{}{arg}", if n == 0 { " " } else { ", " });
    }
    if body.args(inst).len() > SHOWN {
        text.push_str(", …");
    }
    text
}

/// A type for a message: its name, what it is made of for a few steps, else its kind and id.
pub(super) fn show_type(module: &Module, ty: TypeId) -> String {
    let types = &module.types;
    let (mut prefix, mut at) = (String::new(), ty);
    for _ in 0..4 {
        let Some(row) = types.rows.get(at) else { return format!("{prefix}{at}, which does not exist") };
        match (types.name(at), row.kind) {
            (Some((pkg, name)), _) if module.str(pkg).is_empty() => return format!("{prefix}{}", module.str(name)),
            (Some((pkg, name)), _) => return format!("{prefix}{}.{}", module.str(pkg), module.str(name)),
            (_, TypeKind::Ptr) => prefix.push('*'),
            (_, TypeKind::Slice) => prefix.push_str("[]"),
            (_, kind) if kind.is_basic() => return format!("{prefix}{}", kind.name()),
            (_, kind) => return format!("{prefix}{} {at}", kind.name()),
        }
        at = TypeId::from_raw(row.a);
    }
    format!("{prefix}{at}")
}

/// `Ok` if an id lies in its table.
pub(super) fn in_table(what: &str, id: u32, len: usize) -> Check {
    if (id as usize) < len { Ok(()) } else { fail(format!("{what} {id} does not exist; there are {len}")) }
}

/// As [`in_table`], [`NONE`] being legal.
pub(super) fn in_table_or_none(what: &str, id: u32, len: usize) -> Check {
    if id == NONE { Ok(()) } else { in_table(what, id, len) }
}
