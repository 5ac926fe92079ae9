//! Suggestions: what to change so that a site no longer has to be on the heap.

use super::{Step, Verdict};
use crate::entity::{FuncId, InstId, Opt, SiteId};

macro_rules! edits {
    ($($name:ident = $num:literal, $text:literal, $words:literal;)*) => {
        /// A change of the program. The discriminant is its number across borders, never reused.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
        #[repr(u32)]
        pub enum Edit { $(#[doc = $words] $name = $num,)* }

        impl Edit {
            /// Every change: its short name and its words, ascending by number.
            pub const ALL: &[(Self, &str, &str)] = &[$((Self::$name, $text, $words),)*];
        }
    };
}

edits! {
    Cut = 0, "cut", "keep it from flowing here";
    ReturnValue = 1, "return_value", "return the value instead of its address";
    FillStorage = 2, "fill_storage", "let the caller pass the storage to fill";
    PassValue = 3, "pass_value", "pass the value instead of its address";
    StoreValue = 4, "store_value", "store the value instead of its address";
    KeepConcrete = 5, "keep_concrete", "call a method of the concrete type, not through the interface";
    KnownFunction = 6, "known_function", "call a function by its name, not through a function value";
    PromiseNoescape = 7, "promise_noescape", "promise that the function keeps nothing, if that is true";
    PassToGo = 8, "pass_to_go", "pass the value to the goroutine as an argument";
    CaptureCopy = 9, "capture_copy", "capture a copy that is not assigned again";
    CallMethod = 10, "call_method", "call the method directly instead of binding it to its receiver";
    DeferOutside = 11, "defer_outside", "defer the call outside of the loop, or in a function of its own";
    HoistOut = 12, "hoist_out", "declare it outside of the loop, if one at a time is enough";
    Smaller = 13, "smaller", "make it smaller than the limit of the stack";
    AvoidBox = 14, "avoid_box", "keep the concrete type instead of converting to an interface";
}

impl Edit {
    /// The short name, the same in every language.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    /// The words for people.
    #[must_use]
    pub fn words(self) -> &'static str {
        Self::ALL[self as usize].2
    }

    /// The change with this number.
    #[must_use]
    pub fn from_number(number: u32) -> Option<Self> {
        Self::ALL.get(usize::try_from(number).ok()?).map(|&(edit, ..)| edit)
    }
}

/// One change at one place: the flow that would be gone, or go less far.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Change {
    /// What to change; [`Edit::Cut`] if no rule knows how.
    pub edit: Edit,
    /// The function it is made in.
    pub func: FuncId,
    /// The instruction the flow is of, if it is of one.
    pub inst: Opt<InstId>,
    /// The flow: every path of the site to the heap takes it, or takes that of another change of the same suggestion.
    pub step: Step,
}

/// Changes that take a site off the heap, as analysing the module again with them has shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Suggestion {
    /// What to change: one thing, or several of which none can be left out.
    pub changes: Vec<Change>,
    /// The verdict on the site afterwards; never heap.
    pub verdict: Verdict,
    /// Other sites that would no longer be on the heap either, ascending. No site would newly be there.
    pub frees: Vec<SiteId>,
    /// Whether those are all: a change that concerns very many functions is not followed through all of them.
    pub complete: bool,
}

/// What can be done for a site on the heap, the best first; nothing for a site that is not there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Suggestions {
    /// The site.
    pub site: SiteId,
    /// The suggestions.
    pub list: Vec<Suggestion>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_stands_at_its_number() {
        for (number, &(edit, name, words)) in Edit::ALL.iter().enumerate() {
            assert_eq!(edit as usize, number);
            assert_eq!(Edit::from_number(number as u32), Some(edit));
            assert!(!name.is_empty() && !words.is_empty());
        }
        assert_eq!(Edit::from_number(Edit::ALL.len() as u32), None);
    }
}
