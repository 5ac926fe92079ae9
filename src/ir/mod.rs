//! The IR: types, opcodes, sites, instructions, functions, modules.
//!
//! A module is in SSA form: blocks with parameters instead of phis, instructions with any number of results instead of tuples.
//! *Memory form is legal*: a client may give every local variable a site and read and write it by `load` and `store`; that is
//! what go/ssa's naive form and any C front end produce, and what model `gc` reads.
//!
//! Everything that creates storage is a *site*, one row of one module-wide table; an opcode whose row says *makes* owns exactly
//! one, and nothing else creates storage. Analysis never changes a module.

pub mod attr;
mod builder;
pub mod intrinsic;
mod layout;
mod module;
pub mod opcode;
mod operator;
mod signature;
pub mod site;
pub mod types;
pub mod verify;

pub use attr::{Attr, Attrs, Entity};
pub use builder::{BodyBuilder, ModuleBuilder};
pub use module::{
    Block, Body, EXPORTED, EXTERNAL, Function, Global, HAS_RECEIVER, Inst, Module, Position, Promise, Reloc, Run,
    SYNTHETIC, Strings, Targets, VARIADIC, WITH_PARENT,
};
pub use opcode::{CallMode, CalleeKind, Opcode};
pub use operator::{BinaryOp, CompareOp, UnaryOp};
pub use signature::Signatures;
pub use site::{Site, SiteKind};
pub use types::{Layout, Target, TypeData, TypeError, TypeKind, Types};
pub use verify::{VerifyError, verify};
