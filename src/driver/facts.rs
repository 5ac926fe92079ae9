//! Package facts: from the answers about one module to promises in another.
//!
//! What callers need to know of a function is its summary, and a summary carried to another module is a promise about a function
//! without a body. So there is nothing new for the models to understand: [`facts`] writes summaries down by symbol, with the hash of
//! the signature, and [`believe`] adds the promises that facts give for the external functions of a module.
//!
//! **Sound.** Facts hold for any caller only in an open world, and only under the rules that found them; made under another model,
//! profile, world or target they are refused. A function whose signature has another hash is not known. What several facts say of
//! one function holds together: the least of every flow. Model `gc` gives its callers exactly these summaries, so its verdicts are
//! those of one whole module; model `precise` knows more of functions it sees, and says of them here what the common words can
//! say: sound, and coarser.

use super::{Analysis, Options};
use crate::entity::FuncId;
use crate::entity::hash::FxHashMap;
use crate::escape::Model;
use crate::image::{FactFlow, Facts, Under};
use crate::ir::{Module, Promise, Signatures};
use std::fmt;

/// Facts were made under something else.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stale {
    /// Which facts, in the order given.
    pub number: usize,
    /// What differs: model, profile, limits, world or target.
    pub what: &'static str,
    /// What they were made under.
    pub made: String,
    /// What is asked for.
    pub wanted: String,
}

impl fmt::Display for Stale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { number, what, made, wanted } = self;
        write!(f, "facts {number} were made under {what} {made:?}, not {wanted:?}")
    }
}

impl std::error::Error for Stale {}

/// What facts came to in a module.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Believed {
    /// External functions that are known by facts.
    pub known: usize,
    /// External functions that are not, because facts about a function of that name are about another signature.
    pub refused: usize,
}

/// What analyses with these options make facts under.
fn under(options: &Options) -> Under {
    Under {
        model: options.model.name().into(),
        profile: options.profile.name.into(),
        limits: options.profile.numbers(),
        closed: options.closed && options.model == Model::Precise,
    }
}

/// The facts an analysis has found: of each function with a body, a name of its own and a parameter that holds pointers. Functions
/// nested in others have no callers elsewhere and are left out. `None` in a closed world: what holds there holds nowhere else.
#[must_use]
pub fn facts(module: &Module, options: &Options, analysis: &Analysis) -> Option<Facts> {
    let under = under(options);
    if under.closed {
        return None;
    }
    let name = |f: FuncId| module.str(module.funcs[f].name);
    let mut funcs: Vec<FuncId> = module.funcs.indices().collect();
    funcs.sort_by_key(|&f| name(f));
    let signatures = Signatures::of(module);
    let mut facts = Facts::new(module.target, under);
    for same in funcs.chunk_by(|&a, &b| name(a) == name(b)) {
        let &[func] = same else { continue };
        let row = &module.funcs[func];
        let summaries = analysis.summaries_of(func);
        if row.is_external() || row.parent.is_some() || summaries.is_empty() || name(func).is_empty() {
            continue;
        }
        let flows = summaries.iter().map(|s| {
            let [a, b, c, d, e] = s.leaks.results;
            FactFlow { param: s.param, flows: [s.leaks.heap, s.leaks.mutated, s.leaks.called, a, b, c, d, e] }
        });
        facts.push(name(func), signatures.hash(row.sig), flows);
    }
    Some(facts)
}

/// Adds to a module what facts promise of its functions without a body, save those it has promises about already.
///
/// # Errors
/// Facts made under something else than these options, or for another target. The module is as it was.
pub fn believe(module: &mut Module, options: &Options, facts: &[Facts]) -> Result<Believed, Stale> {
    let wanted = under(options);
    for (number, facts) in facts.iter().enumerate() {
        let made = &facts.under;
        let world = |closed: bool| if closed { "closed" } else { "open" }.to_owned();
        let (mine, theirs) = (module.target, facts.target);
        for (what, made, wanted) in [
            ("model", made.model.clone(), wanted.model.clone()),
            ("profile", made.profile.clone(), wanted.profile.clone()),
            ("limits", format!("{:?}", made.limits), format!("{:?}", wanted.limits)),
            ("world", world(made.closed), world(wanted.closed)),
            ("target", format!("{theirs:?}"), format!("{mine:?}")),
        ] {
            if made != wanted {
                return Err(Stale { number, what, made, wanted });
            }
        }
    }
    let mut known: FxHashMap<&str, Vec<(usize, usize)>> = FxHashMap::default();
    for (f, facts) in facts.iter().enumerate() {
        for (n, func) in facts.funcs().iter().enumerate() {
            known.entry(facts.symbol(func)).or_default().push((f, n));
        }
    }
    let signatures = Signatures::of(module);
    let (mut promises, mut believed) = (Vec::new(), Believed::default());
    for (id, func) in module.funcs.iter_enumerated().filter(|(_, func)| func.is_external()) {
        let Some(about) = known.get(module.str(func.name)) else { continue };
        let at = module.promises.partition_point(|p| p.func < id);
        if module.promises.get(at).is_some_and(|p| p.func == id) {
            continue;
        }
        let hash = signatures.hash(func.sig);
        let about = about.iter().map(|&(f, n)| (&facts[f], &facts[f].funcs()[n]));
        let mut flows: Vec<FactFlow> =
            about.filter(|(_, row)| row.signature == hash).flat_map(|(facts, row)| facts.flows(row)).copied().collect();
        if flows.is_empty() {
            believed.refused += 1;
            continue;
        }
        believed.known += 1;
        flows.sort_by_key(|flow| flow.param);
        flows.dedup_by(|next, kept| {
            let same = next.param == kept.param;
            if same {
                kept.flows.iter_mut().zip(next.flows).for_each(|(kept, next)| *kept = least(*kept, next));
            }
            same
        });
        let params = module.types.params(func.sig).len();
        let rows = flows.iter().filter(|flow| (flow.param as usize) < params);
        promises.extend(rows.map(|flow| Promise { func: id, param: flow.param, flows: flow.flows }));
    }
    module.promises.extend(promises);
    module.promises.sort_by_key(Promise::key);
    Ok(believed)
}

/// What holds if either may: 0 is "not at all".
fn least(a: u8, b: u8) -> u8 {
    match (a, b) {
        (0, n) | (n, 0) => n,
        (a, b) => a.min(b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::callgraph::Components;
    use crate::driver::analyze;
    use crate::entity::SiteId;
    use crate::fact::Extent;
    use crate::image::{decode_facts, encode_facts};
    use crate::ir::{EXTERNAL, Opcode, Run, verify};

    const LIBRARY: &str = "module \"lib\"
func lib.keep func(*int) {
b0(p: *int):
  g: **int = global_addr lib.g
  store g, p
  return
}
func lib.read func(*int) int {
b0(p: *int):
  v: int = load p
  return v
}
func lib.same func(*int) *int {
b0(p: *int):
  return p
}
global lib.g *int
";
    const CALLER: &str = "module \"m\"
func lib.keep func(*int)
func lib.read func(*int) int
func lib.same func(*int) *int
func main.main func() *int {
b0():
  a: *int = var \"a\"
  call lib.keep a
  b: *int = var \"b\"
  v: int = call lib.read b
  c: *int = var \"c\"
  d: *int = call lib.same c
  e: *int = var \"e\"
  f: *int = call lib.same e
  return f
}
";

    fn module(text: &str) -> Module {
        let module = crate::text::parse(text).expect("text");
        verify(&module).expect("correct");
        module
    }

    fn options(model: Model) -> Options {
        Options { model, ..Options::default() }
    }

    fn facts_of(module: &Module, options: &Options) -> Facts {
        let facts = facts(module, options, &analyze(module, options)).expect("an open world");
        let blob = encode_facts(&facts);
        assert_eq!(decode_facts(&blob), Ok(facts.clone()));
        facts
    }

    fn on_heap(module: &Module, options: &Options) -> Vec<String> {
        let name = |site: SiteId| module.str(module.sites[site].name).to_owned();
        analyze(module, options).verdicts.iter().filter(|v| v.is_heap()).map(|v| name(v.site)).collect()
    }

    #[test]
    fn a_caller_knows_what_the_library_does() {
        for model in [Model::Gc, Model::Precise] {
            let options = options(model);
            let facts = facts_of(&module(LIBRARY), &options);
            let mut caller = module(CALLER);
            assert_eq!(on_heap(&caller, &options), ["a", "b", "c", "e"]);
            let believed = believe(&mut caller, &options, std::slice::from_ref(&facts)).expect("the same");
            assert_eq!(believed, Believed { known: 3, refused: 0 });
            verify(&caller).expect("still correct");
            assert_eq!(on_heap(&caller, &options), ["a", "e"], "{model:?}");
            // Promises that are there already stay, and nothing is added twice.
            let before = caller.promises.clone();
            assert_eq!(believe(&mut caller, &options, &[facts]).expect("the same"), Believed::default());
            assert_eq!(caller.promises, before);
        }
    }

    #[test]
    fn another_signature_is_another_function() {
        let facts = facts_of(&module(LIBRARY), &options(Model::Gc));
        let mut caller =
            module(&CALLER.replace("lib.read func(*int) int", "lib.read func(*int) uint").replace("v: int", "v: uint"));
        let believed = believe(&mut caller, &options(Model::Gc), &[facts]).expect("the same");
        assert_eq!(believed, Believed { known: 2, refused: 1 });
        assert_eq!(on_heap(&caller, &options(Model::Gc)), ["a", "b", "e"]);
    }

    #[test]
    fn what_several_facts_say_holds_together() {
        let gc = options(Model::Gc);
        let honest = facts_of(&module(LIBRARY), &gc);
        let other =
            facts_of(
                &module(&LIBRARY.replace(
                    "  v: int = load p\n",
                    "  g: **int = global_addr lib.g\n  store g, p\n  v: int = load p\n",
                )),
                &gc,
            );
        for both in [[honest.clone(), other.clone()], [other, honest]] {
            let mut caller = module(CALLER);
            believe(&mut caller, &gc, &both).expect("the same");
            assert_eq!(on_heap(&caller, &gc), ["a", "b", "e"]);
        }
    }

    #[test]
    fn facts_of_something_else_are_stale() {
        let gc = options(Model::Gc);
        let good = facts_of(&module(LIBRARY), &gc);
        let stale = |change: &dyn Fn(&mut Facts)| {
            let mut facts = good.clone();
            change(&mut facts);
            let mut caller = module(CALLER);
            let error = believe(&mut caller, &gc, &[good.clone(), facts]).expect_err("stale");
            assert!(caller.promises.is_empty() && error.number == 1, "{error}");
            error.what
        };
        assert_eq!(stale(&|f| f.under.model = "precise".into()), "model");
        assert_eq!(stale(&|f| f.under.profile = "go1.25".into()), "profile");
        assert_eq!(stale(&|f| f.under.limits[0] = 1), "limits");
        assert_eq!(stale(&|f| f.under.closed = true), "world");
        assert_eq!(stale(&|f| f.target.pointer_size = 4), "target");
        let closed = Options { closed: true, ..options(Model::Precise) };
        let module = module(LIBRARY);
        assert_eq!(facts(&module, &closed, &analyze(&module, &closed)), None);
    }

    #[test]
    fn names_that_say_nothing_are_left_out() {
        let twice = LIBRARY.replace("lib.read", "lib.same");
        let facts = facts_of(&module(&twice), &options(Model::Gc));
        let symbols: Vec<&str> = facts.funcs().iter().map(|f| facts.symbol(f)).collect();
        assert_eq!(symbols, ["lib.keep"]);
    }

    /// A module without the bodies of half of its components, closures and those around them aside.
    fn halved(module: &Module, seed: usize) -> (Module, Vec<bool>) {
        let mut open: Vec<bool> = module.funcs.iter().map(|f| f.parent.is_none() && !f.is_external()).collect();
        for func in module.funcs.indices() {
            let body = module.body(func);
            for inst in body.insts.iter().filter(|i| matches!(i.op, Opcode::MakeClosure | Opcode::MethodValue)) {
                open[func.index()] = false;
                if let Some(entry) = open.get_mut(body.imms(inst)[0] as usize) {
                    *entry = false;
                }
            }
        }
        let (mut half, mut gone) = (module.clone(), vec![false; module.funcs.len()]);
        for (n, funcs) in Components::of(module).iter().enumerate() {
            if (n + seed).is_multiple_of(2) && funcs.iter().all(|f| open[f.index()]) {
                for &func in funcs {
                    gone[func.index()] = true;
                    let row = &mut half.funcs[func];
                    row.flags |= EXTERNAL;
                    (row.blocks, row.insts, row.values) = (Run::default(), Run::default(), Run::default());
                }
            }
        }
        (half, gone)
    }

    /// What is known by facts is known as if it were seen; returns how many verdicts were compared.
    fn compare(module: &Module, what: &str) -> usize {
        let mut compared = 0;
        for (model, seed) in [(Model::Gc, 0), (Model::Gc, 1), (Model::Precise, 0), (Model::Precise, 1)] {
            let options = options(model);
            let whole = analyze(module, &options);
            let facts = facts_of(module, &options);
            let (mut half, gone) = halved(module, seed);
            // Functions that share a name have no facts, and are unknown in one and seen in the other.
            let name = |f: FuncId| module.str(module.funcs[f].name);
            let known = |f: FuncId| module.funcs.indices().filter(|&g| name(g) == name(f)).count() == 1;
            if module.funcs.indices().any(|f| gone[f.index()] && !known(f)) {
                return 0;
            }
            believe(&mut half, &options, &[facts]).expect("the same");
            let part = analyze(&half, &options);
            for verdict in &part.verdicts {
                let seen = whole.verdict(verdict.site).expect("the same sites");
                let site = verdict.site;
                match model {
                    Model::Gc => assert_eq!(
                        (verdict.placement, verdict.extent, verdict.bound),
                        (seen.placement, seen.extent, seen.bound),
                        "{what}: {site}"
                    ),
                    _ => assert!(
                        verdict.extent == Extent::Program || seen.extent != Extent::Program,
                        "{what}: {site} is on the stack by facts, and on the heap where all is seen"
                    ),
                }
                compared += 1;
            }
        }
        compared
    }

    #[test]
    fn facts_stand_for_bodies() {
        let mut folders = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/filetests/escape")];
        let mut compared = 0;
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|e| e == "oir")
                    && let Ok(module) = crate::text::parse(&std::fs::read_to_string(&path).expect("text"))
                    && verify(&module).is_ok()
                {
                    compared += compare(&module, &path.display().to_string());
                }
            }
        }
        assert!(compared > 300, "{compared}");
    }

    #[cfg(feature = "lab")]
    #[test]
    fn facts_stand_for_bodies_of_generated_programs() {
        use crate::lab::r#gen::{Features, generate, random_bytes};
        let compared: usize =
            (0..300).map(|seed| compare(&generate(&random_bytes(seed), &Features::ALL), &format!("seed {seed}"))).sum();
        assert!(compared > 3000, "{compared}");
    }
}
