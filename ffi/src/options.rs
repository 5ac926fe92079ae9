//! Options: a structure that begins with its size and only grows at its end.

use crate::facts::unreadable;
use crate::growable::{self, Growable};
use crate::guard::Failure;
use crate::limits::{by_hand, outlive_limits};
use crate::status::{OUTLIVE_E_BAD_ARGUMENT, OUTLIVE_E_LIMIT, OUTLIVE_E_UNKNOWN_MODEL, OUTLIVE_E_UNKNOWN_PROFILE};
use crate::text::{outlive_bytes, outlive_str, read_bytes};
use outlive_core::control::Control;
use outlive_core::driver::{Model, Options};
use outlive_core::image::{Facts, Limits, decode_facts};
use outlive_core::ir::Module;
use outlive_core::profile::{PROFILES, Profile};
use std::mem::offset_of;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};

/// What to do, and how much of it. Start from `OUTLIVE_OPTIONS_INIT` and change what matters; zero always means the default.
/// New fields are added at the end only. A library accepts a structure longer than the one it knows if the rest of it is zero.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct outlive_options {
    /// `sizeof(outlive_options)` as the client was compiled.
    pub struct_size: u32,
    /// Must be 0.
    pub reserved: u32,
    /// The rules that find the facts: `gc` (the default), `textbook` or `precise`.
    pub model: outlive_str,
    /// The target whose limits apply: `go1.26` (the default).
    pub profile: outlive_str,
    /// Largest image, or readable text, in bytes; 0: no limit.
    pub max_image_bytes: u64,
    /// Most instructions; 0: no limit.
    pub max_instructions: u64,
    /// Most memory in bytes that the call may be estimated to need beyond the input; 0: no limit.
    pub max_memory_bytes: u64,
    /// 1: the module has all there is, a whole program, and each of its types its method set; model `precise` then takes a call
    /// through an interface that nothing is known of for one of a method of the module. Wrong answers if that is not so. 0: not.
    pub closed: u32,
    /// Must be 0.
    pub reserved2: u32,
    /// The most threads to work with, the calling one included; 0: only the calling one, and none is started, so that a call
    /// works in a forked child too; `OUTLIVE_THREADS_ALL`: as many as the machine has. Answers are the same bytes for any number.
    /// A small module gets fewer. Threads are started by each call and gone when it returns.
    pub threads: u32,
    /// Must be 0.
    pub reserved3: u32,
    /// A flag that the call looks at while it works: as soon as it is not 0 the call gives up, with `OUTLIVE_E_CANCELLED` and no
    /// part of an answer. Set it from any thread, atomically (`_Atomic`, `std::atomic_ref`, `sync/atomic`); it is only read. NULL:
    /// nobody cancels. Aligned, and alive until the call returns.
    pub cancel: *const u32,
    /// A counter that the call sets to 0 when the analysis begins, and then adds to for each function that is finished; read it
    /// from any thread, atomically. After success it is `*total`. NULL: nobody looks. Aligned, and alive until the call returns.
    pub progress: *mut u64,
    /// Where the call puts, atomically and when the analysis begins, how many functions there are to finish. May be NULL.
    pub total: *mut u64,
    /// Limits of the target given by hand, in place of those of the profile. NULL: none.
    pub limits: *const outlive_limits,
    /// Package facts, `facts_count` blobs of `outlive_result_facts`: functions of the module without a body are taken as the facts
    /// say where name and signature are the same. The blobs are only read during the call, and their content is taken on trust.
    /// NULL if there are none. A call that does not analyse ignores them.
    pub facts: *const outlive_bytes,
    /// Number of blobs.
    pub facts_count: usize,
}

/// For `outlive_options.threads`: as many as the machine has.
pub const OUTLIVE_THREADS_ALL: u32 = 0xffff_ffff;

// SAFETY: numbers and pointers.
unsafe impl Growable for outlive_options {
    const FIRST_SIZE: usize = offset_of!(Self, max_memory_bytes) + size_of::<u64>();
    const HINT: &'static str = "use OUTLIVE_OPTIONS_INIT";
}

/// Options after every check.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Plan<'a> {
    pub(crate) options: Options,
    pub(crate) limits: Limits,
    pub(crate) control: Control<'a>,
    /// Where the progress is seen, and what it will come to.
    progress: Option<&'a AtomicU64>,
    total: Option<&'a AtomicU64>,
    /// Package facts, not yet looked at.
    facts: &'a [outlive_bytes],
}

/// What analysing an instruction is estimated to need, in bytes.
const ANALYSIS_PER_INSTRUCTION: u64 = 192;

impl<'a> Plan<'a> {
    /// Reads what a client passed; NULL means the defaults.
    ///
    /// # Safety
    /// `given` is NULL or readable for the size it begins with, and what it points to may be used during `'a`.
    pub(crate) unsafe fn read(given: *const outlive_options) -> Result<Self, Failure> {
        if given.is_null() {
            return Ok(Self::default());
        }
        // SAFETY: readable for the size it begins with, as the caller promises.
        let known = unsafe { growable::read(given, "options") }?;
        if known.reserved | known.reserved2 | known.reserved3 != 0 || known.closed > 1 {
            return Err(growable::unknown_part("options"));
        }
        // SAFETY: the texts are readable, as the caller promises.
        let (model, profile) = unsafe { (known.model.read("options.model")?, known.profile.read("options.profile")?) };
        // SAFETY: NULL or readable, as the caller promises.
        let profile = unsafe { by_hand(find_profile(profile)?, known.limits) }?;
        // SAFETY: NULL or alive during `'a`, and used by others only atomically, as the caller promises.
        let (cancel, progress, total) = unsafe {
            (
                shared(known.cancel.cast_mut(), "options.cancel", AtomicU32::from_ptr)?,
                shared(known.progress, "options.progress", AtomicU64::from_ptr)?,
                shared(known.total, "options.total", AtomicU64::from_ptr)?,
            )
        };
        if known.facts_count > 0 && !known.facts.is_aligned() {
            return Err(Failure::new(OUTLIVE_E_BAD_ARGUMENT, "options.facts is not aligned"));
        }
        // SAFETY: aligned, or of no length, and readable, as the caller promises.
        let facts = unsafe { growable::array(known.facts, known.facts_count, "options.facts") }?;
        let limit = |given: u64| if given == 0 { u64::MAX } else { given };
        Ok(Self {
            options: Options {
                model: find_model(model)?,
                profile,
                closed: known.closed == 1,
                threads: match known.threads {
                    0 => 1,
                    OUTLIVE_THREADS_ALL => 0,
                    n => n as usize,
                },
            },
            limits: Limits {
                max_bytes: limit(known.max_image_bytes),
                max_insts: limit(known.max_instructions),
                max_estimated_memory: limit(known.max_memory_bytes),
            },
            control: Control::new(cancel, progress),
            progress,
            total,
            facts,
        })
    }

    /// Does some of the work of a call, unless the client cancels it.
    pub(crate) fn work<T>(&self, work: impl FnOnce() -> T) -> Result<T, Failure> {
        self.control.run(work).map_err(|_| Failure::cancelled())
    }

    /// Tells the client that the analysis begins, and how many functions there are to finish.
    pub(crate) fn begin(&self, functions: u64) {
        self.progress.inspect(|progress| progress.store(0, Relaxed));
        self.total.inspect(|total| total.store(functions, Relaxed));
    }

    /// The package facts the client passed.
    pub(crate) fn facts(&self) -> Result<Vec<Facts>, Failure> {
        let one = |(n, blob): (usize, &outlive_bytes)| {
            let what = format!("options.facts[{n}]");
            // SAFETY: readable, as the caller of `read` promised.
            let bytes = unsafe { read_bytes(blob.data, blob.len, &what) }?;
            check(&format!("bytes of {what}"), bytes.len() as u64, self.limits.max_bytes)?;
            decode_facts(bytes).map_err(|error| unreadable(&what, &error))
        };
        self.facts.iter().enumerate().map(one).collect()
    }

    /// Checks text before it is parsed. Images are checked by their decoder.
    pub(crate) fn admit_text(&self, text: &str) -> Result<(), Failure> {
        check("bytes of text", text.len() as u64, self.limits.max_bytes)
    }

    /// Checks a module before it is analysed.
    pub(crate) fn admit_module(&self, module: &Module) -> Result<(), Failure> {
        let instructions = module.num_insts() as u64;
        check("instructions", instructions, self.limits.max_insts)?;
        let estimate = instructions.saturating_mul(ANALYSIS_PER_INSTRUCTION);
        check("bytes of memory, by estimate,", estimate, self.limits.max_estimated_memory)
    }
}

/// What a client shares with a call that works.
///
/// # Safety
/// `pointer` is NULL, or points to what is alive during `'a` and used by others only atomically, should it be aligned.
unsafe fn shared<'a, T, A>(
    pointer: *mut T,
    what: &str,
    make: unsafe fn(*mut T) -> &'a A,
) -> Result<Option<&'a A>, Failure> {
    if pointer.is_null() {
        return Ok(None);
    }
    if !pointer.is_aligned() {
        return Err(Failure::new(OUTLIVE_E_BAD_ARGUMENT, format!("{what} is not aligned")));
    }
    // SAFETY: passed on to the caller.
    Ok(Some(unsafe { make(pointer) }))
}

fn check(what: &str, found: u64, limit: u64) -> Result<(), Failure> {
    if found > limit {
        return Err(Failure::new(OUTLIVE_E_LIMIT, format!("{found} {what} exceed the limit of {limit}")));
    }
    Ok(())
}

pub(crate) fn find_model(name: &str) -> Result<Model, Failure> {
    if name.is_empty() {
        return Ok(Model::default());
    }
    Model::by_name(name).ok_or_else(|| {
        let known: Vec<&str> = Model::ALL.iter().map(|&(_, name)| name).collect();
        Failure::new(OUTLIVE_E_UNKNOWN_MODEL, format!("unknown model {name:?}; known: {}", known.join(", ")))
    })
}

pub(crate) fn find_profile(name: &str) -> Result<Profile, Failure> {
    if name.is_empty() {
        return Ok(Profile::default());
    }
    Profile::by_name(name).copied().ok_or_else(|| {
        let known: Vec<&str> = PROFILES.iter().map(|p| p.name).collect();
        Failure::new(OUTLIVE_E_UNKNOWN_PROFILE, format!("unknown profile {name:?}; known: {}", known.join(", ")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::status::OUTLIVE_E_UNSUPPORTED;

    const ZERO: outlive_options = outlive_options {
        struct_size: 0,
        reserved: 0,
        model: outlive_str::EMPTY,
        profile: outlive_str::EMPTY,
        max_image_bytes: 0,
        max_instructions: 0,
        max_memory_bytes: 0,
        closed: 0,
        reserved2: 0,
        threads: 0,
        reserved3: 0,
        cancel: std::ptr::null(),
        progress: std::ptr::null_mut(),
        total: std::ptr::null_mut(),
        limits: std::ptr::null(),
        facts: std::ptr::null(),
        facts_count: 0,
    };

    #[repr(C)]
    struct Longer {
        known: outlive_options,
        more: u64,
    }

    fn read(longer: &Longer) -> Result<Plan<'_>, Failure> {
        // SAFETY: readable for the size it begins with.
        unsafe { Plan::read(&raw const longer.known) }
    }

    #[test]
    fn a_longer_structure_is_fine_while_its_rest_is_zero() {
        let known = outlive_options { struct_size: size_of::<Longer>() as u32, ..ZERO };
        assert!(read(&Longer { known, more: 0 }).is_ok());
        assert_eq!(read(&Longer { known, more: 1 }).expect_err("unknown").status, OUTLIVE_E_UNSUPPORTED);
    }

    #[test]
    fn a_structure_of_no_known_size_is_refused() {
        for struct_size in [0, 4, outlive_options::FIRST_SIZE as u32 - 1] {
            let known = outlive_options { struct_size, ..ZERO };
            assert_eq!(read(&Longer { known, more: 0 }).expect_err("short").status, OUTLIVE_E_BAD_ARGUMENT);
        }
    }

    #[test]
    fn the_first_version_is_fine_and_says_nothing_of_what_it_lacks() {
        let known =
            outlive_options { struct_size: outlive_options::FIRST_SIZE as u32, closed: 1, reserved2: 1, ..ZERO };
        assert!(!read(&Longer { known, more: 1 }).expect("fine").options.closed);
    }

    #[test]
    fn a_world_is_closed_or_not() {
        let struct_size = size_of::<outlive_options>() as u32;
        for (closed, reserved2, want) in [(0, 0, Some(false)), (1, 0, Some(true)), (2, 0, None), (1, 1, None)] {
            let known = outlive_options { struct_size, closed, reserved2, ..ZERO };
            match read(&Longer { known, more: 0 }) {
                Ok(plan) => assert_eq!(Some(plan.options.closed), want),
                Err(failure) => assert_eq!((failure.status, want), (OUTLIVE_E_UNSUPPORTED, None)),
            }
        }
    }

    #[test]
    fn limits_hold_and_zero_is_none() {
        let struct_size = size_of::<outlive_options>() as u32;
        let known = outlive_options { struct_size, max_image_bytes: 3, ..ZERO };
        let given = Longer { known, more: 0 };
        let plan = read(&given).expect("fine");
        assert!(plan.admit_text("abc").is_ok());
        assert_eq!(plan.admit_text("abcd").expect_err("limit").status, OUTLIVE_E_LIMIT);
        assert_eq!(plan.limits.max_insts, u64::MAX);
        assert!(Plan::default().admit_text("abcd").is_ok());
    }
}
