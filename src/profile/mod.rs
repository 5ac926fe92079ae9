//! Profiles: every limit and rule of a target, each with a name, in one table.
//!
//! A profile turns facts into placements; it is independent of the model that found the facts. Sizes are bytes.

/// The limits and rules of a target.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Profile {
    /// Name clients ask for.
    pub name: &'static str,
    /// Largest declared variable on the stack.
    pub max_variable: u64,
    /// Largest implicit storage on the stack: `new`, `&T{}`, a closure record, a `make` of known size.
    pub max_implicit: u64,
    /// Strictest alignment the stack gives, in pointers.
    pub max_align_pointers: u32,
    /// Largest variable a closure may capture by value.
    pub max_by_value: u64,
    /// A `make` of run-time size is on the stack up to this many bytes, and on the heap beyond; 0: always on the heap.
    pub bounded_make: u32,
    /// A string made by concatenation or conversion is on the stack up to this many bytes.
    pub bounded_string: u32,
    /// Slices of zero-size elements stay on the stack.
    pub zero_size_on_stack: bool,
    /// The heap may not point to the stack (stacks move, or the collector does not look there).
    pub forbid_heap_to_stack: bool,
}

/// The known profiles.
pub const PROFILES: &[Profile] = &[Profile {
    name: "go1.26",
    max_variable: 128 << 10,
    max_implicit: 64 << 10,
    max_align_pointers: 1,
    max_by_value: 128,
    bounded_make: 32,
    bounded_string: 32,
    zero_size_on_stack: false,
    forbid_heap_to_stack: true,
}];

impl Profile {
    /// The profile with this name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<&'static Self> {
        PROFILES.iter().find(|p| p.name == name)
    }

    /// The profile used when none is asked for.
    #[must_use]
    pub fn default_profile() -> &'static Self {
        &PROFILES[0]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_are_found_by_name() {
        assert_eq!(Profile::by_name("go1.26"), Some(Profile::default_profile()));
        assert_eq!(Profile::by_name("go0.1"), None);
    }
}
