//! The analyzer: options in, verdicts and summaries out.
//!
//! [`analyze`] expects a module that passed the verifier and never changes it. An [`Explainer`] rebuilds the paths of verdicts
//! on demand: paths are not kept, so a tool that asks for none pays for none.

mod facts;
mod lookup;
#[cfg(test)]
mod tests;
mod threads;

pub use crate::check::{Checked, Rejection, Rule};
pub use crate::control::Cancelled;
pub use crate::escape::Model;
pub use facts::{Believed, Stale, believe, facts};
pub use lookup::Lookup;

use crate::check;
use crate::control::Control;
use crate::entity::SiteId;
use crate::escape::{gc, precise};
use crate::fact::{Certificate, Explanation, Extent, Suggestion, Suggestions, Summary, Verdict, flags};
use crate::ir::{self, Module};
use crate::place;
use crate::profile::Profile;

/// What to do.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The rules.
    pub model: Model,
    /// The target.
    pub profile: Profile,
    /// The most threads to work with, the calling one included: 1 (the default) starts none, so that it works in a forked child
    /// too; 0 stands for as many as the machine has. Answers are the same for any number. Small modules get fewer than asked
    /// for, since a thread has its price. They are started by each call and gone when it returns.
    pub threads: usize,
    /// Whether the module has all there is, a whole program: then what is called through an interface nothing is known of is a
    /// method of one of the module's types, each of which must be there with its method set, also if only reflection makes
    /// values of it. Only model [`Precise`](Model::Precise) makes use of it. A module that is not all there is gets wrong answers.
    pub closed: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { model: Model::default(), profile: Profile::default(), threads: 1, closed: false }
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
    analyze_explained(module, options).0
}

/// Analyses a verified module for a client that may cancel, or watches how far it has come: see [`crate::control`].
///
/// # Errors
/// It was cancelled.
pub fn analyze_under(module: &Module, options: &Options, control: Control<'_>) -> Result<Analysis, Cancelled> {
    control.run(|| explained(module, options, threads::sensible(module, options), control).0)
}

/// Analyses a verified module and keeps what explanations need.
#[must_use]
pub fn analyze_explained(module: &Module, options: &Options) -> (Analysis, Explainer) {
    explained(module, options, threads::sensible(module, options), Control::NONE)
}

fn explained(module: &Module, options: &Options, threads: usize, control: Control<'_>) -> (Analysis, Explainer) {
    let Some(rules) = rules(options.model) else {
        let (found, explainer) = precise::run(module, options.profile, options.closed, threads, control);
        return (placed(module, options, found), Explainer::new(options, Explains::Precise(Box::new(explainer))));
    };
    let mut engine = gc::Engine::new(module, rules, options.profile, threads, control);
    let analysis = placed(module, options, engine.run(module, None, control));
    (analysis, Explainer::new(options, Explains::Gc(Box::new(gc::Explainer::new(module, engine)))))
}

/// The rules of a model that runs on the machine of model `gc`.
fn rules(model: Model) -> Option<&'static gc::Rules> {
    match model {
        Model::Gc => Some(&gc::GC),
        Model::Textbook => Some(&gc::TEXTBOOK),
        Model::Precise => None,
    }
}

/// Places the sites of which a run has found the facts.
fn placed(module: &Module, options: &Options, found: gc::Found) -> Analysis {
    let mut verdicts = Vec::with_capacity(module.sites.len());
    let placer = place::Placer::new(module, &options.profile);
    verdicts.extend(found.facts.iter().flatten().map(|fact| placer.place(fact)));
    Analysis { verdicts, summaries: found.summaries }
}

/// Analyses a verified module and says on what its verdicts rest, for [`check`](fn@check). The certificate of a model that
/// gives none ([`Model::is_certified`]) is empty.
#[must_use]
pub fn analyze_certified(module: &Module, options: &Options) -> (Analysis, Certificate) {
    certified(module, options, threads::sensible(module, options))
}

fn certified(module: &Module, options: &Options, threads: usize) -> (Analysis, Certificate) {
    let mut certificate = Certificate::default();
    let Some(rules) = rules(options.model) else {
        let (found, _) = precise::run(module, options.profile, options.closed, threads, Control::NONE);
        return (placed(module, options, found), certificate);
    };
    let mut engine = gc::Engine::new(module, rules, options.profile, threads, Control::NONE);
    let analysis = placed(module, options, engine.run(module, Some(&mut certificate), Control::NONE));
    (analysis, certificate)
}

/// Checks the answers of [`analyze_certified`], or answers said to be its, against the rules of the model. The checker shares
/// nothing with what found them; see [`mod@crate::check`].
///
/// # Errors
/// The first rule that does not hold. There is nothing to hold an answer against if the model gives no certificates.
pub fn check(
    module: &Module,
    options: &Options,
    analysis: &Analysis,
    certificate: &Certificate,
) -> Result<Checked, Rejection> {
    let model = match options.model {
        Model::Gc => check::Model::Gc,
        Model::Textbook => check::Model::Textbook,
        Model::Precise => {
            let message = "model precise gives no certificates".into();
            return Err(Rejection { rule: Rule::Form, func: None, inst: None, site: None, message });
        }
    };
    check::check(module, model, &options.profile, &analysis.verdicts, &analysis.summaries, certificate)
}

/// Explains the verdicts of one analysis. Not shared between threads while explaining: it reuses its scratch memory.
#[derive(Debug)]
pub struct Explainer {
    profile: Profile,
    explains: Explains,
}

#[derive(Debug)]
enum Explains {
    Gc(Box<gc::Explainer>),
    Precise(Box<precise::Explainer>),
}

impl Explainer {
    fn new(options: &Options, explains: Explains) -> Self {
        Self { profile: options.profile, explains }
    }

    /// Why a site got its verdict; `None` for a site the analysis says nothing of. `module` must be the one analysed.
    pub fn explain(&mut self, module: &Module, site: SiteId) -> Option<Explanation> {
        match &mut self.explains {
            Explains::Gc(explainer) => explainer.explain(module, site),
            Explains::Precise(explainer) => explainer.explain(module, site),
        }
    }

    /// What to change so that a site is no longer on the heap, or its address no longer dangles: each suggestion has been tried by
    /// analysing the module again, as far as it would be affected. Nothing for a site of which neither is so; `None` for a site the analysis says nothing of.
    /// `module` and `analysis` must be those this explainer came from.
    pub fn suggest(&mut self, module: &Module, analysis: &Analysis, site: SiteId) -> Option<Suggestions> {
        let verdict = analysis.verdict(site)?;
        let placer = place::Placer::new(module, &self.profile);
        let wanted = verdict.is_heap() || verdict.flags & flags::DANGLES != 0;
        let outlives = |site| analysis.verdict(site).is_some_and(|v| v.extent == Extent::Program);
        let remedies = match &mut self.explains {
            Explains::Gc(explainer) if wanted => explainer.suggest(module, &outlives, site),
            _ => Vec::new(),
        };
        let listed = |other: &SiteId| module.sites[*other].flags & ir::site::SILENT == 0 && *other != site;
        let suggestion = |remedy: gc::Remedy| {
            let verdict = placer.place(&remedy.fact);
            let frees = remedy.freed.into_iter().filter(listed).collect();
            Suggestion { changes: remedy.changes, verdict, frees, complete: remedy.complete }
        };
        let list = remedies.into_iter().map(suggestion).collect();
        Some(Suggestions { site, list })
    }
}

/// Rebuilds why one site got its verdict, from nothing: for several sites use an [`Explainer`].
#[must_use]
pub fn explain(module: &Module, options: &Options, site: SiteId) -> Option<Explanation> {
    analyze_explained(module, options).1.explain(module, site)
}
