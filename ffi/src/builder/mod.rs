//! Modules built node by node.
//!
//! *The problem.* A client that has no image writer of its own adds types, functions, sites and instructions by calls. It makes
//! mistakes, and learns of them best at the call that makes them: "value v12 is not of this body" beats what the verifier can say
//! of a finished module.
//!
//! *The parts.* A builder ([`outlive_builder`]) is the module's tables; a body ([`body::outlive_body`]) one function's blocks and
//! instructions. `entities` has the handles, `types` and `tables` the rows, `external` what is known of functions without a body, `body`
//! blocks, `emit` instructions, `fit` their types, `sugar` what saves a client looking types up.
//!
//! *Checks.* Each call checks what can be told when it is made: handles are of this builder or body, numbers are in range, counts fit
//! the opcode's row, types are of the kind an operand must have. What is refused here the verifier would refuse as well; it runs over
//! all of the module when it is finished, and says the rest (dominance, types that do not agree). A call that fails changes nothing.
//!
//! *Threads.* A builder's tables lie behind a lock that its bodies share, so that bodies may be built on several threads at once. A body
//! itself is used by one thread at a time.
//!
//! *Limits.* Whatever would not fit the tables (2³² rows, words or bytes; 65,535 operands; 255 results) or exceeds the limits the client
//! gave answers `OUTLIVE_E_LIMIT` before anything is added.

pub mod body;
pub mod emit;
pub mod entities;
pub mod external;
mod fit;
pub mod sugar;
pub mod tables;
pub mod types;

use crate::error::outlive_error;
use crate::growable::{self, Growable};
use crate::guard::{Failure, guard, handle, output, quiet, take};
use crate::module::{check, outlive_module};
use crate::options::Plan;
use crate::status::{
    OUTLIVE_E_BAD_ARGUMENT, OUTLIVE_E_BAD_ENTITY, OUTLIVE_E_FINISHED, OUTLIVE_E_INCOMPLETE, OUTLIVE_E_INVALID_MODULE,
    OUTLIVE_E_LIMIT, OUTLIVE_E_UNSUPPORTED, outlive_status,
};
use crate::text::{one_line, outlive_str};
use entities::{Entity as _, outlive_function, outlive_global, outlive_site, outlive_type, stamp};
use outlive_core::entity::{FuncId, GlobalId, NONE, SiteId, TypeId};
use outlive_core::ir::{Module, ModuleBuilder, Target, TypeKind, Types};
use std::mem::offset_of;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A module under construction. Functions, types and other rows are numbered as they are added, and keep their numbers. Threads that
/// use one at the same time wait for each other; freeing needs sole use. Bodies may outlive it, but are then of no use.
pub struct outlive_builder {
    shared: Arc<Shared>,
}

/// What a module is to be. Start from zeroes and `struct_size`; new fields are added at the end only.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct outlive_module_desc {
    /// `sizeof(outlive_module_desc)` as the client was compiled.
    pub struct_size: u32,
    /// Bytes of a pointer: 4 or 8; 0 stands for 8.
    pub pointer_size: u32,
    /// Largest alignment of a scalar in bytes, a power of two up to 128; 0 stands for the size of a pointer.
    pub max_align: u32,
    /// Must be 0.
    pub reserved: u32,
    /// The module's name.
    pub name: outlive_str,
    /// What writes it, such as the name and version of a compiler.
    pub producer: outlive_str,
    /// Most instructions; 0: no limit.
    pub max_instructions: u64,
    /// Most memory in bytes that the module may be estimated to need; 0: no limit.
    pub max_memory_bytes: u64,
}

// SAFETY: numbers and pointers.
unsafe impl Growable for outlive_module_desc {
    const FIRST_SIZE: usize = offset_of!(Self, max_memory_bytes) + size_of::<u64>();
}

/// What a builder and its bodies share. No draft: the module is finished, or the builder freed.
pub(crate) type Shared = Mutex<Option<Draft>>;

const fn shareable<T: Send + Sync>() {}
const _: () = shareable::<outlive_builder>();

/// The tables so far, and what is known of them besides.
pub(crate) struct Draft {
    stamp: u32,
    module: ModuleBuilder,
    /// By function: whether a body is being built.
    open: Vec<bool>,
    /// By function: whether it is described as external.
    external: Vec<bool>,
    /// By site: whether an instruction makes it.
    made: Vec<bool>,
    /// Instructions, values and words of operands in all bodies.
    spent: Spent,
    max_instructions: u64,
    max_bytes: u64,
}

/// What bodies hold, for the limits.
#[derive(Clone, Copy, Default)]
pub(crate) struct Spent {
    pub(crate) insts: u64,
    pub(crate) values: u64,
    pub(crate) words: u64,
    /// Bytes of everything, by estimate.
    pub(crate) bytes: u64,
}

/// Most rows, words or bytes of a table: ids have 32 bits, and the last stands for none.
const MOST: u64 = NONE as u64 - 1;

pub(crate) fn bad_entity(message: impl Into<String>) -> Failure {
    Failure::new(OUTLIVE_E_BAD_ENTITY, message)
}

fn bad_argument(message: impl Into<String>) -> Failure {
    Failure::new(OUTLIVE_E_BAD_ARGUMENT, message)
}

#[cold]
fn limit(found: u64, what: &str, most: u64) -> Failure {
    Failure::new(OUTLIVE_E_LIMIT, format!("{found} {what} exceed the limit of {most}"))
}

/// `Ok` if `used` and `more` of something fit a table.
fn room(used: usize, more: usize, what: &str) -> Result<(), Failure> {
    let sum = (used as u64).saturating_add(more as u64);
    if sum > MOST { Err(limit(sum, what, MOST)) } else { Ok(()) }
}

impl Draft {
    fn ty(&self, handle: outlive_type) -> Result<TypeId, Failure> {
        handle.check(self.stamp, self.module.types().len()).map(TypeId::from_raw)
    }

    fn types(&self, handles: &[outlive_type]) -> Result<Vec<TypeId>, Failure> {
        handles.iter().map(|&handle| self.ty(handle)).collect()
    }

    fn func(&self, handle: outlive_function) -> Result<FuncId, Failure> {
        handle.check(self.stamp, self.module.funcs().len()).map(FuncId::from_raw)
    }

    /// A function, or none for a handle of zeroes.
    fn func_or_none(&self, handle: outlive_function) -> Result<Option<FuncId>, Failure> {
        if handle == outlive_function::default() { Ok(None) } else { self.func(handle).map(Some) }
    }

    fn global(&self, handle: outlive_global) -> Result<GlobalId, Failure> {
        handle.check(self.stamp, self.module.globals().len()).map(GlobalId::from_raw)
    }

    fn site(&self, handle: outlive_site) -> Result<SiteId, Failure> {
        handle.check(self.stamp, self.module.sites().len()).map(SiteId::from_raw)
    }

    fn position(&self, pos: u32) -> Result<u32, Failure> {
        let count = self.module.num_positions();
        if (pos as usize) < count { Ok(pos) } else { Err(bad_entity(format!("position {pos} does not exist"))) }
    }

    /// The name of a function, for messages.
    fn show_func(&self, func: FuncId) -> String {
        one_line(format!("function {func} {}", self.module.strings().get(self.module.funcs()[func].name)))
    }

    /// Makes sure that a text can be interned, and counts it.
    fn admit_str(&mut self, text: &str) -> Result<(), Failure> {
        room(self.module.strings().num_bytes(), text.len(), "bytes of strings")?;
        self.spend(2 * text.len() as u64)
    }

    /// Counts bytes against the limit on memory.
    fn spend(&mut self, bytes: u64) -> Result<(), Failure> {
        let sum = self.spent.bytes.saturating_add(bytes);
        if sum > self.max_bytes {
            return Err(limit(sum, "bytes of memory, by estimate,", self.max_bytes));
        }
        self.spent.bytes = sum;
        Ok(())
    }

    /// What has to be complete is.
    fn complete(&self) -> Result<(), Failure> {
        let incomplete = |message| Err(Failure::new(OUTLIVE_E_INCOMPLETE, message));
        if let Some(func) = self.open.iter().position(|&open| open) {
            return incomplete(format!("the body of {} is not finished", self.show_func(FuncId::from_usize(func))));
        }
        let types = self.module.types();
        let nothing = |&ty: &TypeId| types.rows[ty].kind == TypeKind::Named && types.rows[ty].a == NONE;
        match types.rows.indices().find(nothing) {
            Some(ty) => incomplete(format!("type {ty} {} has no underlying type", self.type_name(ty))),
            None => Ok(()),
        }
    }

    fn type_name(&self, ty: TypeId) -> String {
        let name = self.module.types().name(ty).map_or("", |(_, name)| self.module.strings().get(name));
        one_line(name.to_owned())
    }
}

/// The kind of a type, names seen through; `None` if nothing can be told: a type parameter, or a name that stands for nothing yet.
fn kind(types: &Types, ty: TypeId) -> Option<TypeKind> {
    let row = &types.rows[resolved(types, ty)?];
    (row.kind != TypeKind::TypeParam).then_some(row.kind)
}

/// What a name stands for, if it stands for anything; another type itself.
fn resolved(types: &Types, ty: TypeId) -> Option<TypeId> {
    let row = &types.rows[ty];
    match row.kind {
        TypeKind::Named => (row.a != NONE).then(|| TypeId::from_raw(row.a)),
        _ => Some(ty),
    }
}

/// Locks the tables. What a panic has left behind is used on: no call leaves rows half made.
fn lock(shared: &Shared) -> MutexGuard<'_, Option<Draft>> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

fn finished() -> Failure {
    Failure::new(OUTLIVE_E_FINISHED, "the builder is finished: its module has been made, or it has been freed")
}

/// Runs the body of an export on the tables of a builder.
///
/// # Safety
/// `builder` is NULL or a live builder; `error` is NULL or writable.
unsafe fn with(
    builder: *const outlive_builder,
    error: *mut *mut outlive_error,
    body: impl FnOnce(&mut Draft) -> Result<(), Failure>,
) -> outlive_status {
    let body = || {
        // SAFETY: passed on to the caller.
        let builder = unsafe { handle(builder, "builder") }?;
        body(lock(&builder.shared).as_mut().ok_or_else(finished)?)
    };
    // SAFETY: passed on to the caller.
    unsafe { guard(error, body) }
}

/// As [`with`], for an export that makes something.
///
/// # Safety
/// As for [`with`]; `made` is NULL or writable.
unsafe fn make<T>(
    builder: *const outlive_builder,
    made: *mut T,
    what: &str,
    error: *mut *mut outlive_error,
    body: impl FnOnce(&mut Draft) -> Result<T, Failure>,
) -> outlive_status {
    let body = |draft: &mut Draft| {
        let made = output(made, what)?;
        let value = body(draft)?;
        // SAFETY: not NULL, so writable, as the caller promises.
        unsafe { made.write(value) };
        Ok(())
    };
    // SAFETY: passed on to the caller.
    unsafe { with(builder, error, body) }
}

/// Begins a module. Writes `*builder`, which the client frees with `outlive_builder_free`. Nothing of `desc` is kept.
///
/// Fails with `OUTLIVE_E_BAD_ARGUMENT`, `_BAD_UTF8`, `_LIMIT`, `_UNSUPPORTED` or `_INTERNAL`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_builder_new(
    desc: *const outlive_module_desc,
    builder: *mut *mut outlive_builder,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let body = || {
        // SAFETY: readable for its size, as the header demands.
        let desc = unsafe { growable::read(desc, "desc") }?;
        let builder = output(builder, "builder")?;
        // SAFETY: the texts are readable, as the header demands.
        let (name, producer) = unsafe { (desc.name.read("desc.name")?, desc.producer.read("desc.producer")?) };
        let draft = Draft::new(&desc, name, producer)?;
        let made = outlive_builder { shared: Arc::new(Mutex::new(Some(draft))) };
        // SAFETY: not NULL, so writable, as the header demands.
        unsafe { builder.write(Box::into_raw(Box::new(made))) };
        Ok(())
    };
    // SAFETY: NULL or writable, as the header demands.
    unsafe { guard(error, body) }
}

impl Draft {
    fn new(desc: &outlive_module_desc, name: &str, producer: &str) -> Result<Self, Failure> {
        if desc.reserved != 0 {
            return Err(Failure::new(OUTLIVE_E_UNSUPPORTED, "desc.reserved is not 0"));
        }
        let pointer_size = match desc.pointer_size {
            0 | 8 => 8,
            4 => 4,
            n => return Err(bad_argument(format!("a pointer of {n} bytes is neither of 4 nor of 8"))),
        };
        let max_align = match desc.max_align {
            0 => pointer_size,
            n if n.is_power_of_two() && n <= 128 => n as u8,
            n => return Err(bad_argument(format!("an alignment of {n} bytes is no power of two up to 128"))),
        };
        room(name.len(), producer.len(), "bytes of strings")?;
        let mut module = ModuleBuilder::new(name, Target { pointer_size, max_align });
        module.producer(producer);
        let most = |given: u64| if given == 0 { u64::MAX } else { given };
        Ok(Self {
            stamp: stamp(),
            module,
            open: Vec::new(),
            external: Vec::new(),
            made: Vec::new(),
            spent: Spent::default(),
            max_instructions: most(desc.max_instructions).min(MOST),
            max_bytes: most(desc.max_memory_bytes),
        })
    }
}

/// Finishes a module: lays it out and verifies it. Writes `*module`, which the client frees with `outlive_module_free`. Functions
/// without a body are external. After that, and after a refusal by the verifier, the builder and its bodies are spent: calls with them
/// answer `OUTLIVE_E_FINISHED`, and what is left is to free them.
///
/// Fails with `OUTLIVE_E_INCOMPLETE` if a body is not finished or a named type has no underlying type, with which the builder stays
/// usable; with `OUTLIVE_E_INVALID_MODULE` if the verifier refuses it, one line per error; with `OUTLIVE_E_FINISHED`, `_BAD_ARGUMENT`
/// or `_INTERNAL`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_builder_finish(
    builder: *mut outlive_builder,
    module: *mut *mut outlive_module,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let body = || {
        // SAFETY: NULL or a live builder, as the header demands.
        let builder = unsafe { handle(builder, "builder") }?;
        let module = output(module, "module")?;
        let mut shared = lock(&builder.shared);
        shared.as_ref().ok_or_else(finished)?.complete()?;
        let draft = shared.take().ok_or_else(finished)?;
        drop(shared);
        let made = verified(draft.module)?;
        // SAFETY: not NULL, so writable, as the header demands.
        unsafe { module.write(outlive_module::boxed(made)) };
        Ok(())
    };
    // SAFETY: NULL or writable, as the header demands.
    unsafe { guard(error, body) }
}

fn verified(module: ModuleBuilder) -> Result<Module, Failure> {
    let module =
        module.finish().map_err(|error| Failure::new(OUTLIVE_E_INVALID_MODULE, one_line(error.to_string())))?;
    check(&module, &Plan::default())?;
    Ok(module)
}

/// Frees a builder, finished or not. NULL is fine. Modules it has made stay valid; bodies of it have to be freed all the same.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_builder_free(builder: *mut outlive_builder) {
    quiet((), || {
        // SAFETY: NULL, or a builder from this library that is freed only once, as the header demands.
        if let Some(builder) = unsafe { take(builder) } {
            lock(&builder.shared).take();
        }
    });
}
