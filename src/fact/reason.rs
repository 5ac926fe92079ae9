//! Reason codes: why storage is where it is, in one number.

use std::fmt;

macro_rules! reasons {
    ($($name:ident = $num:literal, $text:literal, $words:literal;)*) => {
        /// Why storage is placed where it is. The discriminant is its number across borders, never reused.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
        #[repr(u16)]
        pub enum Reason { $(#[doc = $words] $name = $num,)* }

        impl Reason {
            /// Every reason: its short name and its words, ascending by number.
            pub const ALL: &[(Self, &str, &str)] = &[$((Self::$name, $text, $words),)*];
        }
    };
}

impl Reason {
    /// The short name, as the readable form and the command line write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    /// The words for people.
    #[must_use]
    pub fn words(self) -> &'static str {
        Self::ALL[self as usize].2
    }

    /// The reason with this number.
    #[must_use]
    pub fn from_number(number: u16) -> Option<Self> {
        Self::ALL.get(usize::from(number)).map(|&(reason, ..)| reason)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

reasons! {
    Local = 0, "local", "does not outlive its function";
    Returned = 1, "returned", "returned to the caller";
    StoredGlobal = 2, "stored_global", "stored in a package-level variable";
    StoredIndirect = 3, "stored_indirect", "stored through a pointer";
    StoredMap = 4, "stored_map", "put into a map";
    Sent = 5, "sent", "sent on a channel";
    CapturedEscaping = 6, "captured_escaping", "captured by a closure that escapes";
    PassedIndirect = 7, "passed_indirect", "passed to a function value whose callee is unknown";
    PassedMethod = 8, "passed_method", "passed to a method of an interface";
    PassedExternal = 9, "passed_external", "passed to a function without a body";
    LeakedByCallee = 10, "leaked_by_callee", "kept by the function it is passed to";
    GoStatement = 11, "go_statement", "used by a new goroutine";
    DeferredInLoop = 12, "deferred_in_loop", "used by a call deferred in a loop";
    Panicked = 13, "panicked", "the value of a panic";
    Appended = 14, "appended", "appended to a slice";
    Copied = 15, "copied", "copied into a slice";
    OutlivesLoop = 16, "outlives_loop", "outlives the iteration it is made in";
    OutlivesInner = 17, "outlives_inner", "outlives the function literal it is made in";
    TooLarge = 18, "too_large", "too large for the stack";
    TooAligned = 19, "too_aligned", "too strictly aligned for the stack";
    ZeroSizeElement = 20, "zero_size_element", "a slice of zero-size elements";
    RunTimeSize = 21, "run_time_size", "of a size known only at run time";
    Map = 22, "map", "a map";
    Channel = 23, "channel", "a channel";
    Boxed = 24, "boxed", "converted to an interface";
    Captured = 25, "captured", "captured by a closure";
    AddressPassed = 26, "address_passed", "its address is passed to a function";
    AddressReturned = 27, "address_returned", "its address is returned";
    StoredElement = 28, "stored_element", "stored in a slice's array";
    UintptrEscapes = 29, "uintptr_escapes", "passed as an integer to a function that keeps it";
    ReflectHeader = 30, "reflect_header", "stored in a reflect header";
    MethodReceiver = 31, "method_receiver", "bound as the receiver of a method value";
    GrowsInPlace = 32, "grows_in_place", "a string that grows in place";
    Unknown = 33, "unknown", "flows where nothing is known of it";
    HeldByEscaping = 34, "held_by_escaping", "held by something that escapes";
    Budget = 35, "budget", "in a function too large to look into";
}
