//! Attributes: outcomes of a front end's syntactic rules, as sparse rows (entity, key, id, value).
//!
//! Go's compiler decides some things by syntax (loop depth, dead code, capture by value, self-assignment). The front end
//! resolves those rules and an attribute carries only what came out; no rule of any language's syntax lives in the core.
//! Without attributes every model derives a sound answer from the control-flow graph. Unknown keys are kept and ignored.

/// What an attribute row is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord, Hash)]
#[repr(u16)]
pub enum Entity {
    /// The module; the id is 0.
    Module = 0,
    /// A function.
    Func = 1,
    /// A block, numbered in the module.
    Block = 2,
    /// An instruction, numbered in the module.
    Inst = 3,
    /// A site.
    Site = 4,
}

impl Entity {
    /// The word for people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Module => "module",
            Self::Func => "function",
            Self::Block => "block",
            Self::Inst => "instruction",
            Self::Site => "site",
        }
    }

    /// The entity with this number.
    #[must_use]
    pub const fn from_number(number: u16) -> Option<Self> {
        Some(match number {
            0 => Self::Module,
            1 => Self::Func,
            2 => Self::Block,
            3 => Self::Inst,
            4 => Self::Site,
            _ => return None,
        })
    }
}

macro_rules! keys {
    ($($name:ident = $num:literal, $text:literal, $entities:expr, $doc:literal;)*) => {
        $(#[doc = $doc] pub const $name: u16 = $num;)*

        /// Number, name in the readable form, the entities it applies to, and a line of documentation.
        pub const KEYS: &[(u16, &str, &[Entity], &str)] = &[$(($num, $text, $entities, $doc),)*];
    };
}

use super::site::SiteKind;
use Entity::{Block as B, Func as F, Inst as I, Site as S};
keys! {
    DEPTH = 1, "depth", &[B, S], "Syntactic loop depth of a block or of a site's declaration; the outermost is 1.";
    SYNTACTIC_DEPTH = 2, "syntactic_depth", &[F], "Block depths come from `depth` (1 where absent), not from the control-flow graph.";
    BY_VALUE = 3, "by_value", &[I], "The binding of a `make_closure` with this number, an address, may be captured by value; repeatable.";
    SELF_ASSIGN = 4, "self_assign", &[I], "A `store` that puts back what the object already holds.";
    TARGET = 5, "target", &[I], "The only function the callee of an indirect call can be.";
    RESULTS_UNUSED = 6, "results_unused", &[I], "The results of an indirect call are dropped.";
    NOESCAPE = 7, "noescape", &[F], "An external function keeps none of its parameters.";
    UINTPTR_ESCAPES = 8, "uintptr_escapes", &[I], "The operand of a `ptr_to_int` outlives the program.";
    HEADER_DATA = 9, "header_data", &[I], "A `load` or `store` of the data word of a reflect slice or string header.";
    ASSIGN_OP = 10, "assign_op", &[I], "A `concat` that grows a string in place: its operands flow to the result and its bytes are on the heap.";
    IN_WRAPPER = 11, "in_wrapper", &[S], "Built inside the wrapper of a `go` or `defer`: its content, not its address, goes with it.";
    DEFER_HEAP = 12, "defer_heap", &[I], "A deferred call whose record may be on the heap.";
    UINTPTR_KEEPALIVE = 14, "uintptr_keepalive", &[I], "The operand of a `ptr_to_int` is alive, and may be written to, until the call returns.";
    LANG_VERSION = 15, "lang_version", &[F], "Minor version of the language the function is written in.";
    DICTIONARY = 16, "dictionary", &[I], "A call through a generic function's dictionary.";
    STATIC_DATA = 17, "static_data", &[S], "Laid out by the linker; never allocates at run time.";
    PLACEMENT = 18, "placement", &[S], "Where a pass has put the storage: the number of a placement, static 0, eliminated 1, stack 2, bounded 3, caller 4, heap 5.";
    BOUND = 19, "bound", &[S], "Of a bounded `placement` the bytes that still go on the stack, of one in a caller the number of calls up.";
    PINNED = 20, "pinned", &[S], "A variable, or what `new` makes, that lives in its function's frame whatever happens; the verdict says whether its address outlives it.";
    FRESH_RESULT = 21, "fresh_result", &[F], "The result with this number of an external function is storage of its own, to which nothing else points; repeatable.";
    CALLED_ONCE = 22, "called_once", &[F], "An external function calls the parameter with this number exactly once, before it returns; repeatable.";
}

/// Whether storage of a kind may be [`PINNED`]: storage of a fixed size whose address is all there is of it.
#[must_use]
pub const fn may_pin(kind: SiteKind) -> bool {
    kind.is_variable() || matches!(kind, SiteKind::New)
}

/// The first of the keys that will never be given a meaning: they and their values are the client's own.
pub const CLIENT: u16 = 1 << 15;

/// Values that [`PLACEMENT`] may have, from 0.
pub const PLACEMENTS: u32 = 6;

/// A row of the attribute table.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub struct Attr {
    /// What the row is about; see [`Entity`]. Unknown numbers are ignored.
    pub entity: u16,
    /// The key.
    pub key: u16,
    /// The entity's id.
    pub id: u32,
    /// The value; 1 where a key has none of its own.
    pub value: u32,
}

/// The attribute table, sorted.
#[derive(Clone, Debug, Default)]
pub struct Attrs {
    rows: Vec<Attr>,
}

impl Attrs {
    /// From rows in any order.
    #[must_use]
    pub fn new(mut rows: Vec<Attr>) -> Self {
        if !rows.is_sorted() {
            rows.sort_unstable();
        }
        Self { rows }
    }

    /// From rows known to be sorted.
    pub(crate) fn sorted(rows: Vec<Attr>) -> Self {
        debug_assert!(rows.is_sorted());
        Self { rows }
    }

    /// All rows, sorted by entity, key, id and value.
    #[must_use]
    pub fn rows(&self) -> &[Attr] {
        &self.rows
    }

    /// The rows of one key whose ids lie in `ids`.
    #[must_use]
    pub fn range(&self, entity: Entity, key: u16, ids: std::ops::Range<u32>) -> &[Attr] {
        let entity = entity as u16;
        let start = self.rows.partition_point(|r| (r.entity, r.key, r.id) < (entity, key, ids.start));
        let rest = &self.rows[start..];
        let len = rest.partition_point(|r| (r.entity, r.key, r.id) < (entity, key, ids.end));
        &rest[..len]
    }

    /// The value of one key of one entity.
    #[must_use]
    pub fn get(&self, entity: Entity, key: u16, id: u32) -> Option<u32> {
        self.range(entity, key, id..id.saturating_add(1)).first().map(|r| r.value)
    }

    /// Whether one entity has a key.
    #[must_use]
    pub fn has(&self, entity: Entity, key: u16, id: u32) -> bool {
        self.get(entity, key, id).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lookups_find_exactly_their_key() {
        let row = |entity: Entity, key, id, value| Attr { entity: entity as u16, key, id, value };
        let attrs = Attrs::new(vec![
            row(Entity::Inst, BY_VALUE, 4, 1),
            row(Entity::Inst, BY_VALUE, 4, 0),
            row(Entity::Site, DEPTH, 4, 3),
            row(Entity::Block, DEPTH, 4, 2),
        ]);
        assert_eq!(attrs.get(Entity::Block, DEPTH, 4), Some(2));
        assert_eq!(attrs.get(Entity::Site, DEPTH, 4), Some(3));
        assert_eq!(attrs.get(Entity::Site, DEPTH, 5), None);
        let by_value: Vec<u32> = attrs.range(Entity::Inst, BY_VALUE, 0..9).iter().map(|r| r.value).collect();
        assert_eq!(by_value, [0, 1]);
    }
}
