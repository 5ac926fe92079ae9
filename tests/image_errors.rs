//! Every way an image can be refused: one field is corrupted, and the error names the section, the place and what is wrong.

mod image_support;

use ImageErrorKind::{BadUtf8, Limit, Malformed, NewerVersion, UnknownCriticalSection, UnknownOpcode};
use image_support::layout::{at, fix_hashes, section, set, word};
use outlive::entity::{BlockId, FuncId, GlobalId, Opt, PosId, SiteId};
use outlive::image::{ImageErrorKind, Limits, decode, encode};
use outlive::ir::{BodyBuilder, Entity, ModuleBuilder, Opcode, Reloc, SiteKind, Target, TypeKind, attr};

/// Types of the module below.
const PTR: usize = 1;
const STRUCT: usize = 3;
const NAMED: usize = 4;
const IFACE: usize = 5;
const TPARAM: usize = 6;
const ARRAY: usize = 8;

/// Function 0 has the body whose words `BODY_*` count, function 1 a body of one instruction, function 2 none.
fn image() -> Vec<u8> {
    let mut m = ModuleBuilder::new("größe", Target::default());
    let file = m.file("a.go");
    let pos = m.pos(file, 1, 1);
    let int = m.basic(TypeKind::Int);
    let ptr = m.ptr(int);
    let sig = m.func_type(&[int], &[], false);
    let record = m.struct_type(16, &[("x", int, 0), ("p", ptr, 8)]);
    let (pkg, method) = (m.str("p").raw(), m.str("M").raw());
    m.ty(TypeKind::Named, record.raw(), 1, 0, &[pkg, pkg, int.raw(), method, 1, 0]);
    let iface = m.interface(&[("M", sig)]);
    m.ty(TypeKind::TypeParam, iface.raw(), 0, 0, &[pkg]);
    m.ty(TypeKind::Opaque, 8, 0, 0, &[8]);
    m.array(record, 2);
    m.global("g", record, pos);
    let [f, g, _] = [(); 3].map(|()| m.func("f", sig, pos));
    m.free_vars(g, &[int]);
    let site = m.site(SiteKind::Var, int, f, pos, "x");
    let copy = m.site(SiteKind::Var, int, f, pos, "y");
    m.site_mut(copy).parent = Opt::from(site);

    let mut b = BodyBuilder::new();
    b.at(pos);
    let entry = b.block(&[int]);
    let end = b.block(&[]);
    b.switch_to(entry);
    let param = b.param(entry, 0);
    let c = b.emit(Opcode::ConstInt, 0, &[], &[7, 0], &[int]);
    let v = b.emit(Opcode::Var, site.raw(), &[], &[], &[ptr]);
    let (c, v) = (b.result(c, 0), b.result(v, 0));
    b.emit(Opcode::Store, 0, &[v, c], &[], &[]);
    let branch = b.emit(Opcode::Branch, 0, &[param], &[end.raw(), end.raw()], &[]);
    b.attr(branch, attr::TARGET, 1);
    b.switch_to(end);
    b.emit(Opcode::Return, 0, &[], &[], &[]);
    m.body(f, b);
    m.func_mut(f).recover = Opt::from(end);

    let mut b = BodyBuilder::new();
    b.block(&[int]);
    b.emit(Opcode::Unreachable, 0, &[], &[], &[]);
    m.body(g, b);
    m.func_mut(g).parent = Opt::from(f);

    m.attr(Entity::Site, attr::DEPTH, 1, 2);
    m.attr(Entity::Func, attr::SYNTACTIC_DEPTH, 0, 1);
    let mut m = m.finish().expect("the types are well-formed");
    m.data = vec![0; 16];
    let row = &mut m.globals[GlobalId::from_raw(0)];
    (row.data_off, row.data_len) = (0, 16);
    m.relocs.push(Reloc { global: GlobalId::from_raw(0), offset: 8, kind: 0, target: 0, addend: 0 });
    assert_eq!(m.sites.len(), SiteId::from_raw(2).index());
    assert_eq!(m.funcs[FuncId::from_raw(0)].recover, Opt::from(BlockId::from_raw(1)));
    assert_eq!(m.positions.len(), PosId::from_raw(2).index());
    encode(&m)
}

// Words of the first body.
const BODY_PARAM_TYPE: usize = 5;
const BODY_CONST: usize = 6;
const BODY_VAR: usize = 12;
const BODY_STORE: usize = 16;
const BODY_BRANCH: usize = 20;
const BODY_END: usize = 27;

/// Decodes and checks the error; `at` is where it must point.
fn refuses(image: &[u8], kind: ImageErrorKind, name: &str, offset: usize, message: &str) {
    let error = decode(image, &Limits::default()).map(drop).expect_err(message);
    let line = error.to_string();
    assert!(error.message.contains(message), "{line}; expected {message}");
    assert_eq!((error.kind, error.section_name, error.offset), (kind, name, offset as u64), "{line}");
    assert!(line.starts_with("image: ") && !line.contains('\n'), "{line}");
}

/// Corrupts a word of a row.
fn row(id: u32, row: usize, column: usize, value: u32, name: &str, message: &str) {
    let mut image = image();
    let at = at(&image, id, row, column);
    assert_ne!(word(&image, at), value, "{message}: nothing is corrupted");
    set(&mut image, at, value);
    refuses(&image, Malformed, name, at, message);
}

/// Corrupts a word of the first body; the error points to word `points`.
fn code(index: usize, value: u32, points: usize, message: &str) {
    let mut image = image();
    corrupt_code(&mut image, index, value);
    refuses(&image, Malformed, "bodies", at(&image, 12, 0, points), message);
}

fn corrupt_code(image: &mut [u8], index: usize, value: u32) -> usize {
    let at = at(image, 12, 0, index);
    assert_ne!(word(image, at), value, "nothing is corrupted");
    set(image, at, value);
    let (funcs, bodies) = (section(image, 11), section(image, 12));
    fix_hashes(image, funcs, bodies);
    at
}

/// A head word.
fn head(op: Opcode, results: u32, args: u32) -> u32 {
    op as u32 | results << 8 | args << 16
}

#[test]
fn promises() {
    let mut m = ModuleBuilder::new("promises", Target::default());
    let int = m.basic(TypeKind::Int);
    let ptr = m.ptr(int);
    let sig = m.func_type(&[int, ptr], &[], false);
    let [f, external] = [(); 2].map(|()| m.func("f", sig, PosId::from_raw(0)));
    let mut b = BodyBuilder::new();
    b.block(&[int, ptr]);
    b.emit(Opcode::Return, 0, &[], &[], &[]);
    m.body(f, b);
    m.promise(external, 1, [1, 0, 0, 2, 0, 0, 0, 0]);
    m.promise(external, 0, [0; 8]);
    let base = encode(&m.finish().expect("the types are well-formed"));
    let row = |row: usize, column: usize, value: u32, points: usize, message: &str| {
        let mut image = base.clone();
        set(&mut image, at(&base, 15, row, column), value);
        refuses(&image, Malformed, "promises", at(&base, 15, row, points), message);
    };
    row(0, 0, 9, 0, "function f9 does not exist");
    row(0, 0, 0, 0, "f0 has a body");
    row(1, 1, 2, 1, "parameter 2 does not exist");
    row(1, 1, 0, 0, "promised of twice");
    let mut unsorted = base.clone();
    set(&mut unsorted, at(&base, 15, 0, 1), 1);
    set(&mut unsorted, at(&base, 15, 1, 1), 0);
    refuses(&unsorted, Malformed, "promises", at(&base, 15, 1, 0), "not sorted");
    let mut skipped = base.clone();
    set(&mut skipped, section(&base, 15).entry_at, 77);
    let module = decode(&skipped, &Limits::default()).expect("the section is not critical");
    assert!(module.promises.is_empty(), "without them the function is unknown");
}

#[test]
fn the_uncorrupted_image_decodes() {
    let image = image();
    let module = decode(&image, &Limits::default()).expect("well-formed");
    assert_eq!(encode(&module), image);
    assert_eq!(module.num_insts(), 6);
}

#[test]
fn headers() {
    let base = image();
    let byte = |at: usize, value: u8, kind, message: &str| {
        let mut image = base.clone();
        image[at] = value;
        refuses(&image, kind, "header", at, message);
    };
    byte(0, b'X', Malformed, "does not begin with OUTL");
    byte(4, 2, NewerVersion, "version 2 is newer than 1");
    byte(4, 0, Malformed, "version 0 never existed");
    byte(8, 3, Malformed, "pointers of 3 bytes");
    byte(9, 1, Malformed, "byte order 1");
    byte(10, 3, Malformed, "not a power of two");
    byte(11, 1, Malformed, "reserved");
    refuses(&base[..31], Malformed, "header", 0, "31 bytes are too few");
    refuses(&[], Malformed, "header", 0, "0 bytes are too few");
    let mut newer_minor = base.clone();
    newer_minor[6] = 7;
    assert!(decode(&newer_minor, &Limits::default()).is_ok(), "a newer minor version is readable");
}

#[test]
fn section_tables() {
    let base = image();
    let entry = |id: u32, word: usize, value: u32, kind, name: &str, message: &str| {
        let mut image = base.clone();
        let at = section(&image, id).entry_at + word * 4;
        set(&mut image, at, value);
        refuses(&image, kind, name, at, message);
    };
    let mut many = base.clone();
    set(&mut many, 12, 1 << 30);
    refuses(&many, Malformed, "section table", 12, "1073741824 sections, but the image has room for");
    entry(10, 0, 77, UnknownCriticalSection, "unknown", "section 77 is critical and unknown");
    entry(10, 0, 9, Malformed, "relocs", "the section is there twice");
    entry(10, 2, section(&base, 10).offset as u32 + 4, Malformed, "sites", "not a multiple of 8");
    entry(10, 2, section(&base, 9).offset as u32, Malformed, "sites", "before the end");
    entry(10, 2, 0, Malformed, "sites", "before the end");
    entry(10, 6, 3, Malformed, "sites", "3 entries of 36 bytes do not make 72 bytes");

    entry(10, 8, 32, Malformed, "sites", "entries of 32 bytes; this version's have 36");
    entry(10, 8, 38, Malformed, "sites", "entries of 38 bytes");
    entry(12, 8, 8, Malformed, "bodies", "entries of 8 bytes; this version's have 4");
    entry(10, 9, 1, Malformed, "sites", "the reserved word");
    for (high_word, message) in [(3, "spans 72 bytes from 0x100000"), (5, "spans 4294967368 bytes")] {
        let mut image = base.clone();
        let at = section(&image, 10).entry_at;
        set(&mut image, at + high_word * 4, 1);
        refuses(&image, Malformed, "sites", at + 8, message);
    }
    let mut missing = base.clone();
    let at = section(&base, 10).entry_at;
    set(&mut missing, at, 77);
    set(&mut missing, at + 4, 0);
    refuses(&missing, Malformed, "sites", 32, "the section is missing");
    for length in 32..base.len() {
        let error = decode(&base[..length], &Limits::default()).map(drop).expect_err("truncated");
        assert!(error.offset <= base.len() as u64, "{error}");
    }
}

#[test]
fn sections_unknown_and_not_critical_are_skipped_and_rows_may_be_longer() {
    let base = image();
    let attrs = section(&base, 13);
    let mut unknown = base.clone();
    set(&mut unknown, attrs.entry_at, 77);
    let module = decode(&unknown, &Limits::default()).expect("the attributes are optional");
    assert!(module.attrs.rows().is_empty());

    let mut longer = base.clone();
    let row = section(&base, 14);
    longer.extend([0; 8]);
    for (word, value) in [(4, 12), (8, 12)] {
        set(&mut longer, row.entry_at + word * 4, value);
    }
    decode(&longer, &Limits::default()).expect("the module's row has a word more");
}

#[test]
fn strings() {
    let mut utf8 = image();
    let at_byte = section(&utf8, 1).offset + 2;
    assert_eq!(utf8[at_byte], 0xc3, "the ö of größe");
    utf8[at_byte] = 0xff;
    refuses(&utf8, BadUtf8, "string bytes", at_byte, "not UTF-8");
    let mut split = image();
    let at_row = at(&split, 2, 1, 0);
    set(&mut split, at_row + 4, 3);
    refuses(&split, BadUtf8, "strings", at_row, "splits a character at byte 3");
    row(2, 2, 0, 1 << 20, "strings", "lies outside the");
    row(2, 2, 0, u32::MAX, "strings", "lies outside the");
    row(2, 0, 1, 1, "strings", "row 0 is the empty string");
    let mut shared = image();
    let blob = section(&shared, 1).length as u32;
    for r in [3, 4] {
        let at = at(&shared, 2, r, 0);
        set(&mut shared, at, 0);
        set(&mut shared, at + 4, blob);
    }
    refuses(&shared, Malformed, "strings", at(&image(), 2, 3, 1), "share some of");
    row(3, 0, 0, 99, "files", "string str99 does not exist (there are");
    row(14, 0, 0, 99, "module", "string str99 does not exist");
    row(14, 0, 1, 99, "module", "string str99 does not exist");
}

#[test]
fn positions() {
    row(4, 1, 0, 1, "positions", "file file1 does not exist (there is 1)");
    row(4, 0, 0, 1, "positions", "row 0 is \"no position\"");
}

#[test]
fn types() {
    let lists = |ty: usize, index: usize, value: u32, message: &str| {
        let mut image = image();
        let off = word(&image, at(&image, 5, ty, 4)) as usize;
        let at_list = at(&image, 6, off + index, 0);
        set(&mut image, at_list, value);
        refuses(&image, Malformed, "type lists", at_list, message);
    };
    row(5, PTR, 0, 99, "types", "type kind 99 does not exist");
    row(5, STRUCT, 4, 1 << 20, "types", "lies outside the");
    lists(STRUCT, 0, 99, "string str99 does not exist");
    lists(NAMED, 0, 99, "string str99 does not exist");
    lists(NAMED, 1, 99, "string str99 does not exist");
    lists(NAMED, 3, 99, "string str99 does not exist");
    lists(NAMED, 4, 3, "function f3 does not exist (there are 3)");
    lists(IFACE, 0, 99, "string str99 does not exist");
    lists(TPARAM, 0, 99, "string str99 does not exist");
    // What the type table itself checks is reported at the type's row.
    let finish = |ty: usize, column: usize, value: u32, message: &str| {
        let mut image = image();
        let at_word = at(&image, 5, ty, column);
        set(&mut image, at_word, value);
        refuses(&image, Malformed, "types", at(&image, 5, ty, 0), message);
    };
    finish(PTR, 1, 99, "refers to type t99, which does not exist");
    finish(STRUCT, 1, 4, "reaches past its 4 bytes");
    finish(NAMED, 1, NAMED as u32, "its underlying type is a named type");
    finish(ARRAY, 1, ARRAY as u32, "contains itself by value");
    // Two lists that share words would let a small image describe a large one.
    let mut shared = image();
    let (all, free) = (section(&shared, 6).length as u32 / 4, at(&shared, 11, 1, 7));
    set(&mut shared, free, 0);
    set(&mut shared, free + 4, all);
    refuses(&shared, Malformed, "funcs", free + 4, "share some of the");
    row(11, 1, 7, 1 << 20, "funcs", "lies outside the");
    let mut free_var = image();
    let list = at(&free_var, 6, word(&free_var, free) as usize, 0);
    set(&mut free_var, list, 99);
    refuses(&free_var, Malformed, "type lists", list, "type t99 does not exist");
}

#[test]
fn globals_and_relocs() {
    row(7, 0, 0, 99, "globals", "string str99 does not exist");
    row(7, 0, 1, 99, "globals", "type t99 does not exist (there are 9)");
    row(7, 0, 2, 99, "globals", "position @99 does not exist (there are 2)");
    row(7, 0, 4, 1, "globals", "1..+16 lies outside the 16 bytes of data");
    row(9, 0, 0, 1, "relocs", "global g1 does not exist (there is 1)");
    row(9, 0, 1, 9, "relocs", "a pointer at byte 9 reaches past the 16 bytes of g0");
    row(9, 0, 2, 2, "relocs", "relocation kind 2");
    row(9, 0, 3, 1, "relocs", "global g1 does not exist");
    let mut image = image();
    let (kind, target) = (at(&image, 9, 0, 2), at(&image, 9, 0, 3));
    set(&mut image, kind, 1);
    set(&mut image, target, 3);
    refuses(&image, Malformed, "relocs", target, "function f3 does not exist");
}

#[test]
fn sites() {
    row(10, 0, 0, 99, "sites", "site kind 99 does not exist");
    row(10, 1, 1, 901, "sites", "type t901 does not exist (there are 9)");
    row(10, 1, 2, 3, "sites", "function f3 does not exist (there are 3)");
    row(10, 1, 3, 99, "sites", "position @99 does not exist");
    row(10, 1, 4, 99, "sites", "string str99 does not exist");
    row(10, 1, 7, 2, "sites", "site s2 does not exist (there are 2)");
    row(10, 1, 8, 6, "sites", "instruction i6 does not exist (there are 6)");
    row(10, 0, 7, 0, "sites", "site s0 is among its own parents");
    row(10, 0, 7, 1, "sites", "site s0 is among its own parents");
}

#[test]
fn functions() {
    row(11, 0, 0, 99, "funcs", "string str99 does not exist");
    row(11, 0, 1, 99, "funcs", "type t99 does not exist");
    row(11, 0, 3, 99, "funcs", "position @99 does not exist");
    row(11, 0, 4, 3, "funcs", "function f3 does not exist");
    row(11, 0, 5, 3, "funcs", "function f3 does not exist");
    row(11, 0, 6, 2, "funcs", "block b2 does not exist (there are 2)");
    row(11, 2, 6, 0, "funcs", "block b0 does not exist (there are 0)");
    row(11, 0, 4, 1, "funcs", "function f0 is among its own parents");
    row(11, 0, 5, 0, "funcs", "function f0 is among its own parents");
    row(11, 0, 2, 1, "funcs", "f0 has a body but is marked external");
    row(11, 2, 2, 0, "funcs", "f2 has no body but is not marked external");
    row(11, 1, 9, 30, "funcs", "the body of f1 begins at word 30, not 31");
    row(11, 1, 10, 99, "funcs", "spans words 31..+99 of");
    row(11, 0, 13, 1, "funcs", "the reserved word");
    row(11, 2, 11, 1, "funcs", "f2 has a hash but no body");
}

#[test]
fn body_headers() {
    let mut hash = image();
    let body = at(&hash, 12, 0, 0);
    let low = at(&hash, 11, 0, 11);
    let old = word(&hash, low);
    set(&mut hash, low, !old);
    refuses(&hash, Malformed, "bodies", body, "the body of f0 does not match its hash");
    code(0, 0, 0, "f0 has a body without blocks");
    code(1, 99, 0, "f0 announces 2 blocks, 99 instructions");
    code(2, 99, 0, "99 values; 31 words are too few");
    code(1, u32::MAX, 0, "4294967295 instructions");
}

#[test]
fn blocks() {
    code(3, 4, 5, "more values than the body's header announces");
    code(4, 6, 3, "more instructions than the body's header announces");
    code(4, 0, 3, "block b0 is empty");
    code(4, 3, BODY_STORE, "a block ends in store, which is no terminator");
    code(BODY_END + 1, 0, BODY_END, "block b1 is empty");
    code(BODY_PARAM_TYPE, 9, BODY_PARAM_TYPE, "type t9 does not exist (there are 9)");
    code(1, 6, BODY_END + 4, "1 instructions and 0 values fewer than the header announces");
    let mut longer = image();
    for (index, value) in [(0, 1), (1, 4), (BODY_BRANCH + 5, 0), (BODY_BRANCH + 6, 0)] {
        corrupt_code(&mut longer, index, value);
    }
    refuses(&longer, Malformed, "bodies", at(&longer, 12, 0, BODY_END), "4 words after the last block");
}

#[test]
fn instructions() {
    let mut opcode = image();
    let at = corrupt_code(&mut opcode, BODY_CONST, 255);
    refuses(&opcode, UnknownOpcode, "bodies", at, "f0: opcode 255 does not exist");
    code(BODY_STORE, head(Opcode::Store, 0, 1), BODY_STORE, "1 operands of store, which takes 2");
    code(BODY_STORE, head(Opcode::Store, 1, 2), BODY_STORE, "1 results of store, which has 0");
    code(BODY_STORE, head(Opcode::Return, 0, 2), BODY_STORE, "return ends its block, but instructions follow");
    code(BODY_CONST + 1, 2, BODY_CONST + 1, "position @2 does not exist (there are 2)");
    code(BODY_STORE + 2, 3, BODY_STORE + 2, "value v3 does not exist (there are 3)");
    code(BODY_STORE + 3, u32::MAX, BODY_STORE + 3, "value v4294967295 does not exist");
    code(BODY_VAR + 2, 2, BODY_VAR + 2, "site s2 does not exist (there are 2)");
    code(BODY_VAR + 3, 9, BODY_VAR + 3, "type t9 does not exist (there are 9)");
    code(BODY_CONST + 2, 1, BODY_CONST + 2, "1 immediates of const_int");
    code(BODY_CONST + 2, 99, BODY_CONST + 2, "the body ends within the immediates of const_int");
    code(BODY_BRANCH, head(Opcode::Branch, 0, 99), BODY_BRANCH + 3, "the body ends within the operands of branch");
    code(BODY_BRANCH + 5, 2, BODY_BRANCH + 5, "block b2 does not exist (there are 2)");
    code(BODY_BRANCH + 6, 2, BODY_BRANCH + 6, "block b2 does not exist (there are 2)");
}
/// A module whose only body has one wrong instruction, which the encoder writes as it is.
#[test]
fn words_beside_operands() {
    let refuse = |op: Opcode, aux: u32, imms: &[u32], word: usize, message: &str| {
        let mut m = ModuleBuilder::new("m", Target::default());
        let int = m.basic(TypeKind::Int);
        let sig = m.func_type(&[], &[], false);
        let f = m.func("f", sig, PosId::from_raw(0));
        let mut b = BodyBuilder::new();
        let entry = b.block(&[int]);
        let row = op.row();
        let args = vec![b.param(entry, 0); row.args.min.into()];
        b.emit(op, aux, &args, imms, &vec![int; row.results.min.into()]);
        if !row.terminator {
            b.emit(Opcode::Unreachable, 0, &[], &[], &[]);
        }
        m.body(f, b);
        let image = encode(&m.finish().expect("the types are well-formed"));
        refuses(&image, Malformed, "bodies", at(&image, 12, 0, 6 + word), message);
    };
    refuse(Opcode::FuncRef, 1, &[], 2, "function f1 does not exist (there is 1)");
    refuse(Opcode::GlobalAddr, 0, &[], 2, "global g0 does not exist (there are 0)");
    refuse(Opcode::ConstStr, 99, &[], 2, "string str99 does not exist");
    refuse(Opcode::Memcpy, 2, &[], 2, "type t2 does not exist (there are 2)");
    refuse(Opcode::Unary, 3, &[], 2, "operator 3 of unary");
    refuse(Opcode::Binary, 11, &[], 2, "operator 11 of binary");
    refuse(Opcode::Compare, 6, &[], 2, "operator 6 of compare");
    refuse(Opcode::Slice, 8, &[], 2, "bounds 8 of slice");
    refuse(Opcode::Jump, 1, &[], 2, "block b1 does not exist (there is 1)");
    refuse(Opcode::Switch, 0, &[0, 0, 1], 3, "3 immediates of switch");
    refuse(Opcode::Switch, 0, &[1, 0], 4, "block b1 does not exist");
    refuse(Opcode::Switch, 0, &[0, 0, 7, 0, 1, 0], 8, "block b1 does not exist");
    refuse(Opcode::Branch, 0, &[0], 4, "1 immediates of branch");
    refuse(Opcode::Var, 0, &[], 2, "site s0 does not exist (there are 0)");
}

#[test]
fn rows_that_must_be_there() {
    let base = image();
    let empty = |id: u32, message: &str| {
        let mut image = base.clone();
        let place = section(&image, id);
        set(&mut image, place.entry_at + 16, 0);
        set(&mut image, place.entry_at + 24, 0);
        let error = decode(&image, &Limits::default()).map(drop).expect_err(message);
        assert!(error.section == id && error.message.contains(message), "{error}");
    };
    empty(2, "row 0, the empty string, is missing");
    empty(4, "row 0, \"no position\", is missing");
    empty(14, "0 rows; there is one module");
}

#[test]
fn attributes() {
    row(13, 1, 1, 6, "attributes", "instruction i6 does not exist (there are 6)");
    row(13, 1, 2, 3, "attributes", "function f3 does not exist (there are 3)");
    row(13, 0, 1, 3, "attributes", "function f3 does not exist (there are 3)");
    row(13, 2, 1, 2, "attributes", "site s2 does not exist (there are 2)");
    row(13, 2, 0, 0, "attributes", "not sorted");
    let mut block = image();
    let first = at(&block, 13, 1, 0);
    set(&mut block, first, 2 | 1 << 16);
    set(&mut block, first + 4, 3);
    refuses(&block, Malformed, "attributes", first + 4, "block b3 does not exist (there are 3)");
    let mut by_value = image();
    let head = at(&by_value, 13, 1, 0);
    set(&mut by_value, head, 3 | u32::from(attr::BY_VALUE) << 16);
    refuses(&by_value, Malformed, "attributes", head + 8, "binding 1 does not exist (there is 1)");
    let mut unknown = image();
    set(&mut unknown, head, 3 | 9999 << 16);
    decode(&unknown, &Limits::default()).expect("unknown keys are kept");
    let last = at(&unknown, 13, 2, 0);
    set(&mut unknown, last, 99 | 1 << 16);
    set(&mut unknown, last + 4, u32::MAX);
    decode(&unknown, &Limits::default()).expect("ids of unknown entities are nobody's");
}

#[test]
fn limits() {
    let image = image();
    let refuse = |limits: Limits, message: &str| {
        let error = decode(&image, &limits).map(drop).expect_err(message);
        assert_eq!(error.kind, Limit);
        assert!(error.message.contains(message), "{error}");
    };
    refuse(Limits { max_bytes: 100, ..Limits::default() }, "the limit is 100");
    refuse(Limits { max_insts: 5, ..Limits::default() }, "6 instructions; the limit is 5");
    refuse(Limits { max_estimated_memory: 500, ..Limits::default() }, "bytes of memory; the limit is 500");
    let exact = Limits { max_bytes: image.len() as u64, max_insts: 6, max_estimated_memory: 1 << 16 };
    assert!(decode(&image, &exact).is_ok());
}
