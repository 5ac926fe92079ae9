//! Slices, strings, interfaces, maps, channels, aggregates.

use super::super::error::{Check, fail};
use super::{Cx, is_integer};
use crate::entity::TypeId;
use crate::ir::module::Inst;
use crate::ir::opcode::Opcode;
use crate::ir::types::TypeKind as K;

impl Cx<'_> {
    pub(super) fn container(&self, inst: &Inst, args: &[u32]) -> Check {
        match inst.op {
            Opcode::MakeSlice | Opcode::MakeMap | Opcode::MakeChan => self.make(inst, args),
            Opcode::MakeIface
            | Opcode::MakeIfaceDirect
            | Opcode::ChangeIface
            | Opcode::TypeAssert
            | Opcode::Recover => self.interface(inst, args),
            Opcode::Concat | Opcode::Convert | Opcode::Append | Opcode::AppendSlice => self.growth(inst, args),
            Opcode::Aggregate | Opcode::Extract | Opcode::ExtractElem => self.aggregate(inst, args),
            Opcode::MapGet | Opcode::MapSet | Opcode::MapDelete | Opcode::Iter | Opcode::Next => self.map(inst, args),
            Opcode::ChanSend => self.send(self.arg(args, 0), self.arg(args, 1)),
            Opcode::ChanRecv => {
                self.receive(self.arg(args, 0), self.res(inst, 0))?;
                if inst.num_results > 1 { self.boolean("the second result", self.res(inst, 1)) } else { Ok(()) }
            }
            Opcode::ChanSelect => self.select(inst, args),
            // `zero`, `run_defers`, `panic`, `unreachable` take what they get.
            _ => Ok(()),
        }
    }

    fn make(&self, inst: &Inst, args: &[u32]) -> Check {
        let (res, site) = (self.res(inst, 0), self.m.sites[inst.aux as usize].ty);
        for n in 0..args.len() {
            self.integer("a size", self.arg(args, n))?;
        }
        let (kind, name) = match inst.op {
            Opcode::MakeSlice => (K::Slice, "a slice"),
            Opcode::MakeMap => (K::Map, "a map"),
            _ => (K::Chan, "a channel"),
        };
        self.is("the result", res, |k| k == kind, name)?;
        self.same("the type of the site", site, res)
    }

    fn interface(&self, inst: &Inst, args: &[u32]) -> Check {
        let iface = |k| k == K::Interface;
        let res = self.res(inst, 0);
        match inst.op {
            Opcode::MakeIface => {
                self.is("the result", res, iface, "an interface")?;
                self.same("the type of the site", self.m.sites[inst.aux as usize].ty, self.arg(args, 0))
            }
            Opcode::MakeIfaceDirect => {
                let x = self.arg(args, 0);
                if !self.types.layout[x].direct && self.kind(x) != K::TypeParam {
                    return fail(format!("{} is not pointer-shaped; it takes a `make_iface`", self.show(x)));
                }
                self.is("the result", res, iface, "an interface")
            }
            Opcode::Recover => self.is("the result", res, iface, "an interface"),
            Opcode::ChangeIface => {
                self.is("the operand", self.arg(args, 0), iface, "an interface")?;
                self.is("the result", res, iface, "an interface")
            }
            _ => {
                self.is("the operand", self.arg(args, 0), iface, "an interface")?;
                if inst.num_results > 1 { self.boolean("the second result", self.res(inst, 1)) } else { Ok(()) }
            }
        }
    }

    fn growth(&self, inst: &Inst, args: &[u32]) -> Check {
        let (res, site) = (self.res(inst, 0), self.m.sites[inst.aux as usize].ty);
        match inst.op {
            Opcode::Concat => {
                for n in 0..args.len() {
                    self.is("an operand", self.arg(args, n), |k| k == K::String, "a string")?;
                }
                self.is("the result", res, |k| k == K::String, "a string")?;
            }
            Opcode::Convert => {
                let (from, to) = (self.arg(args, 0), res);
                let legal = match (self.kind(from), self.kind(to)) {
                    (K::String, K::Slice) => self.is_text(to),
                    (K::Slice, K::String) => self.is_text(from),
                    (K::String, K::String) => true,
                    (a, K::String) => is_integer(a) || a == K::TypeParam,
                    (a, b) => a == K::TypeParam || b == K::TypeParam,
                };
                if !legal {
                    return fail(format!("does not convert {} to {}", self.show(from), self.show(to)));
                }
            }
            _ => {
                let s = self.arg(args, 0);
                self.is("the first operand", s, |k| k == K::Slice, "a slice")?;
                self.elements("the result", res, s)?;
                if inst.op == Opcode::Append {
                    let elem = self.types.elem(s);
                    for n in 1..args.len() {
                        elem.map_or(Ok(()), |elem| self.same("an element", self.arg(args, n), elem))?;
                    }
                } else {
                    let t = self.arg(args, 1);
                    self.is("the second operand", t, |k| matches!(k, K::Slice | K::String), "a slice or string")?;
                    self.elements("the second operand", t, s)?;
                }
            }
        }
        self.same("the type of the site", site, res)
    }

    /// A slice of bytes or of runes.
    fn is_text(&self, slice: TypeId) -> bool {
        self.types.elem(slice).is_some_and(|elem| matches!(self.kind(elem), K::U8 | K::I32 | K::TypeParam))
    }

    fn aggregate(&self, inst: &Inst, args: &[u32]) -> Check {
        let res = self.res(inst, 0);
        match inst.op {
            Opcode::Aggregate => match self.kind(res) {
                K::Struct => {
                    let fields = self.types.fields(res);
                    if fields.len() != args.len() {
                        let count = fields.len();
                        return fail(format!(
                            "{} operands for {}, which has {count} fields",
                            args.len(),
                            self.show(res)
                        ));
                    }
                    for (n, field) in fields.enumerate() {
                        self.same("an operand", self.arg(args, n), field.ty)?;
                    }
                    Ok(())
                }
                K::Array => {
                    let len = self.types.array_len(res);
                    if len != args.len() as u64 {
                        return fail(format!("{} operands for {len} elements", args.len()));
                    }
                    let elem = self.types.elem(res);
                    (0..args.len())
                        .try_for_each(|n| elem.map_or(Ok(()), |elem| self.same("an operand", self.arg(args, n), elem)))
                }
                K::TypeParam => Ok(()),
                _ => fail(format!("the result is {}, not a struct or array", self.show(res))),
            },
            Opcode::Extract => {
                let x = self.arg(args, 0);
                self.is("the operand", x, |k| k == K::Struct, "a struct")?;
                self.field(x, inst.aux)?.map_or(Ok(()), |ty| self.same("the result", res, ty))
            }
            _ => {
                let x = self.arg(args, 0);
                self.integer("the index", self.arg(args, 1))?;
                match (self.kind(x), self.types.elem(x)) {
                    (K::String, _) => self.is("the result", res, |k| k == K::U8, "a byte"),
                    (K::Array, Some(elem)) => self.same("the result", res, elem),
                    (K::TypeParam, _) => Ok(()),
                    _ => fail(format!("the operand is {}, not an array or string", self.show(x))),
                }
            }
        }
    }

    fn map(&self, inst: &Inst, args: &[u32]) -> Check {
        let m = self.arg(args, 0);
        match inst.op {
            Opcode::Iter => {
                self.is("the operand", m, |k| matches!(k, K::Map | K::String), "a map or string")?;
                let res = self.res(inst, 0);
                if self.types.pointers(res) != self.types.pointers(m) && self.kind(m) != K::TypeParam {
                    return fail("an iterator holds pointers exactly where what it iterates over does");
                }
                return Ok(());
            }
            Opcode::Next => return self.boolean("the first result", self.res(inst, 0)),
            _ => self.is("the first operand", m, |k| k == K::Map, "a map")?,
        }
        let (Some(key), Some(value)) = (self.types.key(m), self.types.elem(m)) else { return Ok(()) };
        self.same("the key", self.arg(args, 1), key)?;
        match inst.op {
            Opcode::MapSet => self.same("the value", self.arg(args, 2), value),
            Opcode::MapGet => {
                self.same("the result", self.res(inst, 0), value)?;
                if inst.num_results > 1 { self.boolean("the second result", self.res(inst, 1)) } else { Ok(()) }
            }
            _ => Ok(()),
        }
    }

    fn direction(&self, ch: TypeId, forbidden: u32, what: &str) -> Check<Option<TypeId>> {
        let row = &self.types.rows[self.types.underlying(ch)];
        match row.kind {
            K::Chan if row.b == forbidden => fail(format!("{} cannot {what}", self.show(ch))),
            K::Chan => Ok(Some(TypeId::from_raw(row.a))),
            K::TypeParam => Ok(None),
            _ => fail(format!("the operand is {}, not a channel", self.show(ch))),
        }
    }

    fn send(&self, ch: TypeId, value: TypeId) -> Check {
        self.direction(ch, 2, "be sent on")?.map_or(Ok(()), |elem| self.same("the value", value, elem))
    }

    fn receive(&self, ch: TypeId, res: TypeId) -> Check {
        self.direction(ch, 1, "be received from")?.map_or(Ok(()), |elem| self.same("the result", res, elem))
    }

    fn select(&self, inst: &Inst, args: &[u32]) -> Check {
        let sends = (inst.aux & !(1 << 31)) as usize;
        let Some(rest) = sends.checked_mul(2).and_then(|n| args.get(n..)) else {
            return fail(format!("{sends} send cases need two operands each; there are {}", args.len()));
        };
        if usize::from(inst.num_results) != 2 + rest.len() {
            return fail(format!("{} receive cases, but {} results instead of two more", rest.len(), inst.num_results));
        }
        self.integer("the first result", self.res(inst, 0))?;
        self.boolean("the second result", self.res(inst, 1))?;
        for pair in args[..2 * sends].chunks_exact(2) {
            self.send(self.arg(pair, 0), self.arg(pair, 1))?;
        }
        for n in 0..rest.len() {
            self.receive(self.arg(rest, n), self.res(inst, 2 + n as u32))?;
        }
        Ok(())
    }
}
