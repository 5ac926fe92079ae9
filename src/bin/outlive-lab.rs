//! The laboratory from the command line: soak runs, seeded faults, leads.

use outlive::driver::Model;
use outlive::ir::verify;
use outlive::lab::interp::Machine;
use outlive::lab::leads::Leads;
use outlive::lab::seeded;
use outlive::lab::trial::{Court, Finding, Tally};
use outlive::text;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

const USAGE: &str = "\
outlive-lab holds the analysis against programs it has never seen.

usage:
  outlive-lab soak [-seconds N | -programs N] [-seed S] [-threads T]
  outlive-lab faults [-seed S]
  outlive-lab leads FILE.oir...
  outlive-lab show SEED
  outlive-lab help

  soak    seeds every fault once, then tries generated programs: N seconds of them (60 unless given), or N programs.
          The last line sums up. Exit code 1 if anything was found or a fault was missed.
  faults  seeds every fault and prints who caught it, after how many programs.
  leads   runs programs without verdicts and prints, by reason, which heap sites no run needed on the heap.
  show    prints the program of a seed, and what its trial finds.
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match run(&args) {
        Ok(fine) => ExitCode::from(u8::from(!fine)),
        Err(message) => {
            eprintln!("outlive-lab: {message}\n\n{USAGE}");
            ExitCode::from(2)
        }
    }
}

fn run(args: &[String]) -> Result<bool, String> {
    let Some((command, rest)) = args.split_first() else { return Err("no command".into()) };
    match command.as_str() {
        "soak" => Ok(soak(&Soak::parse(rest)?)),
        "faults" => Ok(faults(Soak::parse(rest)?.seed, None)),
        "leads" => leads(rest),
        "show" => match rest {
            [seed] => show(seed.parse().map_err(|_| format!("{seed:?} is no seed"))?),
            _ => Err("show wants one seed".into()),
        },
        "help" => {
            print!("{USAGE}");
            Ok(true)
        }
        _ => Err(format!("unknown command {command:?}")),
    }
}

struct Soak {
    seconds: u64,
    programs: Option<u64>,
    seed: u64,
    threads: usize,
}

impl Soak {
    fn parse(args: &[String]) -> Result<Self, String> {
        let mut soak = Self {
            seconds: 60,
            programs: None,
            seed: 1,
            threads: std::thread::available_parallelism().map_or(1, usize::from),
        };
        for pair in args.chunks(2) {
            let [flag, value] = pair else { return Err(format!("{} wants a value", pair[0])) };
            let number: u64 = value.parse().map_err(|_| format!("{flag}: {value:?} is no number"))?;
            match flag.as_str() {
                "-seconds" => soak.seconds = number,
                "-programs" => soak.programs = Some(number),
                "-seed" => soak.seed = number,
                "-threads" => soak.threads = usize::try_from(number).unwrap_or(1).clamp(1, 256),
                _ => return Err(format!("unknown flag {flag:?}")),
            }
        }
        Ok(soak)
    }
}

/// Seeds every fault and prints the table; whether none was missed.
fn faults(seed: u64, until: Option<Instant>) -> bool {
    let rows = seeded::seed_all(seed, until);
    print!("{}", seeded::table(&rows));
    !rows.iter().any(seeded::Caught::missed)
}

fn soak(options: &Soak) -> bool {
    let start = Instant::now();
    let budget = Duration::from_secs(options.seconds);
    // The table takes a few seconds; what it may take at most is half of the time.
    let none_missed = faults(options.seed, options.programs.is_none().then(|| start + budget / 2));
    let next = AtomicU64::new(0);
    let (total, shown) = (Mutex::new(Tally::default()), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for _ in 0..options.threads {
            scope.spawn(|| {
                let mut court = Court::new();
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    let over = match options.programs {
                        Some(programs) => n >= programs,
                        None => n > 0 && start.elapsed() >= budget,
                    };
                    if over {
                        break;
                    }
                    let seed = options.seed.wrapping_add(n);
                    let found = court.try_program(&Court::program(seed), seed);
                    if !found.is_empty() && shown.fetch_add(1, Ordering::Relaxed) < 20 {
                        report(seed, &found);
                    }
                }
                total.lock().unwrap_or_else(PoisonError::into_inner).add(&court.tally);
            });
        }
    });
    let total = total.into_inner().unwrap_or_else(PoisonError::into_inner);
    let models: Vec<&str> = Model::ALL.iter().map(|(_, name)| *name).collect();
    println!(
        "models {}: median {} objects a run, {:.1}% of the stack verdicts exercised, {:.1}% of sites below the program, {:.1}% of programs cut short, {} promoted, {:.0} programs a second",
        models.join(", "),
        total.median_objects(),
        total.exercised_percent(),
        total.below_percent(),
        100.0 * total.cut_short as f64 / total.programs.max(1) as f64,
        total.promoted,
        total.programs as f64 / start.elapsed().as_secs_f64(),
    );
    println!(
        "programs={} objects={} instructions={} violations={}",
        total.programs, total.objects, total.instructions, total.violations
    );
    none_missed && total.violations == 0
}

fn report(seed: u64, found: &[Finding]) {
    let mut text = format!("seed {seed}: {} found; `outlive-lab show {seed}` prints the program\n", found.len());
    for finding in found.iter().take(3) {
        text += &format!("  {finding}\n");
    }
    eprint!("{text}");
}

fn leads(files: &[String]) -> Result<bool, String> {
    let (mut leads, mut machine) = (Leads::default(), Machine::new());
    for file in files {
        let source = std::fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?;
        let module = text::parse(&source).map_err(|error| format!("{file}: {error}"))?;
        verify(&module).map_err(|errors| format!("{file}: {}", errors[0]))?;
        leads.add(&module, &mut machine);
    }
    print!("{leads}");
    Ok(true)
}

fn show(seed: u64) -> Result<bool, String> {
    let module = Court::program(seed);
    print!("{}", text::print(&module));
    let found = Court::new().try_program(&module, seed);
    for finding in &found {
        println!("// {finding}");
    }
    Ok(found.is_empty())
}
