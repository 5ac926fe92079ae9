//! Profiles: every limit and rule of a target, each with a name, in one table.
//!
//! A profile turns facts into placements; it is independent of the model that found the facts. Sizes are bytes. A client whose
//! target is not in the table starts from the row that comes closest and changes what differs: analyses take the profile by value.
//!
//! The releases of Go differ in rules, which are a model's affair, and so far not in limits. `tinygo` has the limits of
//! TinyGo's pass for allocations (constant sizes only, 256 bytes; twice the stack it takes for more is an option there, and a
//! limit to be changed by hand here). `c` is a target that puts anything anywhere, for front ends that only ask what dangles.

/// The limits and rules of a target.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Profile {
    /// Name clients ask for; of a profile with limits changed by hand, the name of the one it began as.
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
    /// A string made by concatenation or conversion is on the stack up to this many bytes, and on the heap beyond; 0: always
    /// on the heap.
    pub bounded_string: u32,
    /// Slices of zero-size elements stay on the stack.
    pub zero_size_on_stack: bool,
    /// The heap may not point to the stack (stacks move, or the collector does not look there). No model makes use yet of a
    /// target where it may: what the heap holds is on the heap.
    pub forbid_heap_to_stack: bool,
}

const GO: Profile = Profile {
    name: "go1.26",
    max_variable: 128 << 10,
    max_implicit: 64 << 10,
    max_align_pointers: 1,
    max_by_value: 128,
    bounded_make: 32,
    bounded_string: 32,
    zero_size_on_stack: false,
    forbid_heap_to_stack: true,
};

/// The known profiles, the default first.
pub const PROFILES: &[Profile] = &[
    GO,
    Profile { name: "go1.25", ..GO },
    Profile { name: "go1.27", ..GO },
    // Its front end hands closures the addresses of what they capture.
    Profile {
        name: "tinygo",
        max_variable: 256,
        max_implicit: 256,
        max_by_value: 0,
        bounded_make: 0,
        bounded_string: 0,
        ..GO
    },
    Profile {
        name: "c",
        max_variable: u64::MAX,
        max_implicit: u64::MAX,
        max_align_pointers: u32::MAX,
        max_by_value: u64::MAX,
        bounded_make: u32::MAX,
        bounded_string: u32::MAX,
        zero_size_on_stack: true,
        forbid_heap_to_stack: false,
    },
];

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

    /// The limits as numbers, in an order that never changes: what tells two profiles apart beside their names. New ones come
    /// last.
    #[must_use]
    pub const fn numbers(&self) -> [u64; 8] {
        [
            self.max_variable,
            self.max_implicit,
            self.max_align_pointers as u64,
            self.max_by_value,
            self.bounded_make as u64,
            self.bounded_string as u64,
            self.zero_size_on_stack as u64,
            self.forbid_heap_to_stack as u64,
        ]
    }
}

impl Default for Profile {
    fn default() -> Self {
        *Self::default_profile()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_are_found_by_name() {
        assert_eq!(Profile::by_name("go1.26"), Some(Profile::default_profile()));
        assert_eq!(Profile::by_name("go0.1"), None);
        for profile in PROFILES {
            assert_eq!(Profile::by_name(profile.name), Some(profile), "{} is there twice", profile.name);
        }
    }
}
