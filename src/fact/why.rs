//! Words for the steps of explanations.

use crate::ir::opcode::Why;

impl Why {
    /// Every kind of step, with its short name and its words, ascending by number.
    pub const ALL: &[(Self, &str, &str)] = &[
        (Self::Assign, "assign", "assigned"),
        (Self::AddressOf, "address_of", "address taken"),
        (Self::Indirection, "indirection", "loaded through a pointer"),
        (Self::StoreIndirect, "store_indirect", "stored through a pointer"),
        (Self::StoreGlobal, "store_global", "stored in a package-level variable"),
        (Self::Element, "element", "made part of a composite value"),
        (Self::Slice, "slice", "address of a part"),
        (Self::Boxed, "boxed", "converted to an interface"),
        (Self::Asserted, "asserted", "taken out of an interface"),
        (Self::CapturedValue, "captured_value", "captured by a closure, by value"),
        (Self::CapturedReference, "captured_reference", "captured by a closure, by reference"),
        (Self::Receiver, "receiver", "bound as the receiver of a method value"),
        (Self::Appendee, "appendee", "extended by append"),
        (Self::Appended, "appended", "appended"),
        (Self::Copied, "copied", "copied"),
        (Self::MapKey, "map_key", "key put into a map"),
        (Self::MapValue, "map_value", "value put into a map"),
        (Self::Sent, "sent", "sent on a channel"),
        (Self::Panicked, "panicked", "operand of a panic"),
        (Self::Returned, "returned", "returned"),
        (Self::Argument, "argument", "argument of a call"),
        (Self::ArgumentIndirect, "argument_indirect", "argument of a call through a function value"),
        (Self::ArgumentMethod, "argument_method", "argument or receiver of a call through an interface"),
        (Self::ArgumentExternal, "argument_external", "argument of a function without a body"),
        (Self::CallResult, "call_result", "result of a call"),
        (Self::Callee, "callee", "called as a function"),
        (Self::Go, "go", "used by a new goroutine"),
        (Self::DeferHeap, "defer_heap", "used by a deferred call recorded on the heap"),
        (Self::Uintptr, "uintptr", "turned into an integer or back"),
        (Self::ReflectHeader, "reflect_header", "stored in a reflect header"),
        (Self::Range, "range", "met by a loop over a container"),
        (Self::BlockArgument, "block_argument", "passed to a block"),
        (Self::Forced, "forced", "moved to the heap by rule"),
        (Self::TooLarge, "too_large", "too large for the stack"),
        (Self::TooAligned, "too_aligned", "too strictly aligned for the stack"),
        (Self::ZeroSizeElement, "zero_size_element", "a slice of zero-size elements"),
        (Self::MemoryCopy, "memory_copy", "memory copied"),
        (Self::RunTimeSize, "run_time_size", "of a size known only at run time"),
        (Self::MapStorage, "map_storage", "a map"),
        (Self::BoxStorage, "box_storage", "a converted value"),
        (Self::CapturedStorage, "captured_storage", "a captured variable"),
        (Self::StoredElement, "stored_element", "stored in a slice's array"),
    ];

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

    /// The kind of step with this number.
    #[must_use]
    pub fn from_number(number: u32) -> Option<Self> {
        Self::ALL.get(usize::try_from(number).ok()?).map(|&(why, ..)| why)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_step_stands_at_its_number() {
        for (number, &(why, ..)) in Why::ALL.iter().enumerate() {
            assert_eq!(why as usize, number);
        }
        assert_eq!(Why::ALL.last().map(|&(why, ..)| why), Some(Why::StoredElement));
    }
}
