//! The operators of `unary`, `binary` and `compare`, by the number `aux` holds.

macro_rules! operators {
    ($(#[$doc:meta])* $ty:ident { $($name:ident = $num:literal, $text:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub enum $ty { $(#[doc = concat!("`", $text, "`")] $name = $num,)* }

        impl $ty {
            /// Every operator, ascending by number.
            pub const ALL: &[(Self, &str)] = &[$((Self::$name, $text),)*];

            /// The operator with this number.
            #[must_use]
            pub fn from_number(number: u32) -> Option<Self> {
                Self::ALL.get(number as usize).map(|&(op, _)| op)
            }

            /// Its name in the readable form.
            #[must_use]
            pub fn name(self) -> &'static str {
                Self::ALL[self as usize].1
            }
        }
    };
}

operators! {
    /// Operators of [`super::Opcode::Unary`].
    UnaryOp { Neg = 0, "neg"; Not = 1, "not"; Com = 2, "com"; }
}
operators! {
    /// Operators of [`super::Opcode::Binary`].
    BinaryOp {
        Add = 0, "add"; Sub = 1, "sub"; Mul = 2, "mul"; Div = 3, "div"; Rem = 4, "rem"; And = 5, "and"; Or = 6, "or"; Xor = 7, "xor";
        Shl = 8, "shl"; Shr = 9, "shr"; AndNot = 10, "andnot";
    }
}
operators! {
    /// Operators of [`super::Opcode::Compare`].
    CompareOp { Eq = 0, "eq"; Ne = 1, "ne"; Lt = 2, "lt"; Le = 3, "le"; Gt = 4, "gt"; Ge = 5, "ge"; }
}
