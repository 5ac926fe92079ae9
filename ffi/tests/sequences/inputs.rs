//! What a sequence passes in: bytes as choices, images, texts, options; and what is wrong with each, found without the ABI.

use crate::growable::Growable;
use crate::image_support::Random;
use crate::image_support::mutate::{Seed, mutate};
use crate::limits::*;
use crate::options::{OUTLIVE_THREADS_ALL, outlive_options};
use crate::status::*;
use crate::text::outlive_str;
use outlive_core::driver::{Model, Options};
use outlive_core::image::{Limits, encode};
use outlive_core::profile::{PROFILES, Profile};
use std::ffi::c_char;
use std::mem::offset_of;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, AtomicU64};

/// A byte string as a source of choices; past its end every byte is 0.
pub(super) struct Bytes<'a>(pub(super) &'a [u8]);

impl Bytes<'_> {
    pub(super) fn byte(&mut self) -> u8 {
        let Some((&first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        first
    }

    pub(super) fn word(&mut self) -> u32 {
        u32::from_le_bytes([(); 4].map(|()| self.byte()))
    }

    /// A number below `n`, which is neither 0 nor above 65536.
    pub(super) fn below(&mut self, n: usize) -> usize {
        let wide = usize::from(self.byte()) << 8 | usize::from(self.byte());
        (wide * n) >> 16
    }

    /// Once in `n` times; never past the end.
    pub(super) fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == n - 1
    }

    pub(super) fn pick<'t, T>(&mut self, from: &'t [T]) -> &'t T {
        &from[self.below(from.len())]
    }

    /// An id: mostly one of `n`, now and then one that is not.
    pub(super) fn id(&mut self, n: usize) -> u32 {
        match self.below(8) {
            6 => n as u32,
            7 => *[u32::MAX, u32::MAX - 1, 1 << 31, self.word()].get(self.below(4)).expect("one of four"),
            _ => self.below(n.max(1)) as u32,
        }
    }
}

/// The modules sequences begin from: the tests of the analysis, the programs of the generator, the golden images.
pub(super) struct Corpus {
    pub(super) texts: Vec<String>,
    images: Vec<Seed>,
}

impl Corpus {
    pub(super) fn get() -> &'static Self {
        static CORPUS: OnceLock<Corpus> = OnceLock::new();
        CORPUS.get_or_init(|| {
            let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests");
            let read = |path: &Path| std::fs::read(path).expect("readable");
            let mut texts = Vec::new();
            for folder in ["filetests/escape", "filetests/verify", "corpus"] {
                for path in files(&tests.join(folder), "oir") {
                    texts.push(String::from_utf8(read(&path)).expect("tests are UTF-8"));
                }
            }
            let parsed = texts.iter().filter_map(|text| outlive_core::text::parse(text).ok());
            let golden = files(&tests.join("golden"), "oiri");
            let images: Vec<Seed> = parsed
                .map(|module| encode(&module))
                .chain(golden.iter().map(|path| read(path)))
                .map(Seed::new)
                .collect();
            assert!(images.len() > 150, "only {} images", images.len());
            Self { texts, images }
        })
    }
}

fn files(folder: &Path, extension: &str) -> Vec<std::path::PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == extension));
    paths.sort();
    paths
}

/// An image: good, mutated, cut, or no image at all.
pub(super) fn image(b: &mut Bytes<'_>) -> Vec<u8> {
    let seed = b.pick(&Corpus::get().images);
    match b.below(8) {
        0..=3 => seed.image.clone(),
        4 | 5 => {
            let mut random = Random(u64::from(b.word()) << 8 | 1);
            let mut out = Vec::new();
            mutate(seed, &mut random, &mut out);
            out
        }
        6 => seed.image[..b.below(seed.image.len().min(1 << 16))].to_vec(),
        _ => (0..b.below(64)).map(|_| b.byte()).collect(),
    }
}

/// A text: good, with bytes changed (perhaps to what is no UTF-8), cut, or anything.
pub(super) fn text(b: &mut Bytes<'_>) -> Vec<u8> {
    let mut text = b.pick(&Corpus::get().texts).clone().into_bytes();
    match b.below(8) {
        0..=3 => {}
        4 | 5 => {
            for _ in 0..1 + b.below(3) {
                let at = b.below(text.len().clamp(1, 1 << 16));
                let byte = *b.pick(b"\xff\x80 \n\"{}[]()@,:=*#+-019abfstv\0");
                if let Some(slot) = text.get_mut(at) {
                    *slot = byte;
                }
            }
        }
        6 => text.truncate(b.below(text.len().clamp(1, 1 << 16))),
        _ => text = (0..b.below(48)).map(|_| b.byte()).collect(),
    }
    text
}

/// A buffer as C passes it: a pointer and a length, of which the library may read exactly what is there.
pub(super) struct Passed {
    pub(super) data: *const u8,
    pub(super) len: usize,
    /// What is there, if the library may read it.
    pub(super) bytes: Option<Box<[u8]>>,
}

impl Passed {
    /// As it is most of the time; else NULL, or of a length no object has.
    pub(super) fn new(b: &mut Bytes<'_>, bytes: Vec<u8>) -> Self {
        let bytes = bytes.into_boxed_slice();
        match b.below(24) {
            21 => Self { data: std::ptr::null(), len: 1 + b.below(99), bytes: None },
            22 => Self { data: std::ptr::null(), len: 0, bytes: Some(Box::default()) },
            23 => Self { len: *b.pick(&[usize::MAX, isize::MAX as usize + 1]), ..Self::plain(bytes) }.unreadable(),
            _ => Self::plain(bytes),
        }
    }

    pub(super) fn plain(bytes: Box<[u8]>) -> Self {
        Self { data: bytes.as_ptr(), len: bytes.len(), bytes: Some(bytes) }
    }

    fn unreadable(self) -> Self {
        // Any pointer but NULL: a length that cannot be is refused before it is followed.
        Self { data: std::ptr::dangling(), bytes: None, ..self }
    }

    pub(super) fn str(&self) -> outlive_str {
        outlive_str { data: self.data.cast::<c_char>(), len: self.len }
    }
}

/// Options as C passes them, and what they say.
pub(super) struct Given {
    /// The structure, at whatever alignment; empty stands for NULL.
    bytes: Vec<u8>,
    skew: usize,
    /// What the texts point to.
    texts: Vec<Passed>,
    /// Every status a call may refuse them with.
    pub(super) wrong: Vec<outlive_status>,
    pub(super) options: Options,
    pub(super) limits: Limits,
    /// The flag is set.
    pub(super) cancelled: bool,
    watched: Box<(AtomicU64, AtomicU32)>,
    by_hand: Option<Box<outlive_limits>>,
}

impl Given {
    pub(super) fn pointer(&self) -> *const outlive_options {
        if self.bytes.is_empty() { std::ptr::null() } else { self.bytes[self.skew..].as_ptr().cast() }
    }

    pub(super) fn new(b: &mut Bytes<'_>) -> Self {
        let (options, limits) = (Options::default(), Limits::default());
        let mut this = Self {
            bytes: Vec::new(),
            skew: 0,
            texts: Vec::new(),
            wrong: Vec::new(),
            options,
            limits,
            cancelled: false,
            watched: Box::default(),
            by_hand: None,
        };
        if b.below(3) == 0 {
            return this;
        }
        let known = size_of::<outlive_options>();
        let size = match b.below(16) {
            12 => outlive_options::FIRST_SIZE,
            14 => b.below(outlive_options::FIRST_SIZE),
            13 | 15 => known + 8 * b.below(9),
            _ => known,
        };
        this.skew = b.below(8);
        this.bytes = vec![0; this.skew + size.max(size_of::<u32>())];
        this.put(offset_of!(outlive_options, struct_size), &(size as u32).to_le_bytes());
        if size < outlive_options::FIRST_SIZE {
            this.wrong.push(OUTLIVE_E_BAD_ARGUMENT);
            return this;
        }
        if b.once_in(24) {
            this.put(offset_of!(outlive_options, reserved), &(1 + b.word() / 2).to_le_bytes());
            this.wrong.push(OUTLIVE_E_UNSUPPORTED);
        }
        if size > known && b.once_in(3) {
            this.put(known + b.below(size - known), &[1 + b.byte() / 2]);
            this.wrong.push(OUTLIVE_E_UNSUPPORTED);
        }
        let models: Vec<&str> = Model::ALL.iter().map(|row| row.1).collect();
        if let Some(name) = this.name(b, offset_of!(outlive_options, model), &models, OUTLIVE_E_UNKNOWN_MODEL) {
            this.options.model = Model::by_name(&name).expect("one of the list");
        }
        let profiles: Vec<&str> = PROFILES.iter().map(|row| row.name).collect();
        if let Some(name) = this.name(b, offset_of!(outlive_options, profile), &profiles, OUTLIVE_E_UNKNOWN_PROFILE) {
            this.options.profile = *Profile::by_name(&name).expect("one of the list");
        }
        this.limits.max_bytes = this.limit(b, offset_of!(outlive_options, max_image_bytes), 16);
        this.limits.max_insts = this.limit(b, offset_of!(outlive_options, max_instructions), 4);
        this.limits.max_estimated_memory = this.limit(b, offset_of!(outlive_options, max_memory_bytes), 1024);
        if size >= known {
            let closed = b.below(24) as u32 / 8;
            this.put(offset_of!(outlive_options, closed), &closed.to_ne_bytes());
            this.options.closed = closed == 1;
            if closed > 1 {
                this.wrong.push(OUTLIVE_E_UNSUPPORTED);
            }
            let threads = *b.pick(&[0, 1, 2, 3, OUTLIVE_THREADS_ALL]);
            this.put(offset_of!(outlive_options, threads), &threads.to_ne_bytes());
            this.watch(b);
            this.limits_by_hand(b);
        }
        this
    }

    /// A flag that may be set, and a counter.
    fn watch(&mut self, b: &mut Bytes<'_>) {
        if b.once_in(4) {
            self.cancelled = b.once_in(4);
            *self.watched = (AtomicU64::new(7), AtomicU32::new(self.cancelled.into()));
            let (progress, cancel) =
                (self.watched.0.as_ptr().expose_provenance(), self.watched.1.as_ptr().expose_provenance());
            self.put(offset_of!(outlive_options, progress), &progress.to_ne_bytes());
            self.put(offset_of!(outlive_options, cancel), &cancel.to_ne_bytes());
        }
    }

    /// Limits in place of those of the profile.
    fn limits_by_hand(&mut self, b: &mut Bytes<'_>) {
        if !b.once_in(4) {
            return;
        }
        let sizes = [0, 1, 8, 32, 100, 4096, u32::MAX];
        let (set, one, two, yes) = (b.word() & 0x3f, *b.pick(&sizes), *b.pick(&sizes), b.once_in(2));
        let known = b.below(8) != 0;
        let limits = Box::new(outlive_limits {
            struct_size: size_of::<outlive_limits>() as u32,
            set: if known { set } else { set | 1 << 9 },
            max_variable: one.into(),
            max_implicit: two.into(),
            max_by_value: one.into(),
            max_align_pointers: two,
            bounded_make: one,
            bounded_string: two,
            zero_size_on_stack: yes.into(),
            forbid_heap_to_stack: yes.into(),
            reserved: 0,
        });
        if !known {
            self.wrong.push(OUTLIVE_E_UNSUPPORTED);
        }
        let profile = &mut self.options.profile;
        let has = |bit: u32| set & bit != 0;
        if has(OUTLIVE_LIMIT_MAX_VARIABLE) {
            profile.max_variable = one.into();
        }
        if has(OUTLIVE_LIMIT_MAX_IMPLICIT) {
            profile.max_implicit = two.into();
        }
        if has(OUTLIVE_LIMIT_MAX_BY_VALUE) {
            profile.max_by_value = one.into();
        }
        if has(OUTLIVE_LIMIT_MAX_ALIGN_POINTERS) {
            profile.max_align_pointers = two;
        }
        if has(OUTLIVE_LIMIT_BOUNDED_MAKE) {
            profile.bounded_make = one;
        }
        if has(OUTLIVE_LIMIT_BOUNDED_STRING) {
            profile.bounded_string = two;
        }
        let at = (&raw const *limits).expose_provenance();
        self.by_hand = Some(limits);
        self.put(offset_of!(outlive_options, limits), &at.to_ne_bytes());
    }

    fn put(&mut self, at: usize, bytes: &[u8]) {
        self.bytes[self.skew + at..][..bytes.len()].copy_from_slice(bytes);
    }

    /// A name at `at`: none, one of a list, or a wrong one.
    fn name(&mut self, b: &mut Bytes<'_>, at: usize, list: &[&str], unknown: outlive_status) -> Option<String> {
        let (bytes, wrong): (Vec<u8>, _) = match b.below(16) {
            0..=5 => return None,
            13 => (b"nonsense"[..1 + b.below(8)].to_vec(), unknown),
            14 => (vec![b'g', 0xc3], OUTLIVE_E_BAD_UTF8),
            15 => {
                let null = outlive_str { data: std::ptr::null(), len: 1 + b.below(9) };
                self.put_str(at, null);
                self.wrong.push(OUTLIVE_E_BAD_ARGUMENT);
                return None;
            }
            _ => (b.pick(list).as_bytes().to_vec(), OUTLIVE_OK),
        };
        let text = Passed::plain(bytes.clone().into_boxed_slice());
        self.put_str(at, text.str());
        self.texts.push(text);
        if wrong != OUTLIVE_OK {
            self.wrong.push(wrong);
            return None;
        }
        String::from_utf8(bytes).ok()
    }

    fn put_str(&mut self, at: usize, text: outlive_str) {
        let place = &mut self.bytes[self.skew + at..][..size_of::<outlive_str>()];
        // SAFETY: the place is as large as the text's two words.
        unsafe { place.as_mut_ptr().cast::<outlive_str>().write_unaligned(text) };
    }

    /// A limit at `at`: none, ample, or one that is met now and then.
    fn limit(&mut self, b: &mut Bytes<'_>, at: usize, unit: u64) -> u64 {
        let given = match b.below(8) {
            0..=4 => 0,
            5 => u64::MAX - u64::from(b.byte()),
            _ => 1 + unit * b.below(1000) as u64,
        };
        self.put(at, &given.to_ne_bytes());
        if given == 0 { u64::MAX } else { given }
    }
}
