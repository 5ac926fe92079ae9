//! Random correct modules, small and odd: every table has rows, ids are out of the order of the text, names collide.

use arbitrary::{Result, Unstructured};
use outlive::entity::{BlockId, FuncId, PosId, TypeId, Value};
use outlive::ir::attr::{self, Entity};
use outlive::ir::{BodyBuilder, Module, ModuleBuilder, Opcode, SiteKind, Target, TypeKind};

/// Names that need quotes, look like ids, or are used twice.
const NAMES: &[&str] =
    &["main.f", "main.g", "main.f$1", "(*main.T).M", "f1", "x", "", "é b", "\"\n", "none", "int", "main.f"];

/// A random module.
pub(crate) fn module(u: &mut Unstructured<'_>) -> Result<Module> {
    let mut m = ModuleBuilder::new(u.choose(NAMES)?, Target::default());
    if u.arbitrary()? {
        m.producer(u.choose(NAMES)?);
    }
    let types = types(u, &mut m)?;
    let files: Vec<_> = ["a.go", "b c.go", "a.go"].iter().map(|name| m.file(name)).collect();
    let mut places = vec![PosId::from_raw(0)];
    for _ in 0..u.int_in_range(0..=6)? {
        let file = *u.choose(&files)?;
        places.push(m.pos(file, u.int_in_range(0..=9)?, u.int_in_range(0..=9)?));
    }
    let mut globals = Vec::new();
    for _ in 0..u.int_in_range(0..=3)? {
        let ty = *u.choose(&types)?;
        globals.push((m.global(u.choose(NAMES)?, ty, *u.choose(&places)?), ty));
    }
    let mut funcs = Vec::new();
    for _ in 0..u.int_in_range(1..=4)? {
        let params = list(u, &types, 3)?;
        let results = list(u, &types, 2)?;
        let sig = m.func_type(&params, &results, false);
        let func = m.func(u.choose(NAMES)?, sig, *u.choose(&places)?);
        m.func_mut(func).flags |= u.int_in_range(0..=31)? << 1;
        if u.ratio(1, 8)? {
            m.attr(Entity::Func, attr::LANG_VERSION, func.raw(), u.int_in_range(0..=30)?);
        }
        funcs.push((func, params, results));
    }
    for (func, params, results) in &funcs {
        if u.ratio(1, 4)? {
            continue;
        }
        let mut draft = Draft { m: &mut m, u, b: BodyBuilder::new(), types: &types, places: &places, func: *func };
        draft.body(params, results, &funcs, &globals)?;
        let body = draft.b;
        m.body(*func, body);
    }
    Ok(m.finish().expect("types without cycles"))
}

fn list(u: &mut Unstructured<'_>, types: &[TypeId], max: usize) -> Result<Vec<TypeId>> {
    (0..u.int_in_range(0..=max)?).map(|_| u.choose(types).copied()).collect()
}

fn types(u: &mut Unstructured<'_>, m: &mut ModuleBuilder) -> Result<Vec<TypeId>> {
    let mut types = vec![m.basic(TypeKind::Int), m.basic(TypeKind::Bool), m.basic(TypeKind::String)];
    for _ in 0..u.int_in_range(0..=8)? {
        let a = *u.choose(&types)?;
        let b = *u.choose(&types)?;
        let ty = match u.int_in_range(0..=8)? {
            0 => m.ptr(a),
            1 => m.slice(a),
            2 => m.map(a, b),
            3 => m.array(a, u.int_in_range(0..=5)?),
            4 => m.func_type(&[a, b], &[a], false),
            5 => m.ty(TypeKind::Chan, a.raw(), u.int_in_range(0..=2)?, 0, &[]),
            6 => {
                // A name that goes through a pointer to itself.
                let named = m.named("main", u.choose(&["T", "U", "T"])?);
                let link = m.ptr(named);
                let row = m.struct_type(24, &[("next", link, 0), ("val", types[2], 8)]);
                m.set_underlying(named, row);
                named
            }
            7 => {
                let sig = m.func_type(&[a], &[], false);
                m.interface(&[("M", sig), ("a b", sig)])
            }
            _ => m.ty(TypeKind::Opaque, 24, 0, 1, &[8]),
        };
        types.push(ty);
    }
    Ok(types)
}

struct Draft<'a, 'u> {
    m: &'a mut ModuleBuilder,
    u: &'a mut Unstructured<'u>,
    b: BodyBuilder,
    types: &'a [TypeId],
    places: &'a [PosId],
    func: FuncId,
}

type Sig = (FuncId, Vec<TypeId>, Vec<TypeId>);

impl Draft<'_, '_> {
    /// An entry, and blocks it reaches; each uses its own values, its parameters and the entry's.
    fn body(
        &mut self,
        params: &[TypeId],
        results: &[TypeId],
        funcs: &[Sig],
        globals: &[(outlive::entity::GlobalId, TypeId)],
    ) -> Result<()> {
        let entry = self.b.block(params);
        let blocks = self.u.int_in_range(0..=3)?;
        let mut heads = vec![(entry, Vec::new())];
        for _ in 0..blocks {
            let params = list(self.u, self.types, 2)?;
            heads.push((self.b.block(&params), params));
        }
        let mut of_entry: Vec<(Value, TypeId)> = Vec::new();
        for (n, (block, own)) in heads.clone().into_iter().enumerate() {
            self.b.switch_to(block);
            let mut known = of_entry.clone();
            let own = if n == 0 { params } else { &own };
            known.extend(own.iter().enumerate().map(|(i, &ty)| (self.b.param(block, i), ty)));
            if self.u.ratio(1, 6)? {
                self.b.block_attr(block, attr::DEPTH, self.u.int_in_range(1..=4)?);
            }
            for _ in 0..self.u.int_in_range(0..=6)? {
                self.b.at(*self.u.choose(self.places)?);
                self.instruction(&mut known, funcs, globals)?;
            }
            if n == 0 {
                of_entry.clone_from(&known);
            }
            self.terminator(&known, &heads, results)?;
        }
        Ok(())
    }

    /// A value of a type: one there is, or a zero.
    fn value(&mut self, known: &[(Value, TypeId)], ty: TypeId) -> Result<Value> {
        let fit: Vec<Value> = known.iter().filter(|(_, t)| *t == ty).map(|(v, _)| *v).collect();
        if fit.is_empty() || self.u.ratio(1, 8)? {
            return Ok(self.b.value_of(Opcode::Zero, 0, &[], ty));
        }
        self.u.choose(&fit).copied()
    }

    fn instruction(
        &mut self,
        known: &mut Vec<(Value, TypeId)>,
        funcs: &[Sig],
        globals: &[(outlive::entity::GlobalId, TypeId)],
    ) -> Result<()> {
        let ty = *self.u.choose(self.types)?;
        let ptr = self.m.ptr(ty);
        let (int, boolean, string) = (self.types[0], self.types[1], self.types[2]);
        match self.u.int_in_range(0..=8)? {
            0 => {
                let name = *self.u.choose(NAMES)?;
                let pos = *self.u.choose(self.places)?;
                let (op, kind) = *self.u.choose(&[(Opcode::Var, SiteKind::Var), (Opcode::New, SiteKind::Literal)])?;
                let site = self.m.site(kind, ty, self.func, pos, name);
                self.m.site_mut(site).flags = u32::from(self.u.ratio(1, 8)?);
                if self.u.ratio(1, 8)? {
                    self.m.attr(Entity::Site, attr::DEPTH, site.raw(), self.u.int_in_range(1..=3)?);
                }
                known.push((self.b.value_of(op, site.raw(), &[], ptr), ptr));
            }
            1 => {
                let at = self.value(known, ptr)?;
                known.push((self.b.value_of(Opcode::Load, 0, &[at], ty), ty));
            }
            2 => {
                let (at, x) = (self.value(known, ptr)?, self.value(known, ty)?);
                let inst = self.b.emit(Opcode::Store, 0, &[at, x], &[], &[]);
                if self.u.ratio(1, 8)? {
                    self.b.attr(inst, attr::SELF_ASSIGN, 1);
                }
            }
            3 => {
                let x: u64 = self.u.arbitrary()?;
                let words = [x as u32, (x >> 32) as u32];
                let inst = self.b.emit(Opcode::ConstInt, 0, &[], &words, &[int]);
                known.push((self.b.result(inst, 0), int));
            }
            4 => {
                let (x, y) = (self.value(known, int)?, self.value(known, int)?);
                let op = self.u.int_in_range(0..=5)?;
                known.push((self.b.value_of(Opcode::Compare, op, &[x, y], boolean), boolean));
            }
            5 => {
                let text = self.m.str(self.u.choose(NAMES)?);
                known.push((self.b.value_of(Opcode::ConstStr, text.raw(), &[], string), string));
            }
            6 => {
                let (func, params, results) = self.u.choose(funcs)?;
                let args = params.iter().map(|&ty| self.value(known, ty)).collect::<Result<Vec<_>>>()?;
                let inst = self.b.emit(Opcode::Call, func.raw(), &args, &[], results);
                for (n, &ty) in results.iter().enumerate() {
                    known.push((self.b.result(inst, n as u32), ty));
                }
            }
            7 if !globals.is_empty() => {
                let &(global, ty) = self.u.choose(globals)?;
                let ptr = self.m.ptr(ty);
                known.push((self.b.value_of(Opcode::GlobalAddr, global.raw(), &[], ptr), ptr));
            }
            _ => {
                let text: u64 = self.u.arbitrary()?;
                let f64 = self.m.basic(TypeKind::F64);
                let words = [text as u32, (text >> 32) as u32];
                self.b.emit(Opcode::ConstFloat, 0, &[], &words, &[f64]);
            }
        }
        Ok(())
    }

    fn target(&mut self, known: &[(Value, TypeId)], heads: &[(BlockId, Vec<TypeId>)]) -> Result<(BlockId, Vec<Value>)> {
        let (block, params) = self.u.choose(&heads[1..])?.clone();
        let args = params.iter().map(|&ty| self.value(known, ty)).collect::<Result<Vec<_>>>()?;
        Ok((block, args))
    }

    fn terminator(
        &mut self,
        known: &[(Value, TypeId)],
        heads: &[(BlockId, Vec<TypeId>)],
        results: &[TypeId],
    ) -> Result<()> {
        let kind = if heads.len() == 1 { 0 } else { self.u.int_in_range(0..=3)? };
        match kind {
            0 => {
                let args = results.iter().map(|&ty| self.value(known, ty)).collect::<Result<Vec<_>>>()?;
                self.b.emit(Opcode::Return, 0, &args, &[], &[]);
            }
            1 => {
                let (block, args) = self.target(known, heads)?;
                self.b.emit(Opcode::Jump, block.raw(), &args, &[], &[]);
            }
            2 => {
                let mut args = vec![self.value(known, self.types[1])?];
                let (yes, first) = self.target(known, heads)?;
                let (no, second) = self.target(known, heads)?;
                args.extend(&first);
                args.extend(&second);
                self.b.emit(Opcode::Branch, first.len() as u32, &args, &[yes.raw(), no.raw()], &[]);
            }
            _ => {
                let mut args = vec![self.value(known, self.types[0])?];
                let (default, first) = self.target(known, heads)?;
                args.extend(&first);
                let mut imms = vec![default.raw(), first.len() as u32];
                for _ in 0..self.u.int_in_range(0..=3)? {
                    let value: i64 = self.u.arbitrary()?;
                    let (block, these) = self.target(known, heads)?;
                    imms.extend([value as u32, (value >> 32) as u32, block.raw(), these.len() as u32]);
                    args.extend(&these);
                }
                self.b.emit(Opcode::Switch, 0, &args, &imms, &[]);
            }
        }
        Ok(())
    }
}
