//! Functions: headers, blocks, instructions.

use super::super::names::{FUNC_FLAGS, default_kind};
use super::display::spelled;
use super::{Printer, optional};
use crate::entity::{FuncId, NONE, PosId, SiteId, StrId, TypeId};
use crate::ir::attr::Entity;
use crate::ir::opcode::Aux;
use crate::ir::site::SILENT;
use crate::ir::{BinaryOp, Body, CompareOp, EXTERNAL, Inst, Module, Opcode, SiteKind, UnaryOp, intrinsic};
use std::fmt::Write as _;

/// The instruction each site is declared at: the first that names it, if it makes it and lies in the site's function.
pub(super) fn declarations(m: &Module) -> Vec<u32> {
    let mut at = vec![NONE; m.sites.len()];
    let mut seen = vec![false; m.sites.len()];
    for func in m.funcs.indices() {
        let body = m.body(func);
        for (n, inst) in body.insts.iter().enumerate() {
            let site = inst.aux as usize;
            if inst.op.row().aux == Aux::Site && site < at.len() && !std::mem::replace(&mut seen[site], true) {
                let usable = m.sites[site].func == func && !is_raw(m, &body, inst);
                at[site] = if usable { body.inst_in_module((n as u32).into()) } else { NONE };
            }
        }
    }
    at
}

/// The type a site has unless the text says otherwise.
fn implied_type(m: &Module, body: &Body<'_>, inst: &Inst) -> Option<TypeId> {
    if inst.op == Opcode::MakeIface {
        return body.values.get(*body.arg_words(inst).first()? as usize).copied();
    }
    let result = (inst.num_results > 0).then(|| body.ty(inst.result()))?;
    if result.index() >= m.types.len() {
        return None;
    }
    if matches!(inst.op, Opcode::Var | Opcode::New) {
        return m.types.elem(result).filter(|_| m.types.kind(result) == crate::ir::TypeKind::Ptr);
    }
    Some(result)
}

/// Whether an instruction has words its ordinary form cannot say.
fn is_raw(m: &Module, body: &Body<'_>, inst: &Inst) -> bool {
    let (imms, args) = (body.imms(inst), inst.num_args as usize);
    let block = |b: u32| (b as usize) < body.blocks.len();
    match inst.op {
        Opcode::ConstInt | Opcode::ConstFloat => return imms.len() != 2,
        Opcode::MakeClosure => return imms.len() != 1 || imms[0] == NONE,
        Opcode::MethodValue => return imms.len() != 2,
        Opcode::Jump => return !block(inst.aux),
        Opcode::Branch => {
            return imms.len() != 2 || !imms.iter().all(|&b| block(b)) || inst.aux as usize >= args;
        }
        Opcode::Switch => {
            let whole = imms.len() >= 2 && (imms.len() - 2).is_multiple_of(4);
            let sum = |imms: &[u32]| {
                u64::from(imms[1]) + imms[2..].chunks_exact(4).map(|case| u64::from(case[3])).sum::<u64>()
            };
            return !whole
                || args == 0
                || sum(imms) + 1 != args as u64
                || !block(imms[0])
                || !imms[2..].chunks_exact(4).all(|case| block(case[2]));
        }
        Opcode::Slice => return inst.aux > 7 || args != 1 + inst.aux.count_ones() as usize,
        _ => {}
    }
    match inst.op.row().aux {
        Aux::None => inst.aux != 0,
        Aux::Str => inst.aux as usize >= m.strings.len(),
        Aux::Site => inst.aux as usize >= m.sites.len(),
        Aux::Unary => UnaryOp::from_number(inst.aux).is_none(),
        Aux::Binary => BinaryOp::from_number(inst.aux).is_none(),
        Aux::Compare => CompareOp::from_number(inst.aux).is_none(),
        Aux::Intrinsic => intrinsic::by_id(inst.aux).is_none(),
        _ => false,
    }
}

impl Printer<'_> {
    pub(super) fn function(&mut self, func: FuncId) {
        let (m, display) = (self.m, self.display);
        let row = m.funcs[func];
        let body = m.body(func);
        self.positions.file = None;
        self.number("func f", func.raw());
        self.word(&spelled(m.str(row.name)));
        self.word(&display.ty(row.sig));
        for &(bit, word) in FUNC_FLAGS {
            if row.flags & bit != 0 {
                self.word(word);
            }
        }
        let known = FUNC_FLAGS.iter().fold(EXTERNAL, |all, flag| all | flag.0);
        if row.flags & !known != 0 {
            self.number("flags=", row.flags & !known);
        }
        if row.is_external() && !body.blocks.is_empty() {
            self.word("external");
        }
        for (word, id) in [("parent=", row.parent.raw()), ("instance_of=", row.instance_of.raw())] {
            if let Some(id) = optional(id) {
                self.word(word);
                self.out.push_str(&display.func(id));
            }
        }
        if let Some(id) = optional(row.recover.raw()) {
            self.number("recover=b", id);
        }
        let free: Vec<_> = m.free_vars(func).map(|ty| display.ty(ty)).collect();
        if !free.is_empty() {
            self.word("free=(");
            self.out.push_str(&free.join(", "));
            self.out.push(')');
        }
        self.attributes(Entity::Func, func.raw());
        self.pos(row.pos);
        if row.is_external() && body.blocks.is_empty() {
            self.line();
            return;
        }
        self.word("{");
        self.line();
        for (n, block) in body.blocks.iter().enumerate() {
            self.number("b", n as u32);
            if block.num_params > 0 {
                let params: Vec<_> = block.params().map(|v| format!("{v}: {}", display.ty(body.ty(v)))).collect();
                let _ = write!(self.out, "({})", params.join(", "));
            }
            self.attributes(Entity::Block, body.block_in_module((n as u32).into()));
            self.out.push_str(":\n");
            for inst in block.insts() {
                self.out.push_str("  ");
                self.instruction(&body, inst.raw());
                self.line();
            }
        }
        self.out.push_str("}\n");
    }

    fn instruction(&mut self, body: &Body<'_>, number: u32) {
        let inst = &body.insts[number as usize];
        for (n, v) in inst.results().enumerate() {
            if n > 0 {
                self.out.push_str(", ");
            }
            let _ = write!(self.out, "{v}: {}", self.display.ty(body.ty(v)));
        }
        if inst.num_results > 0 {
            self.word("=");
        }
        self.word(inst.op.row().name);
        if is_raw(self.m, body, inst) {
            self.number("raw ", inst.aux);
            self.values(body.arg_words(inst));
            self.word("{");
            body.imms(inst).iter().for_each(|&word| self.number("", word));
            self.out.push('}');
        } else {
            self.operands(body, inst, body.inst_in_module(number.into()));
        }
        self.attributes(Entity::Inst, body.inst_in_module(number.into()));
        self.pos(inst.pos);
    }

    fn values(&mut self, words: &[u32]) {
        for (n, word) in words.iter().enumerate() {
            if n > 0 {
                self.out.push(',');
            }
            self.number("v", *word);
        }
    }

    fn operands(&mut self, body: &Body<'_>, inst: &Inst, in_module: u32) {
        let (m, display) = (self.m, self.display);
        let (args, imms) = (body.arg_words(inst), body.imms(inst));
        match inst.op.row().aux {
            Aux::None | Aux::Block | Aux::Bounds | Aux::Count => {}
            Aux::Site => self.maker(body, inst, in_module),
            Aux::Func => self.word(&display.func(inst.aux)),
            Aux::Global => self.word(&display.global(inst.aux)),
            Aux::Str => self.quoted(m.str(StrId::from_raw(inst.aux))),
            Aux::Type => self.word(&display.ty(TypeId::from_raw(inst.aux))),
            Aux::Index => self.number(".", inst.aux),
            Aux::Unary => self.word(UnaryOp::from_number(inst.aux).map_or("", UnaryOp::name)),
            Aux::Binary => self.word(BinaryOp::from_number(inst.aux).map_or("", BinaryOp::name)),
            Aux::Compare => self.word(CompareOp::from_number(inst.aux).map_or("", CompareOp::name)),
            Aux::Intrinsic => self.word(intrinsic::by_id(inst.aux).map_or("", |row| row.name)),
            Aux::Select => {
                self.number("", inst.aux & !(1 << 31));
                if inst.aux >> 31 != 0 {
                    self.word("default");
                }
            }
        }
        match inst.op {
            Opcode::ConstInt => {
                let value = u64::from(imms[0]) | u64::from(imms[1]) << 32;
                self.word(&(value as i64).to_string());
            }
            Opcode::ConstFloat => {
                let bits = u64::from(imms[0]) | u64::from(imms[1]) << 32;
                let value = f64::from_bits(bits);
                let plain = format!("{value:?}");
                // An exponent's sign is no part of a word.
                if value.is_finite() && !plain.contains('+') {
                    self.word(&plain);
                } else {
                    self.word(&format!("0x{bits:016x}"));
                }
            }
            Opcode::MakeClosure => self.word(&display.func(imms[0])),
            Opcode::MethodValue => {
                match optional(imms[0]) {
                    Some(func) => self.word(&display.func(func)),
                    None => self.word("none"),
                }
                if imms[0] == NONE || imms[1] != 0 {
                    self.number(".", imms[1]);
                }
            }
            Opcode::Slice => {
                self.values(&args[..1]);
                let words = ["lo", "hi", "max"].iter().enumerate().filter(|(bit, _)| inst.aux & 1 << bit != 0);
                for ((_, word), arg) in words.zip(&args[1..]) {
                    self.word(word);
                    self.values(&[*arg]);
                }
                return;
            }
            Opcode::Jump => return self.target(inst.aux, args),
            Opcode::Branch => {
                self.values(&args[..1]);
                let (yes, no) = args[1..].split_at(inst.aux as usize);
                self.out.push(',');
                self.target(imms[0], yes);
                self.out.push(',');
                return self.target(imms[1], no);
            }
            Opcode::Switch => {
                self.values(&args[..1]);
                self.out.push(',');
                let (default, mut rest) = args[1..].split_at(imms[1] as usize);
                self.target(imms[0], default);
                for case in imms[2..].chunks_exact(4) {
                    let (these, others) = rest.split_at(case[3] as usize);
                    rest = others;
                    let value = u64::from(case[0]) | u64::from(case[1]) << 32;
                    let _ = write!(self.out, ", {}:", value as i64);
                    self.target(case[2], these);
                }
                return;
            }
            _ => {}
        }
        self.values(args);
    }

    fn target(&mut self, block: u32, args: &[u32]) {
        self.number("b", block);
        if !args.is_empty() {
            let args: Vec<String> = args.iter().map(|v| format!("v{v}")).collect();
            let _ = write!(self.out, "({})", args.join(", "));
        }
    }

    /// The site of a maker, declared here or not.
    fn maker(&mut self, body: &Body<'_>, inst: &Inst, in_module: u32) {
        let site = SiteId::from_raw(inst.aux);
        self.number("s", inst.aux);
        let Some(&row) = self.m.sites.get(site) else { return };
        if self.declared_at[site.index()] != in_module {
            return;
        }
        // A function's name in quotes that follows would be taken for the site's.
        let func_follows = matches!(inst.op, Opcode::MakeClosure | Opcode::MethodValue)
            && self.display.func(body.imms(inst)[0]).starts_with('"');
        if func_follows || !self.m.str(row.name).is_empty() {
            self.quoted(self.m.str(row.name));
        }
        self.site_clause(site, default_kind(inst.op), implied_type(self.m, body, inst), inst.pos);
    }

    /// What a site's row says beyond what is implied, in braces.
    pub(super) fn site_clause(&mut self, site: SiteId, kind: SiteKind, ty: Option<TypeId>, pos: PosId) {
        let row = self.m.sites[site];
        let start = self.out.len();
        self.word("{");
        let open = self.out.len();
        if row.kind != kind {
            self.word(row.kind.name());
        }
        if row.index != 0 || (matches!(row.kind, SiteKind::Param | SiteKind::Result) && row.kind != kind) {
            self.number("", row.index);
        }
        if Some(row.ty) != ty {
            self.word("type");
            self.word(&self.display.ty(row.ty));
            self.out.push(',');
        }
        if row.flags & SILENT != 0 {
            self.word("silent");
        }
        if row.flags & !SILENT != 0 {
            self.number("flags=", row.flags & !SILENT);
        }
        if let Some(parent) = optional(row.parent.raw()) {
            self.number("parent=s", parent);
        }
        if let Some(call) = optional(row.call) {
            self.number("call=", call);
        }
        self.attr_list(Entity::Site, site.raw());
        if row.pos != pos {
            if row.pos.raw() == 0 {
                self.word("@none");
            } else {
                self.pos(row.pos);
            }
        }
        if self.out.len() == open {
            self.out.truncate(start);
        } else {
            self.out.push('}');
        }
    }
}
