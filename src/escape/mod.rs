//! Escape: from IR to facts.
//!
//! One constraint [`vocabulary`] and one instruction `walker` serve every model. `gc` predicts Go's compiler; model
//! `textbook` is the same machine under the literal rules of an introductory text (`gc::rules`); `precise` proves what it can.
//! Analysis never changes the module.

pub mod faults;
pub(crate) mod gc;
pub(crate) mod precise;
mod side;
mod variables;
pub mod vocabulary;
mod walker;

/// Which rules find the facts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Model {
    /// What Go's compiler says.
    #[default]
    Gc,
    /// The simple rules of the textbook, taken literally.
    Textbook,
    /// What can be proved.
    Precise,
}

impl Model {
    /// Every model with the name clients ask for.
    pub const ALL: &[(Self, &str)] = &[(Self::Gc, "gc"), (Self::Textbook, "textbook"), (Self::Precise, "precise")];

    /// The model with this name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, n)| *n == name).map(|&(model, _)| model)
    }

    /// Whether its analyses come with a certificate that `check` can hold them against.
    #[must_use]
    pub fn is_certified(self) -> bool {
        self != Self::Precise
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Gc => "gc",
            Self::Textbook => "textbook",
            Self::Precise => "precise",
        }
    }
}
