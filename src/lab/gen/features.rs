//! What a generated program may use.

macro_rules! features {
    ($($name:ident, $doc:literal;)*) => {
        /// One switch per feature. A program uses nothing of what is off, except what every program needs to run: integers,
        /// variables, pointers, calls from `main`, and the counter that ends runaway recursion.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub struct Features { $(#[doc = $doc] pub $name: bool,)* }

        impl Features {
            /// Everything.
            pub const ALL: Self = Self { $($name: true,)* };
            /// Nothing.
            pub const NONE: Self = Self { $($name: false,)* };

            /// The names of all features, in the order of the fields.
            #[must_use]
            pub fn names() -> &'static [&'static str] {
                &[$(stringify!($name),)*]
            }

            /// The switch of this name.
            pub fn get_mut(&mut self, name: &str) -> Option<&mut bool> {
                match name { $(stringify!($name) => Some(&mut self.$name),)* _ => None }
            }
        }
    };
}

features! {
    calls, "Functions that call each other, recursion included.";
    loops, "Loops, with variables made in them.";
    branches, "Conditions and early returns.";
    switches, "`switch`.";
    structs, "Structs, nested and linked.";
    arrays, "Arrays.";
    aggregates, "Structs and arrays as values: build, take apart, return.";
    slices, "Slices, of slices too, and slices of slices.";
    appends, "`append` and `copy`, onto arrays that others see.";
    maps, "Maps and ranges over them.";
    strings, "Strings: concatenation, conversion, slices, ranges.";
    globals, "Package-level variables.";
    chains, "Pointers to pointers.";
    memcpy, "Copies of memory and its zeroing.";
    closures, "Function literals and calls of function values.";
    by_value, "Captured by value where the variable never changes.";
    methods, "Methods and method values.";
    interfaces, "Interfaces with several implementers, boxes, assertions.";
    defers, "Deferred calls, in loops too.";
    panics, "Panics and recovers.";
    goroutines, "Goroutines.";
    channels, "Channels and `select`.";
    externals, "Functions without a body.";
    promises, "Promises about them, and `noescape`.";
    many_results, "More than five results.";
    variadics, "Variadic functions.";
    unsafes, "Round trips through integers and untyped pointers.";
    ssa, "Values kept out of memory: parameters without a variable, values of joins.";
    carried, "Pointers to storage made in a loop, carried to the next iteration by a block parameter.";
    fresh, "Loop variables made anew each iteration.";
    attributes, "Attributes: depths, targets, self-assignments.";
    floats, "Floating-point and complex numbers.";
    odd, "Storage too large, too aligned or of no size.";
}

impl Features {
    /// Only the feature of this name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        let mut only = Self::NONE;
        *only.get_mut(name)? = true;
        Some(only)
    }

    /// The same without the feature of this name; unchanged if there is none.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        if let Some(switch) = self.get_mut(name) {
            *switch = false;
        }
        self
    }
}

impl Default for Features {
    fn default() -> Self {
        Self::ALL
    }
}

#[cfg(test)]
mod tests {
    use super::Features;

    #[test]
    fn every_name_is_a_switch() {
        let mut none = Features::ALL;
        for name in Features::names() {
            let only = Features::by_name(name).expect("a feature");
            assert_eq!(only.without(name), Features::NONE);
            none = none.without(name);
        }
        assert_eq!(none, Features::NONE);
        assert_eq!(Features::by_name("gotos"), None);
    }
}
