//! `outlive-opt` as a process: what it writes where, and its exit codes.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

const TEXT: &str = "\
module \"main\"
func main.f func(**int) *int @main.go:3:6 {
b0(v0: **int):
  v1: *int = var s0 \"x\" @4:2
  v2: *int = new s1 \"new(int)\" @5:7
  store v0, v2 @5:7
  return v1 @6:2
}
";

fn run(args: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_outlive-opt"))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    // A refused command line ends it before it has read anything.
    let _ = child.stdin.take().expect("piped").write_all(input.as_bytes());
    child.wait_with_output().expect("it ends")
}

fn parts(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn verdicts_with_and_without_their_paths() {
    let (code, out, err) = parts(&run(&["-"], TEXT));
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert_eq!(
        out,
        "main.go:4:2: s0 x (var): heap, returned to the caller\n\
         main.go:5:7: s1 new(int) (new): heap, stored through a pointer\n"
    );
    let (_, why, _) = parts(&run(&["-why", "-"], TEXT));
    assert!(why.contains("\n    main.go:6:2: the address of x to result 0 of main.f: returned\n"), "{why}");
    assert_eq!(parts(&run(&["-check", "-"], TEXT)), (Some(0), out, String::new()));
    let (_, textbook, _) = parts(&run(&["--model", "textbook", "-"], TEXT));
    assert!(textbook.contains("its address is returned"), "{textbook}");
}

#[test]
fn text_to_image_and_back() {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("opt.oiri");
    let image = path.to_str().expect("UTF-8");
    let (code, printed, _) = parts(&run(&["-print", "-emit-image", image, "-"], TEXT));
    assert_eq!(code, Some(0));
    assert_eq!(parts(&run(&["-print", image], "")), (Some(0), printed, String::new()));
    assert_eq!(parts(&run(&["-verify", image], "")), (Some(0), String::new(), String::new()));
}

#[test]
fn exit_codes_tell_a_wrong_module_from_a_wrong_command() {
    let (code, out, err) = parts(&run(&["-"], "func f func() {\nb0:\n  lood\n}"));
    assert_eq!((code, out.as_str(), err.as_str()), (Some(1), "", "-:3:3: unknown opcode `lood`\n"));
    let (code, _, err) = parts(&run(&["-verify", "-"], "func f func() int {\nb0:\n  return\n}"));
    assert_eq!(code, Some(1));
    assert_eq!(err, "f0 f, b0, i0 return: returns 0 values; the signature has 1 results\n");
    for args in [&["-frob", "-"][..], &[], &["a", "b"], &["-model", "best", "-"], &["/nonexistent/x.oir"]] {
        let (code, out, err) = parts(&run(args, TEXT));
        assert_eq!((code, out.as_str()), (Some(2), ""), "{args:?}");
        assert!(err.starts_with("outlive-opt: "), "{err}");
    }
    let (code, _, err) = parts(&run(&["-"], "OUTL and then nothing"));
    assert!(code == Some(1) && err.starts_with("-: "), "{err}");
}

#[test]
fn the_number_of_threads_changes_nothing() {
    // Enough of it that several threads are worth their while.
    let mut text = String::from("module \"main\"\n");
    for n in 0..9000 {
        let body = TEXT.split_once('\n').expect("a line of its own for the module").1;
        text += &body
            .replace("main.f", &format!("main.f{n}"))
            .replace(" s0 ", &format!(" s{} ", 2 * n))
            .replace(" s1 ", &format!(" s{} ", 2 * n + 1));
    }
    let (code, one, err) = parts(&run(&["-"], &text));
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert_eq!(one.lines().filter(|line| line.contains("new(int)")).count(), 9000);
    for threads in ["1", "4", "0"] {
        assert_eq!(
            parts(&run(&["-threads", threads, "-"], &text)),
            (code, one.clone(), err.clone()),
            "{threads} threads"
        );
    }
    let (code, _, err) = parts(&run(&["-threads", "many", "-"], TEXT));
    assert_eq!(code, Some(2), "{err}");
}

#[test]
fn passes_run_in_the_order_given() {
    let text = "module \"main\"\nfunc f func(int) int {\nb0(v0: int):\n  v1: *int = var s0 \"x\"\n  store v1, v0\n  \
                v2: int = load v1\n  v3: int = binary add v2, v2\n  return v2\n}\n";
    let (code, out, err) = parts(&run(&["-passes=mem2reg,dce", "-"], text));
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(out.contains("site s0 f var int \"x\"\n") && out.contains("b0(v0: int):\n  return v0\n}"), "{out}");
    // In two words, and with another form of output.
    assert_eq!(parts(&run(&["-passes", "mem2reg,dce", "-verify", "-"], text)), (Some(0), String::new(), String::new()));
    // Verdicts are about what the passes have made: of a variable that is none any more there is none.
    assert_eq!(
        parts(&run(&["-passes", "mem2reg", "-model", "gc", "-"], text)),
        (Some(0), String::new(), String::new())
    );
    let (code, out, _) = parts(&run(&["-passes=promote", "-model=textbook", "-"], TEXT));
    assert_eq!(code, Some(0));
    assert!(out.contains("var s0 \"x\" {placement=5}"), "{out}");
}

#[test]
fn passes_that_cannot_be_are_refused() {
    let (code, out, err) = parts(&run(&["-passes", "mem2reg,promote,scalar-replacement", "-"], TEXT));
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(err.contains("scalar-replacement cannot run after promote: "), "{err}");
    let (code, _, err) = parts(&run(&["-passes=", "-"], TEXT));
    assert!(code == Some(2) && err.contains("unknown pass ``; there are capture-by-value, "), "{err}");
    let (code, out, _) = parts(&run(&["-passes", "help"], ""));
    assert_eq!(code, Some(0));
    assert!(outlive::opt::PASSES.iter().all(|pass| out.contains(pass.name) && out.contains(pass.doc)), "{out}");
}
