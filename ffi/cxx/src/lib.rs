//! Outlive for C++ programs that are built together with it, through [cxx].
//!
//! *The problem.* A C++ program that builds Rust code from source needs neither a stable ABI nor structures with a size: both halves are
//! compiled at the same time, and cxx checks that they mean the same. So this bridge is small and direct; who links a library that was
//! built elsewhere takes `outlive.hpp` over the C ABI instead.
//!
//! *Invariants.*
//! 1. Slices cross without copies: images on their way in, tables of answers on their way out. The rows of tables are the core's; that
//!    their layouts are the same is asserted below.
//! 2. What can fail is a `Result` here and an exception (`rust::Error`) there.
//! 3. What is borrowed from a box is valid as long as the box.
//!
//! *Deliberately not done.* The builder: a program that is built with Outlive's sources may use the C ABI's beside this, or write its
//! images itself. Nothing here is part of liboutlive.
//!
//! [cxx]: https://cxx.rs
#![allow(
    missing_docs,
    unreachable_pub,
    unused_qualifications,
    reason = "cxx makes the items, from what the bridge documents"
)]

use outlive_core::driver::{self, Analysis, Model, Options as CoreOptions};
use outlive_core::entity::{PosId, SiteId};
use outlive_core::fact::{self, Node, Placement, Reason};
use outlive_core::ir::opcode::Why;
use outlive_core::ir::{self, VerifyError, verify};
use outlive_core::profile::Profile;
use outlive_core::{image, text};
use std::mem::offset_of;
use std::pin::Pin;

#[cxx::bridge(namespace = "outlive::source")]
mod bridge {
    /// The verdict on a site. Numbers are those of `outlive.h`: placements, reasons and so on.
    #[derive(Clone, Copy, Debug)]
    struct Verdict {
        site: u32,
        context: u32,
        func: u32,
        pos: u32,
        kind: u8,
        placement: u8,
        extent: u8,
        allocates: u8,
        reason: u16,
        flags: u16,
        detail: u32,
        bound: u32,
    }

    /// What a function does with a parameter. A flow is 0 when there is none, else one more than its dereferences.
    #[derive(Clone, Copy, Debug)]
    struct Summary {
        func: u32,
        param: u32,
        heap: u8,
        mutated: u8,
        called: u8,
        results: [u8; 5],
        pos: u32,
        flags: u32,
    }

    /// A step of an explanation, with the numbers of `outlive.h`: places, and how a value moves from one to the other.
    #[derive(Clone, Copy, Debug)]
    struct Step {
        from_kind: u32,
        from_id: u32,
        from_index: u32,
        to_kind: u32,
        to_id: u32,
        to_index: u32,
        derefs: i32,
        why: u32,
        pos: u32,
    }

    /// What to do. Empty texts stand for the defaults.
    #[derive(Clone, Debug, Default)]
    struct Options {
        /// `gc`, `textbook` or `precise`.
        model: String,
        /// The target, such as `go1.26`.
        profile: String,
        /// The most threads to work with; 0: as many as the machine has.
        threads: usize,
        /// Whether the module is a whole program.
        closed: bool,
    }

    /// A source position; line 0 when there is none.
    struct Position<'a> {
        file: &'a str,
        line: u32,
        column: u32,
    }

    extern "Rust" {
        /// A finished module: verified, and never changed.
        type Module;
        /// Reads and verifies an image, which is not kept.
        fn module_from_image(image: &[u8]) -> Result<Box<Module>>;
        /// Parses and verifies the readable form.
        fn module_from_text(text: &str) -> Result<Box<Module>>;
        /// The module in its readable form.
        fn print(self: &Module) -> String;
        /// The module as an image.
        fn encode(self: &Module) -> Vec<u8>;
        /// Analyses the module, which the answers take along.
        fn analyze(module: Box<Module>, options: &Options) -> Result<Box<Answers>>;

        /// The answers about a module.
        type Answers;
        /// One row per site, ascending.
        fn verdicts(self: &Answers) -> &[Verdict];
        /// One row per parameter that holds pointers.
        fn summaries(self: &Answers) -> &[Summary];
        /// The module they are about.
        fn module(self: &Answers) -> &Module;
        fn site_name(self: &Module, site: u32) -> &str;
        fn function_name(self: &Module, func: u32) -> &str;
        unsafe fn position<'a>(self: &'a Module, pos: u32) -> Position<'a>;
        /// Why a site got its verdict, from the site outward; repeats the analysis.
        fn explain(self: &Answers, site: u32) -> Result<Vec<Step>>;
        /// Tells a listener of every verdict.
        fn tell(self: &Answers, listener: Pin<&mut Listener>);
        fn placement_name(placement: u8) -> &'static str;
        fn reason_words(reason: u16) -> &'static str;
        fn why_words(why: u32) -> &'static str;
    }

    unsafe extern "C++" {
        include!("outlive/listener.hpp");
        /// What is told of verdicts.
        type Listener;
        fn verdict(self: Pin<&mut Listener>, row: &Verdict, function: &str, site: &str);
    }
}

use bridge::{Listener, Options, Position, Step, Summary, Verdict};

/// A verified module.
pub struct Module(ir::Module);

/// A module with its answers.
pub struct Answers {
    module: Box<Module>,
    options: CoreOptions,
    analysis: Analysis,
}

fn verified(module: ir::Module) -> Result<Box<Module>, String> {
    let lines = |errors: Vec<VerifyError>| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    verify(&module).map_err(lines)?;
    Ok(Box::new(Module(module)))
}

fn module_from_image(bytes: &[u8]) -> Result<Box<Module>, String> {
    verified(image::decode(bytes, &image::Limits::default()).map_err(|error| error.to_string())?)
}

fn module_from_text(words: &str) -> Result<Box<Module>, String> {
    verified(text::parse(words).map_err(|error| error.to_string())?)
}

fn analyze(module: Box<Module>, options: &Options) -> Result<Box<Answers>, String> {
    let unknown = |what: &str, name: &str| format!("unknown {what} {name:?}");
    let options = CoreOptions {
        model: match options.model.as_str() {
            "" => Model::default(),
            name => Model::by_name(name).ok_or_else(|| unknown("model", name))?,
        },
        profile: match options.profile.as_str() {
            "" => *Profile::default_profile(),
            name => *Profile::by_name(name).ok_or_else(|| unknown("profile", name))?,
        },
        threads: options.threads,
        closed: options.closed,
    };
    let analysis = driver::analyze(&module.0, &options);
    Ok(Box::new(Answers { module, options, analysis }))
}

impl Module {
    fn print(&self) -> String {
        text::print(&self.0)
    }

    fn encode(&self) -> Vec<u8> {
        image::encode(&self.0)
    }

    fn site_name(&self, site: u32) -> &str {
        self.0.sites.as_raw_slice().get(site as usize).map_or("", |row| self.0.str(row.name))
    }

    fn function_name(&self, func: u32) -> &str {
        self.0.funcs.as_raw_slice().get(func as usize).map_or("", |row| self.0.str(row.name))
    }

    fn position(&self, pos: u32) -> Position<'_> {
        match self.0.positions.get(PosId::from_raw(pos)).filter(|_| pos != 0) {
            None => Position { file: "", line: 0, column: 0 },
            Some(row) => {
                let file = self.0.files.get(row.file).map_or("", |&name| self.0.str(name));
                Position { file, line: row.line, column: row.col }
            }
        }
    }
}

impl Answers {
    fn verdicts(&self) -> &[Verdict] {
        let rows = &self.analysis.verdicts;
        // SAFETY: the layouts are the same, as asserted below, and any value of the core's row is one of numbers.
        unsafe { std::slice::from_raw_parts(rows.as_ptr().cast(), rows.len()) }
    }

    fn summaries(&self) -> &[Summary] {
        let rows = &self.analysis.summaries;
        // SAFETY: as above.
        unsafe { std::slice::from_raw_parts(rows.as_ptr().cast(), rows.len()) }
    }

    fn module(&self) -> &Module {
        &self.module
    }

    fn explain(&self, site: u32) -> Result<Vec<Step>, String> {
        let nothing = || format!("there is no verdict on site {site}");
        self.analysis.verdict(SiteId::from_raw(site)).ok_or_else(nothing)?;
        let found = driver::explain(&self.module.0, &self.options, SiteId::from_raw(site)).ok_or_else(nothing)?;
        Ok(found.steps.iter().map(step).collect())
    }

    fn tell(&self, mut listener: Pin<&mut Listener>) {
        for row in self.verdicts() {
            let module = &self.module;
            listener.as_mut().verdict(row, module.function_name(row.func), module.site_name(row.site));
        }
    }
}

fn step(step: &fact::Step) -> Step {
    let number = |node| match node {
        Node::Site(site) => (1, site.raw(), 0),
        Node::Param(func, index) => (2, func.raw(), index),
        Node::Result(func, index) => (3, func.raw(), index),
        Node::Temp(func) => (4, func.raw(), 0),
        Node::Heap => (5, 0, 0),
    };
    let ((from_kind, from_id, from_index), (to_kind, to_id, to_index)) = (number(step.from), number(step.to));
    let (derefs, why, pos) = (step.derefs, step.why as u32, step.pos.raw());
    Step { from_kind, from_id, from_index, to_kind, to_id, to_index, derefs, why, pos }
}

fn placement_name(placement: u8) -> &'static str {
    use Placement::{Bounded, Caller, Eliminated, Heap, Stack, Static};
    let all = [Static, Eliminated, Stack, Bounded, Caller, Heap];
    all.into_iter().find(|&known| known as u8 == placement).map_or("", Placement::name)
}

fn reason_words(reason: u16) -> &'static str {
    Reason::ALL.iter().find(|&&(known, ..)| known as u16 == reason).map_or("", |&(.., words)| words)
}

fn why_words(why: u32) -> &'static str {
    Why::ALL.iter().find(|&&(known, ..)| known as u32 == why).map_or("", |&(.., words)| words)
}

macro_rules! same_layout {
    ($ours:ty = $theirs:ty { $($field:ident = $($path:ident).+),* $(,)? }) => {
        const _: () = {
            assert!(size_of::<$ours>() == size_of::<$theirs>());
            assert!(align_of::<$ours>() <= align_of::<$theirs>());
            $(assert!(offset_of!($ours, $field) == offset_of!($theirs, $($path).+));)*
        };
    };
}

same_layout!(Verdict = fact::Verdict {
    site = site, context = context, func = func, pos = pos, kind = kind, placement = placement, extent = extent,
    allocates = allocates, reason = reason, flags = flags, detail = detail, bound = bound,
});
same_layout!(Summary = fact::Summary {
    func = func, param = param, heap = leaks.heap, mutated = leaks.mutated, called = leaks.called,
    results = leaks.results, pos = pos, flags = flags,
});

#[cfg(test)]
mod tests {
    use super::*;

    const PROGRAM: &str = "module \"a\"\nfunc a.f func() *int @a.go:1:6 {\nb0():\n  x: *int = new \"new(int)\" @1:9\n  return x @1:2\n}\n";

    fn answers(model: &str) -> Box<Answers> {
        let module = module_from_text(PROGRAM).expect("it parses");
        analyze(module, &Options { model: model.into(), ..Options::default() }).expect("it is analysed")
    }

    #[test]
    fn tables_are_the_analysis_own() {
        let answers = answers("");
        assert_eq!(answers.verdicts().as_ptr().cast::<u8>(), answers.analysis.verdicts.as_ptr().cast::<u8>());
        let row = answers.verdicts()[0];
        assert_eq!((placement_name(row.placement), reason_words(row.reason)), ("heap", "returned to the caller"));
        assert_eq!(answers.module().site_name(row.site), "new(int)");
        assert_eq!(answers.module().function_name(row.func), "a.f");
        assert_eq!(answers.module().position(row.pos).column, 9);
        let steps = answers.explain(row.site).expect("there is a verdict");
        assert_eq!(why_words(steps[steps.len() - 1].why), "returned");
    }

    #[test]
    fn what_is_wrong_is_an_error() {
        assert!(module_from_text("nonsense").is_err());
        assert!(module_from_image(b"OUTL").is_err());
        let unknown = Options { model: "best".into(), ..Options::default() };
        assert!(
            analyze(module_from_text(PROGRAM).expect("it parses"), &unknown).err().expect("refused").contains("best")
        );
        assert!(answers("textbook").explain(9).is_err());
        assert_eq!(answers("").module().position(0).line, 0);
        assert_eq!((placement_name(99), reason_words(9999)), ("", ""));
    }
}
