//! The analyzer: options in, verdicts and summaries out.
//!
//! [`analyze`] expects a module that passed the verifier and never changes it. [`explain`] rebuilds the path of one verdict on
//! demand: paths are not kept, so a tool that asks for none pays for none.

use crate::entity::SiteId;
use crate::fact::{Explanation, Summary, Verdict};
use crate::ir::Module;
use crate::place::Profile;

/// Which rules find the facts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Model {
    /// What Go's compiler says.
    #[default]
    Gc,
    /// The simple rules of the textbook, taken literally.
    Textbook,
}

impl Model {
    /// Every model with the name clients ask for.
    pub const ALL: &[(Self, &str)] = &[(Self::Gc, "gc"), (Self::Textbook, "textbook")];

    /// The model with this name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, n)| *n == name).map(|&(model, _)| model)
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Gc => "gc",
            Self::Textbook => "textbook",
        }
    }
}

/// What to do.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The rules.
    pub model: Model,
    /// The target.
    pub profile: &'static Profile,
}

impl Default for Options {
    fn default() -> Self {
        Self { model: Model::default(), profile: Profile::default_profile() }
    }
}

/// The answers.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Analysis {
    /// One verdict per site of a function with a body, by site.
    pub verdicts: Vec<Verdict>,
    /// One summary per parameter that holds pointers, by function and parameter.
    pub summaries: Vec<Summary>,
}

impl Analysis {
    /// The verdict on a site.
    #[must_use]
    pub fn verdict(&self, site: SiteId) -> Option<&Verdict> {
        self.verdicts.binary_search_by_key(&site, |v| v.site).ok().map(|i| &self.verdicts[i])
    }
}

/// Analyses a verified module.
#[must_use]
pub fn analyze(module: &Module, options: &Options) -> Analysis {
    let _ = (module, options);
    Analysis::default()
}

/// Rebuilds why a site got its verdict. `None` for a site the analysis says nothing of.
#[must_use]
pub fn explain(module: &Module, options: &Options, site: SiteId) -> Option<Explanation> {
    let _ = (module, options, site);
    None
}
