//! What must hold of any bytes as package facts: the body of a test and of a fuzz target.

use outlive::driver::{self, Options};
use outlive::image::{Facts, Under, decode_facts, encode_facts};
use outlive::ir::{Module, Target, verify};
use outlive::profile::Profile;

/// A module whose functions without a body the facts of [`good`] are about.
pub fn caller() -> Module {
    let text = "module \"m\"\nfunc lib.keep func(*int)\nfunc lib.same func(*int, int) *int\nfunc main.main func() {\nb0():\n\
                \x20 a: *int = var \"a\"\n  call lib.keep a\n  n: int = const_int 1\n  b: *int = call lib.same a, n\n  return\n}\n";
    outlive::text::parse(text).expect("text")
}

/// Facts about a library, under the default options.
pub fn good() -> Facts {
    let text = "module \"lib\"\nfunc lib.keep func(*int) {\nb0(p: *int):\n  return\n}\nfunc lib.same func(*int, int) *int {\n\
                b0(p: *int, n: int):\n  return p\n}\n";
    let module = outlive::text::parse(text).expect("text");
    let options = Options::default();
    driver::facts(&module, &options, &driver::analyze(&module, &options)).expect("an open world")
}

/// Facts about nothing, for another target.
pub fn empty() -> Facts {
    let limits = Profile::default().numbers();
    let under = Under { model: "gc".into(), profile: "go1.26".into(), limits, closed: false };
    Facts::new(Target { pointer_size: 4, max_align: 8 }, under)
}

/// Bytes are facts or are not; facts are written back as they were read, and leave a module correct.
pub fn check(blob: &[u8]) -> bool {
    let Ok(facts) = decode_facts(blob) else { return false };
    assert_eq!(decode_facts(&encode_facts(&facts)).as_ref(), Ok(&facts));
    let mut module = caller();
    let _ = driver::believe(&mut module, &Options::default(), &[facts]);
    verify(&module).expect("promises of facts are fine");
    let _ = driver::analyze(&module, &Options::default());
    true
}
