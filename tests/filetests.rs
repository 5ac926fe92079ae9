//! Tests in the readable form: `tests/filetests/**/*.oir`.
//!
//! A file begins with comments that say what to do, one line a test; what is expected stands as a comment after the line it is
//! about, or anywhere for expectations that name their entity:
//!
//! - `; test: roundtrip`: parsing and printing come to rest after one round, and the image says the same. Every file that
//!   parses is held to this, whatever else it tests.
//! - `; test: canonical`: the file without its comments is what the printer writes.
//! - `; test: verify`: the verifier says exactly the `; error: …` lines; without any the module is correct.
//! - `; test: parse`: the parser says the `; error: …` line, without its position in the file.
//! - `; test: cfg`: every block's depth and immediate dominator, `; check: f0.b1 depth 2 idom b0`.
//! - `; test: escape model=gc`: the verdict on every site that is not silent, `; check: s0 heap returned`; with `summaries` also
//!   every parameter's, `; check: f0.p1 heap=0 result0=1`. A file with tests of several models names the model where they
//!   differ: `; check gc: s0 stack local`.
//! - `; test: suggest model=gc`: what can be done for every site on the heap, `; check suggest: s0 return_value f0.i2 -> stack`: the
//!   changes with their functions and instructions, the placement afterwards, and which other sites that frees.
//! - `; test: opt passes=mem2reg,dce`: what the passes write are the `; out: …` lines at the end of the file, or why the order is
//!   refused; what they write is verified, and goes through text and image as every module does.
//!
//! With `OUTLIVE_BLESS=1` expectations are written instead of compared; read the difference before you commit it.

#[path = "filetests/runner/actual.rs"]
mod actual;
#[path = "filetests/runner/file.rs"]
mod file;

use file::{Command, TestFile};
use libtest_mimic::{Arguments, Failed, Trial};
use outlive::driver::{Options, analyze};
use outlive::image;
use outlive::ir::{Module, verify};
use outlive::opt;
use outlive::text::{parse, print};
use std::path::{Path, PathBuf};

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/filetests");
    let mut paths = Vec::new();
    collect(&root, &mut paths);
    paths.sort();
    let bless = std::env::var_os("OUTLIVE_BLESS").is_some_and(|value| value == "1");
    let mut trials = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("a test file is readable");
        let name = path.strip_prefix(&root).unwrap_or(&path).display().to_string();
        let file = TestFile::new(&text);
        if bless {
            let blessed = bless_file(&file);
            if blessed != text {
                std::fs::write(&path, blessed).expect("a test file is writable");
            }
            continue;
        }
        let mut commands = file.commands.clone();
        if !commands.iter().any(|c| matches!(c, Command::Parse | Command::Roundtrip)) {
            commands.push(Command::Roundtrip);
        }
        if file.commands.is_empty() {
            let error = format!("{name} has no `; test:` line");
            trials.push(Trial::test(name.clone(), move || Err(Failed::from(error))));
        }
        for command in commands {
            let (path, file) = (path.clone(), file.clone());
            trials.push(Trial::test(format!("{name} {command}"), move || {
                run(&file, &command, &path).map_err(Failed::from)
            }));
        }
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn collect(dir: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).expect("the corpus is readable") {
        let path = entry.expect("the corpus is readable").path();
        if path.is_dir() {
            collect(&path, out);
        } else if path.extension().is_some_and(|ext| ext == "oir") {
            out.push(path);
        }
    }
}

fn module(file: &TestFile) -> Result<Module, String> {
    parse(&file.text).map_err(|error| error.to_string())
}

fn run(file: &TestFile, command: &Command, path: &Path) -> Result<(), String> {
    let result = match command {
        Command::Parse => {
            let error = parse(&file.text).err().ok_or("the text is accepted")?;
            compare(&file.errors(), &[format!("{}: {}", error.col, error.message)])
        }
        Command::Roundtrip => roundtrip(&module(file)?),
        Command::Canonical => match print(&module(file)?) {
            printed if printed == file.uncommented() => Ok(()),
            printed => Err(format!("the printer writes\n{printed}")),
        },
        Command::Verify => compare(&file.errors(), &actual::errors(&module(file)?)),
        Command::Opt { passes } => {
            let module = module(file)?;
            correct(&module)?;
            if let Ok(plan) = opt::plan(passes) {
                let after = opt::run(module.clone(), &plan, |module| analyze(module, &Options::default()).verdicts);
                roundtrip(&after.map_err(|broken| broken.to_string())?)?;
            }
            let (want, got) = (file.output(), actual::output(module, passes));
            if want == got { Ok(()) } else { Err(format!("the passes write\n{}", got.join("\n"))) }
        }
        Command::Cfg | Command::Escape { .. } | Command::Suggest { .. } => {
            let module = module(file)?;
            correct(&module)?;
            let actual = actual::checks(&module, command);
            compare(&file.checks(command), &actual)
        }
    };
    result.map_err(|message| format!("{}\n{message}", path.display()))
}

fn correct(module: &Module) -> Result<(), String> {
    verify(module).map_err(|errors| {
        let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
        format!("the module is wrong:\n{}", errors.join("\n"))
    })
}

/// The expectations must be the answers, in any order; an expectation may leave words off at its end.
fn compare(expected: &[String], actual: &[String]) -> Result<(), String> {
    let fits = |want: &String, got: &String| got == want || got.starts_with(&format!("{want} "));
    let missing: Vec<_> = expected.iter().filter(|want| !actual.iter().any(|got| fits(want, got))).collect();
    let surplus: Vec<_> = actual.iter().filter(|got| !expected.iter().any(|want| fits(want, got))).collect();
    if missing.is_empty() && surplus.is_empty() {
        return Ok(());
    }
    let list = |lines: Vec<&String>| lines.iter().map(|line| format!("    {line}\n")).collect::<String>();
    Err(format!("expected but not so:\n{}so but not expected:\n{}", list(missing), list(surplus)))
}

fn roundtrip(module: &Module) -> Result<(), String> {
    let once = print(module);
    let again = parse(&once).map_err(|error| format!("the printed text is refused: {error}\n{once}"))?;
    let twice = print(&again);
    if once != twice {
        return Err(format!("printing again differs:\n{once}\n---\n{twice}"));
    }
    // A wrong module has no image worth comparing.
    if verify(&again).is_ok() {
        let encoded = image::encode(&again);
        let decoded = image::decode(&encoded, &image::Limits::default()).map_err(|error| error.to_string())?;
        if print(&decoded) != once {
            return Err(format!("the image says something else:\n{}\n---\n{once}", print(&decoded)));
        }
        if image::encode(&decoded) != encoded {
            return Err("the image of the decoded module differs".into());
        }
    }
    Ok(())
}

/// The file with what is so in the place of what is expected.
fn bless_file(file: &TestFile) -> String {
    let mut blessed = file.clone();
    for command in &file.commands {
        match command {
            Command::Parse => {
                if let Err(error) = parse(&file.text) {
                    blessed.expect_error(error.line as usize - 1, &format!("{}: {}", error.col, error.message));
                }
            }
            Command::Verify => {
                if let Ok(module) = module(file)
                    && let Err(errors) = verify(&module)
                {
                    for error in errors {
                        let at = (error.func.get(), error.inst.get());
                        blessed.expect_error(file.line_of_inst(at.0, at.1), &error.to_string());
                    }
                }
            }
            Command::Cfg | Command::Escape { .. } | Command::Suggest { .. } => {
                if let Ok(module) = module(file)
                    && verify(&module).is_ok()
                {
                    blessed.expect_checks(command, &actual::checks(&module, command));
                }
            }
            Command::Opt { passes } => {
                if let Ok(module) = module(file)
                    && verify(&module).is_ok()
                {
                    blessed.expect_output(actual::output(module, passes));
                }
            }
            Command::Roundtrip | Command::Canonical => {}
        }
    }
    blessed.written()
}
