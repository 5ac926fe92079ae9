//! Calls for the commonest instructions, which find the types of their results themselves.

use super::body::{Part, outlive_body, with};
use super::entities::{outlive_block, outlive_function, outlive_site, outlive_value};
use super::{Draft, bad_argument, resolved};
use crate::error::outlive_error;
use crate::growable::{Growable, array, table};
use crate::guard::Failure;
use crate::status::{OUTLIVE_E_BAD_TYPE, outlive_status};
use outlive_core::entity::{FuncId, SiteId, TypeId};
use outlive_core::ir::{Opcode, TypeKind};
use std::ptr;

/// Why the type of a result cannot be told.
fn no_type(op: Opcode, what: String) -> Failure {
    Failure::new(OUTLIVE_E_BAD_TYPE, format!("{}: {what}", op.row().name))
}

impl Part {
    /// The type of a value.
    fn value_type(&mut self, value: outlive_value) -> Result<TypeId, Failure> {
        use super::entities::Entity as _;
        let stamp = self.stamp;
        let values = self.draft()?.values();
        value.check(stamp, values.len()).map(|id| values[id as usize])
    }

    /// Appends an instruction with one result, or none.
    ///
    /// # Safety
    /// `made` is NULL or writable.
    unsafe fn one(
        &mut self,
        draft: &mut Draft,
        (op, aux): (Opcode, u32),
        args: &[outlive_value],
        imms: &[u32],
        ty: Option<TypeId>,
        made: *mut outlive_value,
    ) -> Result<(), Failure> {
        self.types.clear();
        self.types.extend(ty);
        let inst = self.emit(draft, op, aux, args, imms)?;
        // SAFETY: passed on to the caller.
        unsafe { self.hand_out(inst, made, ptr::null_mut()) };
        Ok(())
    }
}

/// What a pointer points to.
fn pointee(draft: &Draft, op: Opcode, ty: TypeId) -> Result<TypeId, Failure> {
    let types = draft.module.types();
    let row = resolved(types, ty).map(|ty| &types.rows[ty]);
    match row {
        Some(row) if row.kind == TypeKind::Ptr => Ok(TypeId::from_raw(row.a)),
        _ => Err(no_type(op, format!("the operand has {}, which is no pointer", super::fit::show(types, ty)))),
    }
}

/// A pointer to a type, made if there is none.
fn pointer_to(draft: &mut Draft, ty: TypeId) -> Result<TypeId, Failure> {
    draft.admit_type(2)?;
    Ok(draft.module.ptr(ty))
}

/// Appends `const_int`, an integer or boolean constant of this type. Writes `*value`, which may be NULL, as with all calls of this kind.
///
/// Fails as `outlive_body_emit` does.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_body_const_int(
    body: *mut outlive_body,
    r#type: super::entities::outlive_type,
    number: i64,
    value: *mut outlive_value,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let run = |draft: &mut Draft, part: &mut Part| {
        let ty = draft.ty(r#type)?;
        let imms = [number as u32, (number >> 32) as u32];
        // SAFETY: NULL or writable, as the header demands.
        unsafe { part.one(draft, (Opcode::ConstInt, 0), &[], &imms, Some(ty), value) }
    };
    // SAFETY: NULL or live, NULL or writable, as the header demands.
    unsafe { with(body, error, run) }
}

/// Appends the maker of a site: `var` for a variable, `new` for other storage without operands. Writes its address to `*address`, a
/// pointer to the site's type.
///
/// Fails as `outlive_body_emit` does.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_body_make(
    body: *mut outlive_body,
    site: outlive_site,
    address: *mut outlive_value,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let run = |draft: &mut Draft, part: &mut Part| {
        let site = draft.site(site)?;
        let row = &draft.module.sites()[site];
        let op = if row.kind.is_variable() { Opcode::Var } else { Opcode::New };
        let ty = row.ty;
        let ty = pointer_to(draft, ty)?;
        // SAFETY: NULL or writable, as the header demands.
        unsafe { part.one(draft, (op, SiteId::raw(site)), &[], &[], Some(ty), address) }
    };
    // SAFETY: NULL or live, NULL or writable, as the header demands.
    unsafe { with(body, error, run) }
}

/// Appends `load`. Writes `*value`, of the type `address` points to.
///
/// Fails as `outlive_body_emit` does.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_body_load(
    body: *mut outlive_body,
    address: outlive_value,
    value: *mut outlive_value,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let run = |draft: &mut Draft, part: &mut Part| {
        let ty = pointee(draft, Opcode::Load, part.value_type(address)?)?;
        // SAFETY: NULL or writable, as the header demands.
        unsafe { part.one(draft, (Opcode::Load, 0), &[address], &[], Some(ty), value) }
    };
    // SAFETY: NULL or live, NULL or writable, as the header demands.
    unsafe { with(body, error, run) }
}

/// Appends `store`: writes `value` to `address`.
///
/// Fails as `outlive_body_emit` does.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_body_store(
    body: *mut outlive_body,
    address: outlive_value,
    value: outlive_value,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let run = |draft: &mut Draft, part: &mut Part| {
        // SAFETY: nothing is asked for.
        unsafe { part.one(draft, (Opcode::Store, 0), &[address, value], &[], None, ptr::null_mut()) }
    };
    // SAFETY: NULL or live, NULL or writable, as the header demands.
    unsafe { with(body, error, run) }
}

/// Appends `field_addr`. Writes to `*field` the address of field `index` of the struct that `address` points to.
///
/// Fails as `outlive_body_emit` does.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_body_field_addr(
    body: *mut outlive_body,
    address: outlive_value,
    index: u32,
    field: *mut outlive_value,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let run = |draft: &mut Draft, part: &mut Part| {
        let op = Opcode::FieldAddr;
        let object = pointee(draft, op, part.value_type(address)?)?;
        let types = draft.module.types();
        let ty = resolved(types, object).and_then(|object| types.fields(object).nth(index as usize));
        let none = || no_type(op, format!("{} has no field {index}", super::fit::show(types, object)));
        let ty = ty.ok_or_else(none)?.ty;
        let ty = pointer_to(draft, ty)?;
        // SAFETY: NULL or writable, as the header demands.
        unsafe { part.one(draft, (op, index), &[address], &[], Some(ty), field) }
    };
    // SAFETY: NULL or live, NULL or writable, as the header demands.
    unsafe { with(body, error, run) }
}

/// Appends `elem_addr`. Writes to `*elem` the address of an element of the slice `base`, or of the array `base` points to.
///
/// Fails as `outlive_body_emit` does.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_body_elem_addr(
    body: *mut outlive_body,
    base: outlive_value,
    index: outlive_value,
    elem: *mut outlive_value,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let run = |draft: &mut Draft, part: &mut Part| {
        let op = Opcode::ElemAddr;
        let ty = part.value_type(base)?;
        let types = draft.module.types();
        let none = || no_type(op, format!("{} is no slice and no pointer to an array", super::fit::show(types, ty)));
        let row = |ty| resolved(types, ty).map(|ty| &types.rows[ty]);
        let found = match row(ty) {
            Some(row) if row.kind == TypeKind::Slice => Some(row.a),
            Some(base) if base.kind == TypeKind::Ptr => {
                row(TypeId::from_raw(base.a)).filter(|array| array.kind == TypeKind::Array).map(|array| array.a)
            }
            _ => None,
        };
        let ty = pointer_to(draft, TypeId::from_raw(found.ok_or_else(none)?))?;
        // SAFETY: NULL or writable, as the header demands.
        unsafe { part.one(draft, (op, 0), &[base, index], &[], Some(ty), elem) }
    };
    // SAFETY: NULL or live, NULL or writable, as the header demands.
    unsafe { with(body, error, run) }
}

/// Appends `call` of a function that is known. Writes its results to `results`, which has room for `max_results` of them and may be NULL
/// with 0; at most so many are written.
///
/// Fails as `outlive_body_emit` does.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_body_call(
    body: *mut outlive_body,
    func: outlive_function,
    args: *const outlive_value,
    num_args: usize,
    results: *mut outlive_value,
    max_results: usize,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let run = |draft: &mut Draft, part: &mut Part| {
        // SAFETY: readable, as the header demands.
        let args = unsafe { array(args, num_args, "args") }?;
        if results.is_null() && max_results > 0 {
            return Err(Failure::null("results"));
        }
        let func = draft.func(func)?;
        let sig = draft.module.funcs()[func].sig;
        part.types.clear();
        if let Some(sig) = resolved(draft.module.types(), sig) {
            part.types.extend(draft.module.types().results(sig));
        }
        if part.types.len() > 255 {
            return Err(no_type(Opcode::Call, format!("{} results exceed the limit of 255", part.types.len())));
        }
        let made = part.emit(draft, Opcode::Call, FuncId::raw(func), args, &[])?;
        // SAFETY: there is room for so many, as the header demands.
        unsafe { part.hand_out(made.at_most(max_results), results, ptr::null_mut()) };
        Ok(())
    };
    // SAFETY: NULL or live, NULL or writable, as the header demands.
    unsafe { with(body, error, run) }
}

/// Ends the current block with `return`.
///
/// Fails as `outlive_body_emit` does.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_body_return(
    body: *mut outlive_body,
    values: *const outlive_value,
    num_values: usize,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let run = |draft: &mut Draft, part: &mut Part| {
        // SAFETY: readable, as the header demands; nothing is asked for.
        unsafe {
            let values = array(values, num_values, "values")?;
            part.one(draft, (Opcode::Return, 0), values, &[], None, ptr::null_mut())
        }
    };
    // SAFETY: NULL or live, NULL or writable, as the header demands.
    unsafe { with(body, error, run) }
}

/// Ends the current block with `jump`: goes to `target`, whose parameters are `args`.
///
/// Fails as `outlive_body_emit` does.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_body_jump(
    body: *mut outlive_body,
    target: outlive_block,
    args: *const outlive_value,
    num_args: usize,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let run = |draft: &mut Draft, part: &mut Part| {
        let target = part.block(target)?;
        // SAFETY: readable, as the header demands; nothing is asked for.
        unsafe {
            let args = array(args, num_args, "args")?;
            part.one(draft, (Opcode::Jump, target.raw()), args, &[], None, ptr::null_mut())
        }
    };
    // SAFETY: NULL or live, NULL or writable, as the header demands.
    unsafe { with(body, error, run) }
}

/// Ends the current block with `branch`: goes to `then_` where `condition`, a boolean, is true, else to `else_`. Each has its own arguments.
///
/// Fails as `outlive_body_emit` does.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_body_branch(
    body: *mut outlive_body,
    condition: outlive_value,
    then_: outlive_block,
    then_args: *const outlive_value,
    num_then_args: usize,
    else_: outlive_block,
    else_args: *const outlive_value,
    num_else_args: usize,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let run = |draft: &mut Draft, part: &mut Part| {
        let imms = [part.block(then_)?.raw(), part.block(else_)?.raw()];
        // SAFETY: readable, as the header demands; nothing is asked for.
        unsafe {
            let yes = array(then_args, num_then_args, "then_args")?;
            let args = [&[condition], yes, array(else_args, num_else_args, "else_args")?].concat();
            let count = u32::try_from(yes.len()).unwrap_or(u32::MAX);
            part.one(draft, (Opcode::Branch, count), &args, &imms, None, ptr::null_mut())
        }
    };
    // SAFETY: NULL or live, NULL or writable, as the header demands.
    unsafe { with(body, error, run) }
}

/// A case of a `switch`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct outlive_case {
    /// The number it is taken for.
    pub number: i64,
    /// Where it goes.
    pub target: outlive_block,
    /// The arguments of that block.
    pub args: *const outlive_value,
    /// Number of them.
    pub num_args: usize,
}

// SAFETY: numbers and pointers.
unsafe impl Growable for outlive_case {
    const FIRST_SIZE: usize = size_of::<Self>();
}

/// Ends the current block with `switch`: goes to the target of the case whose number is `value`, an integer, else to `otherwise`.
/// `num_cases` entries of `case_size` bytes (`sizeof(outlive_case)`).
///
/// Fails as `outlive_body_emit` does.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outlive_body_switch(
    body: *mut outlive_body,
    value: outlive_value,
    otherwise: outlive_block,
    otherwise_args: *const outlive_value,
    num_otherwise_args: usize,
    cases: *const outlive_case,
    num_cases: usize,
    case_size: usize,
    error: *mut *mut outlive_error,
) -> outlive_status {
    let run = |draft: &mut Draft, part: &mut Part| {
        // SAFETY: readable, as the header demands; nothing is asked for.
        unsafe {
            let first = array(otherwise_args, num_otherwise_args, "otherwise_args")?;
            let cases = table(cases, num_cases, case_size, "cases")?;
            let mut imms = vec![part.block(otherwise)?.raw(), count(first)?];
            let mut args = vec![value];
            args.extend_from_slice(first);
            for case in &cases {
                let given = array(case.args, case.num_args, "the arguments of a case")?;
                let (lo, hi) = (case.number as u32, (case.number >> 32) as u32);
                imms.extend([lo, hi, part.block(case.target)?.raw(), count(given)?]);
                args.extend_from_slice(given);
            }
            part.one(draft, (Opcode::Switch, 0), &args, &imms, None, ptr::null_mut())
        }
    };
    // SAFETY: NULL or live, NULL or writable, as the header demands.
    unsafe { with(body, error, run) }
}

/// Number of arguments for one target.
fn count(args: &[outlive_value]) -> Result<u32, Failure> {
    let too_many = |_| bad_argument(format!("{} arguments for one target", args.len()));
    u16::try_from(args.len()).map(u32::from).map_err(too_many)
}
