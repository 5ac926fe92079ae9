//! `outlive-opt`: text or image in, text, image or verdicts out. The tool for people who work on the library; `cmd/outlive` is
//! the one for people who use it on Go programs.
//!
//! The input is an image if it begins with an image's magic, else text. It is always verified before it is analysed or
//! written. Exit codes: 0 fine, 1 the module is wrong, 2 the command line is, or a file cannot be read or written.

use outlive::driver::{Explainer, Model, Options, analyze, analyze_certified, analyze_explained, check};
use outlive::entity::PosId;
use outlive::fact::{Node, Step, Suggestion, Verdict, flags};
use outlive::image;
use outlive::ir::{Module, verify};
use outlive::opt;
use outlive::profile::Profile;
use outlive::text;
use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::process::ExitCode;

const USAGE: &str = "\
usage: outlive-opt [-passes LIST] [-verify] [-print] [-emit-image F] [-model gc|textbook|precise] [-profile P] [-threads N] [-closed] [-why] [-suggest] [-check] FILE
  FILE           a module as text or image; - reads standard input
  -passes LIST   run these passes in this order, names with commas between; all that follows is about what they make of the
                 module, and if nothing else is asked for it is written as text. Passes that place storage take the verdicts of
                 -model and -profile. `-passes help` lists them
  -verify        say what is wrong with the module, and nothing if it is right
  -print         write the module as text
  -emit-image F  write the module as an image to F
  -model M       write the verdict on every site by model M; the default if nothing else is asked for is gc
  -profile P     place for target P (go1.26; go1.25, go1.27, tinygo, c)
  -closed        the module is a whole program: model precise takes what is called through an interface for one of its methods
  -threads N     analyse with up to N threads, with as many as the machine has for 0; one without the flag
  -why           with each verdict the path that leads to it
  -suggest       with each verdict that says heap, what to change so that it does not
  -check         check that the verdicts follow from the rules of the model
";

/// What the command line asks for.
#[derive(Default)]
struct Request {
    passes: Option<Vec<&'static opt::Pass>>,
    verify: bool,
    print: bool,
    emit_image: Option<String>,
    analyze: bool,
    why: bool,
    suggest: bool,
    check: bool,
    options: Options,
    file: Option<String>,
}

/// Why there is no answer, with the exit code.
enum Failure {
    /// The module is wrong.
    Module(String),
    /// The command line is wrong, or a file.
    Usage(String),
    /// None: somebody wants to know what there is.
    Help(String),
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.iter().any(|arg| matches!(arg.as_str(), "-h" | "-help" | "--help")) {
        print!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    match request(args).and_then(|request| run(&request)) {
        Ok(output) => match std::io::stdout().write_all(output.as_bytes()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::from(2),
        },
        Err(Failure::Help(text)) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(Failure::Module(message)) => {
            eprintln!("{}", message.trim_end());
            ExitCode::from(1)
        }
        Err(Failure::Usage(message)) => {
            eprintln!("outlive-opt: {}", message.trim_end());
            ExitCode::from(2)
        }
    }
}

fn request(args: Vec<String>) -> Result<Request, Failure> {
    let mut request = Request::default();
    // `-flag=value` is `-flag value`.
    let split = |arg: String| match arg.split_once('=') {
        Some((flag, value)) if arg.starts_with('-') => vec![flag.to_owned(), value.to_owned()],
        _ => vec![arg],
    };
    let mut args = args.into_iter().flat_map(split);
    while let Some(arg) = args.next() {
        let flag = arg.strip_prefix("--").or_else(|| arg.strip_prefix('-')).filter(|flag| !flag.is_empty());
        let mut value = || args.next().ok_or_else(|| Failure::Usage(format!("{arg} needs a value\n{USAGE}")));
        match flag {
            None if request.file.is_none() => request.file = Some(arg),
            None => return Err(Failure::Usage(format!("one file at a time\n{USAGE}"))),
            Some("passes") => {
                let names = value()?;
                if names == "help" {
                    return Err(Failure::Help(passes_help()));
                }
                request.passes = Some(opt::plan(&names).map_err(|error| Failure::Usage(format!("-passes: {error}")))?);
            }
            Some("verify") => request.verify = true,
            Some("print") => request.print = true,
            Some("why") => (request.why, request.analyze) = (true, true),
            Some("suggest") => (request.suggest, request.analyze) = (true, true),
            Some("check") => (request.check, request.analyze) = (true, true),
            Some("emit-image") => request.emit_image = Some(value()?),
            Some("model") => {
                let name = value()?;
                let names: Vec<&str> = Model::ALL.iter().map(|&(_, name)| name).collect();
                let unknown = || Failure::Usage(format!("unknown model {name}; there are {}", names.join(", ")));
                request.options.model = Model::by_name(&name).ok_or_else(unknown)?;
                request.analyze = true;
            }
            Some("closed") => request.options.closed = true,
            Some("threads") => {
                let number = value()?;
                let wrong = |_| Failure::Usage(format!("-threads {number}: not a number"));
                request.options.threads = number.parse().map_err(wrong)?;
            }
            Some("profile") => {
                let name = value()?;
                let unknown = || Failure::Usage(format!("unknown profile {name}"));
                request.options.profile = *Profile::by_name(&name).ok_or_else(unknown)?;
                request.analyze = true;
            }
            Some(_) => return Err(Failure::Usage(format!("unknown flag {arg}\n{USAGE}"))),
        }
    }
    if request.file.is_none() {
        return Err(Failure::Usage(format!("no file\n{USAGE}")));
    }
    if !request.verify && !request.print && request.emit_image.is_none() {
        // Passes that place storage need a model; naming one is asking for verdicts only if there is no such pass.
        let (passes, placing) = match &request.passes {
            Some(plan) => (true, plan.iter().any(|pass| pass.needs_verdicts())),
            None => (false, false),
        };
        request.print = passes && (placing || !request.analyze);
        request.analyze &= !placing;
        request.analyze |= !passes;
    }
    Ok(request)
}

fn run(request: &Request) -> Result<String, Failure> {
    let name = request.file.as_deref().unwrap_or("-");
    let mut module = load(name)?;
    if let Err(errors) = verify(&module) {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        return Err(Failure::Module(lines.join("\n")));
    }
    if let Some(plan) = &request.passes {
        let verdicts = |module: &Module| analyze(module, &request.options).verdicts;
        module = opt::run(module, plan, verdicts).map_err(|broken| Failure::Module(broken.to_string()))?;
    }
    if let Some(path) = &request.emit_image {
        std::fs::write(path, image::encode(&module)).map_err(|error| Failure::Usage(format!("{path}: {error}")))?;
    }
    let mut out = String::new();
    if request.print {
        out.push_str(&text::print(&module));
    }
    if request.analyze {
        if request.check {
            let (analysis, certificate) = analyze_certified(&module, &request.options);
            check(&module, &request.options, &analysis, &certificate)
                .map_err(|rejection| Failure::Module(format!("rejected: {rejection}")))?;
        }
        let (analysis, mut explainer) = analyze_explained(&module, &request.options);
        for verdict in analysis.verdicts.iter().filter(|v| v.flags & flags::SILENT == 0) {
            let _ = writeln!(out, "{}", verdict_line(&module, verdict));
            if request.why {
                why(&module, &mut explainer, verdict, &mut out);
            }
            if request.suggest
                && let Some(suggestions) = explainer.suggest(&module, &analysis, verdict.site)
            {
                suggestions.list.iter().for_each(|suggestion| suggest(&module, suggestion, &mut out));
            }
        }
    }
    Ok(out)
}

/// The passes, a line each.
fn passes_help() -> String {
    let mut out = String::new();
    for pass in opt::PASSES {
        let _ = writeln!(out, "{:<20} {}", pass.name, pass.doc);
        for (after, reason) in pass.not_after {
            let _ = writeln!(out, "{:<20} not after {after}: {reason}", "");
        }
    }
    out
}

fn load(name: &str) -> Result<Module, Failure> {
    let mut bytes = Vec::new();
    let read = if name == "-" {
        std::io::stdin().read_to_end(&mut bytes).map(|_| ())
    } else {
        std::fs::read(name).map(|content| bytes = content)
    };
    read.map_err(|error| Failure::Usage(format!("{name}: {error}")))?;
    if bytes.starts_with(&image::MAGIC_MODULE) {
        return image::decode(&bytes, &image::Limits::default())
            .map_err(|error| Failure::Module(format!("{name}: {error}")));
    }
    let source =
        String::from_utf8(bytes).map_err(|_| Failure::Module(format!("{name}: neither an image nor UTF-8 text")))?;
    text::parse(&source).map_err(|error| Failure::Module(format!("{name}:{error}")))
}

/// `main.go:3:8: s0 x (var): heap, returned to the caller`.
fn verdict_line(module: &Module, v: &Verdict) -> String {
    let site = &module.sites[v.site];
    let mut out = match v.pos.raw() {
        0 => format!("{}: ", module.str(module.funcs[v.func].name)),
        _ => format!("{}: ", module.display_pos(v.pos)),
    };
    let name = module.str(site.name);
    let space = if name.is_empty() { "" } else { " " };
    let _ = write!(out, "{}{space}{name} ({}): {}", v.site, site.kind.name(), v.placement.name());
    let dangles = if v.flags & flags::DANGLES != 0 { " (a pointer to it dangles)" } else { "" };
    let _ = write!(out, "{dangles}, {}", v.reason);
    if v.bound != 0 {
        let _ = write!(out, ", up to {} bytes", v.bound);
    }
    out
}

/// The path, a step a line.
fn why(module: &Module, explainer: &mut Explainer, v: &Verdict, out: &mut String) {
    let Some(explanation) = explainer.explain(module, v.site) else { return };
    for step in explanation.steps {
        let _ = writeln!(out, "    {}", step_line(module, step));
    }
}

/// What to change, a line each, and what it comes to.
fn suggest(module: &Module, suggestion: &Suggestion, out: &mut String) {
    for change in &suggestion.changes {
        let func = module.str(module.funcs[change.func].name);
        let _ = writeln!(out, "    {} in {func}: {}", change.edit.words(), step_line(module, change.step));
    }
    let more = match (suggestion.frees.len(), suggestion.complete) {
        (0, _) => String::new(),
        (n, true) => format!(", and so would {n} others"),
        (n, false) => format!(", and so would at least {n} others"),
    };
    let _ = writeln!(out, "        then {}{more}", suggestion.verdict.placement.name());
}

fn step_line(module: &Module, step: Step) -> String {
    let at = if step.pos == PosId::from_raw(0) { "-".into() } else { module.display_pos(step.pos) };
    let taken = match step.derefs {
        -1 => "the address of ".into(),
        0 => String::new(),
        n => "*".repeat(n.clamp(0, 8) as usize),
    };
    let (from, to) = (node(module, step.from), node(module, step.to));
    format!("{at}: {taken}{from} to {to}: {}", step.why.words())
}

fn node(module: &Module, node: Node) -> String {
    match node {
        Node::Site(site) => match module.str(module.sites[site].name) {
            "" => site.to_string(),
            name => name.into(),
        },
        Node::Param(func, n) => format!("parameter {n} of {}", module.str(module.funcs[func].name)),
        Node::Result(func, n) => format!("result {n} of {}", module.str(module.funcs[func].name)),
        Node::Temp(_) => "a value".into(),
        Node::Heap => "the heap".into(),
    }
}
