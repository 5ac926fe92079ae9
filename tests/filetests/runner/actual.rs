//! What is so, in the words of expectations.

use crate::file::Command;
use outlive::cfg::Cfg;
use outlive::driver::{Options, analyze, analyze_certified, analyze_explained, check};
use outlive::entity::BlockId;
use outlive::fact::{Allocates, Extent, Leaks, Placement, Verdict, flags};
use outlive::ir::{Module, verify};
use outlive::opt;
use outlive::text::print;

/// What the verifier says.
pub(crate) fn errors(module: &Module) -> Vec<String> {
    verify(module).err().unwrap_or_default().iter().map(ToString::to_string).collect()
}

/// What an analysis says, one line an entity. The module must be correct.
pub(crate) fn checks(module: &Module, command: &Command) -> Vec<String> {
    match command {
        Command::Cfg => blocks(module),
        Command::Escape { model, closed, summaries } => {
            escape(module, &Options { model: *model, closed: *closed, ..Options::default() }, *summaries)
        }
        Command::Suggest { model } => suggestions(module, &Options { model: *model, ..Options::default() }),
        _ => Vec::new(),
    }
}

fn suggestions(module: &Module, options: &Options) -> Vec<String> {
    let (analysis, mut explainer) = analyze_explained(module, options);
    let mut out = Vec::new();
    for verdict in analysis.verdicts.iter().filter(|v| v.flags & flags::SILENT == 0) {
        let found = explainer.suggest(module, &analysis, verdict.site).expect("there is a verdict");
        let wanted = verdict.is_heap() || verdict.flags & flags::DANGLES != 0;
        assert!(wanted || found.list.is_empty(), "{} is not on the heap", verdict.site);
        for suggestion in &found.list {
            let mut line = verdict.site.to_string();
            for change in &suggestion.changes {
                line.push_str(&format!(" {} {}", change.edit.name(), change.func));
                if let Some(inst) = change.inst.get() {
                    line.push_str(&format!(".{inst}"));
                }
            }
            line.push_str(&format!(" -> {}", suggestion.verdict.placement.name()));
            if !suggestion.frees.is_empty() {
                let sites: Vec<String> = suggestion.frees.iter().map(ToString::to_string).collect();
                line.push_str(&format!(", frees {}", sites.join(" ")));
            }
            out.push(line);
        }
        if verdict.is_heap() && found.list.is_empty() {
            out.push(format!("{} nothing", verdict.site));
        }
    }
    // Suggesting leaves no trace in what it was asked of.
    assert_eq!(analyze_explained(module, options).0, analysis);
    out
}

/// What passes write of globals, sites and functions, or why they are refused.
pub(crate) fn output(module: Module, passes: &str) -> Vec<String> {
    let plan = match opt::plan(passes) {
        Ok(plan) => plan,
        Err(error) => return vec![format!("refused: {error}")],
    };
    match opt::run(module, &plan, |module| analyze(module, &Options::default()).verdicts) {
        Ok(after) => {
            let text = print(&after);
            let headers = ["module ", "file ", "pos ", "type "];
            let wanted = |line: &&str| !line.is_empty() && !headers.iter().any(|header| line.starts_with(header));
            text.lines().filter(wanted).map(Into::into).collect()
        }
        Err(broken) => broken.to_string().lines().map(Into::into).collect(),
    }
}

fn blocks(module: &Module) -> Vec<String> {
    let mut cfg = Cfg::default();
    let mut out = Vec::new();
    for func in module.funcs.indices() {
        let body = module.body(func);
        if body.blocks.is_empty() {
            continue;
        }
        cfg.compute(&body, module.funcs[func].recover.get());
        for block in (0..body.blocks.len()).map(BlockId::from_usize) {
            let idom = cfg.dominators.immediate(block).map_or_else(|| "none".into(), |b| b.to_string());
            out.push(format!("{func}.{block} depth {} idom {idom}", cfg.loops.depth(block)));
        }
    }
    out
}

fn escape(module: &Module, options: &Options, summaries: bool) -> Vec<String> {
    let (analysis, certificate) = analyze_certified(module, options);
    // What is expected must also follow from the rules, where a model gives certificates.
    if options.model.is_certified()
        && let Err(rejection) = check(module, options, &analysis, &certificate)
    {
        return vec![format!("rejected: {rejection}")];
    }
    assert_eq!(analysis, analyze(module, options), "a certificate changes nothing");
    let listed = analysis.verdicts.iter().filter(|v| v.flags & flags::SILENT == 0);
    let mut out: Vec<String> = listed.map(verdict).collect();
    if summaries {
        out.extend(analysis.summaries.iter().map(|row| format!("{}.p{}{}", row.func, row.param, leaks(row.leaks))));
    }
    out
}

/// Placement and reason; then what is not implied by them.
fn verdict(v: &Verdict) -> String {
    let mut out = format!("{} {} {}", v.site, v.placement.name(), v.reason.name());
    if v.extent == Extent::Iteration {
        out.push_str(&format!(" iteration({})", v.detail));
    }
    if v.placement == Placement::Bounded {
        out.push_str(&format!(" bound({})", v.bound));
    }
    let implied = if v.is_heap() { Allocates::Always } else { Allocates::Never };
    if v.allocates != implied && v.placement != Placement::Bounded {
        out.push_str(&format!(" allocates({})", v.allocates.name()));
    }
    let bits = [
        (flags::SHARED, "shared"),
        (flags::MUTATED, "mutated"),
        (flags::CALLED, "called"),
        (flags::COLD, "cold"),
        (flags::DANGLES, "dangles"),
    ];
    for (bit, word) in bits {
        if v.flags & bit != 0 {
            out.push_str(&format!(" {word}"));
        }
    }
    out
}

/// Each flow with its number of dereferences.
fn leaks(leaks: Leaks) -> String {
    let mut out = String::new();
    let named = [("heap", leaks.heap), ("mutated", leaks.mutated), ("called", leaks.called)];
    for (word, level) in named {
        if level != 0 {
            out.push_str(&format!(" {word}={}", level - 1));
        }
    }
    for (n, &level) in leaks.results.iter().enumerate() {
        if level != 0 {
            out.push_str(&format!(" result{n}={}", level - 1));
        }
    }
    if out.is_empty() { " keeps nothing".into() } else { out }
}
