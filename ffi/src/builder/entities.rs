//! Handles of what a builder has made: a row's number, and a stamp that says whose it is.
//!
//! The number is the row's number in the finished module, the one answers use. The stamp is unique to the builder (to the body, for
//! values, blocks and instructions) among all of the process, so that a handle of another is noticed whatever its number. Stamps begin
//! at 1: a handle of zeroes is none.

use super::bad_entity;
use crate::guard::Failure;
use std::fmt::Display;
use std::sync::atomic::{AtomicU32, Ordering};

/// A type of a builder. `id` is its row in the type table. Compare both members to see whether two are the same.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct outlive_type {
    /// Its row in the module.
    pub id: u32,
    /// Whose it is; 0 makes it no type.
    pub owner: u32,
}

/// A function of a builder. `id` is its row in the function table, the one verdicts and summaries name.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct outlive_function {
    /// Its row in the module.
    pub id: u32,
    /// Whose it is; 0 makes it no function.
    pub owner: u32,
}

/// A package-level variable of a builder.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct outlive_global {
    /// Its row in the module.
    pub id: u32,
    /// Whose it is; 0 makes it no variable.
    pub owner: u32,
}

/// A storage site of a builder. `id` is its row in the site table, the one verdicts name.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct outlive_site {
    /// Its row in the module.
    pub id: u32,
    /// Whose it is; 0 makes it no site.
    pub owner: u32,
}

/// A block of a body. `id` counts from 0, the entry.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct outlive_block {
    /// Its number in the function.
    pub id: u32,
    /// Whose it is; 0 makes it no block.
    pub owner: u32,
}

/// A value of a body: a block's parameter, or a result of an instruction. `id` counts in the order in which they are made; the
/// finished module numbers values anew, in order of appearance.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct outlive_value {
    /// Its number in the body.
    pub id: u32,
    /// Whose it is; 0 makes it no value.
    pub owner: u32,
}

/// An instruction of a body, for attributes. `id` counts in the order in which they are made; the finished module numbers
/// instructions anew, block after block.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct outlive_inst {
    /// Its number in the body.
    pub id: u32,
    /// Whose it is; 0 makes it no instruction.
    pub owner: u32,
}

/// What an instruction's `aux` names: a handle of the kind its opcode wants, or a number with `owner` 0. Made by
/// `outlive_aux_number` and its neighbours.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct outlive_aux {
    /// The entity's row, or the number.
    pub id: u32,
    /// The entity's owner; 0 for a number.
    pub owner: u32,
}

/// What the handles have in common.
pub(crate) trait Entity: Copy {
    /// What it is, for messages.
    const WHAT: &'static str;
    /// The letter ids of the kind are written with.
    const LETTER: char;
    /// Whose it is: a builder's or a body's.
    const OWNER: &'static str;

    fn new(id: u32, owner: u32) -> Self;
    fn id(self) -> u32;
    fn owner(self) -> u32;

    /// Its id, if it is of the owner with this stamp and one of the `count` there are.
    #[inline]
    fn check(self, stamp: u32, count: usize) -> Result<u32, Failure> {
        if self.owner() == stamp && (self.id() as usize) < count { Ok(self.id()) } else { Err(self.foreign(stamp)) }
    }

    /// What is wrong with it.
    #[cold]
    fn foreign(self, stamp: u32) -> Failure {
        let (what, letter, id) = (Self::WHAT, Self::LETTER, self.id());
        if self.owner() == 0 {
            bad_entity(format!("no {what} is given: the handle is all zero, or has no owner"))
        } else if self.owner() == stamp {
            bad_entity(format!("{what} {letter}{id} does not exist"))
        } else {
            bad_entity(format!("{what} {letter}{id} is not of this {}", Self::OWNER))
        }
    }
}

macro_rules! entity {
    ($($handle:ident: $what:literal, $letter:literal, $owner:literal;)*) => {
        $(impl Entity for $handle {
            const WHAT: &'static str = $what;
            const LETTER: char = $letter;
            const OWNER: &'static str = $owner;

            #[inline]
            fn new(id: u32, owner: u32) -> Self {
                Self { id, owner }
            }

            #[inline]
            fn id(self) -> u32 {
                self.id
            }

            #[inline]
            fn owner(self) -> u32 {
                self.owner
            }
        })*
    };
}

entity! {
    outlive_type: "type", 't', "builder";
    outlive_function: "function", 'f', "builder";
    outlive_global: "global", 'g', "builder";
    outlive_site: "site", 's', "builder";
    outlive_block: "block", 'b', "body";
    outlive_value: "value", 'v', "body";
    outlive_inst: "instruction", 'i', "body";
}

impl outlive_aux {
    /// As the handle of an entity.
    pub(crate) fn entity<E: Entity>(self) -> E {
        E::new(self.id, self.owner)
    }

    /// As a number below `limit`.
    pub(crate) fn number(self, limit: u32, what: impl Display) -> Result<u32, Failure> {
        if self.owner != 0 {
            return Err(bad_entity(format!("aux is a handle, not a {what}")));
        }
        if self.id >= limit {
            return Err(bad_entity(format!("{what} {} does not exist", self.id)));
        }
        Ok(self.id)
    }
}

/// A stamp nothing else in the process has, until there have been 2³² of them. This counter is the library's only state outside
/// handles; nothing an analysis says depends on it.
pub(super) fn stamp() -> u32 {
    static LAST: AtomicU32 = AtomicU32::new(0);
    loop {
        let stamp = LAST.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        if stamp != 0 {
            return stamp;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_is_of_its_owner_or_says_what_it_is() {
        let (mine, other) = (stamp(), stamp());
        assert_eq!(outlive_value::new(12, mine).check(mine, 13).expect("mine"), 12);
        let message = |value: outlive_value| value.check(mine, 12).expect_err("not mine").message;
        assert_eq!(message(outlive_value::new(12, other)), "value v12 is not of this body");
        assert_eq!(message(outlive_value::new(12, mine)), "value v12 does not exist");
        assert!(message(outlive_value::default()).starts_with("no value is given"));
    }
}
