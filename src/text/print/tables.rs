//! Everything but bodies.

use super::display::{channel, qualified, signature, spelled};
use super::{Printer, optional};
use crate::entity::{FuncId, NONE, SiteId, TypeId};
use crate::ir::attr::Entity;
use crate::ir::types::NOT_IN_HEAP;
use crate::ir::{Promise, Target, TypeKind};
use std::fmt::Write as _;

impl Printer<'_> {
    pub(super) fn module(&mut self) {
        self.header();
        self.types();
        for row in self.m.globals.indices() {
            self.global(row.raw());
        }
        for row in &self.m.relocs {
            let kind = if row.kind == 1 { "func " } else { "" };
            let target = if row.kind == 1 { self.display.func(row.target) } else { self.display.global(row.target) };
            let holder = self.display.global(row.global.raw());
            let _ = writeln!(self.out, "reloc {holder}+{} {kind}{target}+{}", row.offset, row.addend);
        }
        for site in self.m.sites.indices() {
            if self.declared_at[site.index()] == NONE {
                self.site_line(site);
            }
        }
        self.loose_attributes();
        for func in self.m.funcs.indices() {
            self.function(func);
            self.promises(func);
        }
    }

    /// What is promised of a function, a line per parameter.
    fn promises(&mut self, func: FuncId) {
        let m = self.m;
        let start = m.promises.partition_point(|p| p.func < func);
        for row in m.promises[start..].iter().take_while(|p| p.func == func) {
            let _ = write!(self.out, "promise {} {}", self.display.func(func.raw()), row.param);
            for (name, flow) in Promise::FLOWS.iter().zip(row.flows).filter(|(_, flow)| *flow != 0) {
                let _ = write!(self.out, " {name}={flow}");
            }
            self.line();
        }
    }

    fn header(&mut self) {
        let m = self.m;
        self.word("module");
        self.quoted(m.str(m.name));
        if !m.str(m.producer).is_empty() {
            self.word("producer");
            self.quoted(m.str(m.producer));
        }
        if m.target != Target::default() {
            self.number("pointer ", m.target.pointer_size.into());
            self.number("align ", m.target.max_align.into());
        }
        self.line();
        for &file in &m.files {
            self.word("file");
            self.quoted(m.str(file));
            self.line();
        }
        if self.positions.table {
            for row in m.positions.iter().skip(1) {
                let _ = writeln!(self.out, "pos {} {} {}", row.file.raw(), row.line, row.col);
            }
        }
    }

    fn types(&mut self) {
        for ty in self.m.types.rows.indices() {
            self.number("type t", ty.raw());
            self.type_row(ty);
            self.line();
        }
    }

    fn type_row(&mut self, ty: TypeId) {
        let (m, display) = (self.m, self.display);
        let row = m.types.rows[ty];
        let part = |raw: u32| display.part(ty, TypeId::from_raw(raw));
        // What the expression says of `a`, `b` and `flags`; the rest is written behind it.
        let (mut a, mut b, mut flags) = (row.a, 0, 0);
        let text = match row.kind {
            TypeKind::Named => {
                b = row.b;
                flags = row.flags & NOT_IN_HEAP;
                self.named(ty);
                part(row.a)
            }
            TypeKind::Ptr => format!("*{}", part(row.a)),
            TypeKind::Slice => format!("[]{}", part(row.a)),
            TypeKind::Array => format!("[{}]{}", m.types.array_len(ty), part(row.a)),
            TypeKind::Map => {
                b = row.b;
                format!("map[{}]{}", part(row.a), part(row.b))
            }
            TypeKind::Chan => {
                b = if row.b <= 2 { row.b } else { 0 };
                channel(b, &part(row.a))
            }
            TypeKind::Func => {
                b = u32::from(row.b == 1 && row.a > 0);
                let (params, results) = m.types.list(ty).split_at(row.a as usize);
                signature(params, results, b == 1, part)
            }
            TypeKind::Struct => {
                b = row.b;
                let mut fields = Vec::new();
                for (field, words) in m.types.fields(ty).zip(m.types.list(ty).chunks_exact(5)) {
                    let mut text = format!("{} {} {}", spelled(m.str(field.name)), part(field.ty.raw()), field.offset);
                    match words[4] {
                        0 => {}
                        1 => text.push_str(" embedded"),
                        other => text.push_str(&format!(" flags={other}")),
                    }
                    fields.push(text);
                }
                format!("struct {} {{{}}}", m.types.layout[ty].size, fields.join(", "))
            }
            TypeKind::Interface => {
                a = 0;
                let methods: Vec<String> = m
                    .types
                    .interface_methods(ty)
                    .map(|method| format!("{} {}", spelled(m.str(method.name)), part(method.sig.raw())))
                    .collect();
                format!("interface {{{}}}", methods.join(", "))
            }
            TypeKind::TypeParam => {
                format!("tparam {} {}", spelled(m.str(m.types.list(ty)[0].into())), part(row.a))
            }
            TypeKind::Opaque => {
                b = row.b;
                flags = row.flags & 1;
                let layout = m.types.layout[ty];
                let pointers = if layout.pointers { " pointers" } else { "" };
                format!("opaque {} {}{pointers}", layout.size, layout.align)
            }
            kind => {
                a = 0;
                kind.name().into()
            }
        };
        self.word("=");
        self.word(&text);
        for (word, value, said) in [("a=", row.a, a), ("b=", row.b, b), ("flags=", row.flags, flags)] {
            if value != said {
                self.number(word, value);
            }
        }
        if row.kind == TypeKind::Named {
            for method in m.types.methods(ty) {
                self.word("method");
                self.word(&spelled(m.str(method.name)));
                match optional(method.func.raw()) {
                    Some(func) => self.word(&display.func(func)),
                    None => self.word("none"),
                }
                self.number("", method.flags);
            }
        }
    }

    /// What stands before the `=` of a named type.
    fn named(&mut self, ty: TypeId) {
        let m = self.m;
        match qualified(m, ty) {
            Some(name) => self.word(&name),
            None => {
                for part in m.types.name(ty).map_or([0_u32.into(); 2], <[_; 2]>::from) {
                    self.quoted(m.str(part));
                }
            }
        }
        let args: Vec<String> = m.types.type_args(ty).map(|arg| self.display.part(ty, arg)).collect();
        if !args.is_empty() {
            let _ = write!(self.out, " [{}]", args.join(", "));
        }
        if m.types.rows[ty].flags & NOT_IN_HEAP != 0 {
            self.word("not_in_heap");
        }
    }

    fn global(&mut self, id: u32) {
        let m = self.m;
        let row = m.globals.raw[id as usize];
        self.positions.file = None;
        self.number("global g", id);
        self.word(&spelled(m.str(row.name)));
        self.word(&self.display.ty(row.ty));
        if row.flags != 0 {
            self.number("flags=", row.flags);
        }
        let range = row.data_off as usize..(row.data_off as usize).saturating_add(row.data_len as usize);
        if let Some(bytes) = m.data.get(range).filter(|_| row.data_len != NONE) {
            self.word("data \"");
            bytes.iter().for_each(|byte| {
                let _ = write!(self.out, "{byte:02x}");
            });
            self.out.push('"');
        }
        self.pos(row.pos);
        self.line();
    }

    /// A site no maker declares.
    fn site_line(&mut self, site: SiteId) {
        let row = self.m.sites[site];
        self.positions.file = None;
        self.number("site s", site.raw());
        self.word(&self.display.func(row.func.raw()));
        self.word(row.kind.name());
        self.word(&self.display.ty(row.ty));
        if !self.m.str(row.name).is_empty() {
            self.quoted(self.m.str(row.name));
        }
        self.site_clause(site, row.kind, Some(row.ty), 0_u32.into());
        self.line();
    }

    /// Attributes of nothing the text has a line for.
    fn loose_attributes(&mut self) {
        let m = self.m;
        for row in self.attrs {
            let known = match Entity::from_number(row.entity) {
                None | Some(Entity::Module) => 0,
                Some(Entity::Func) => m.funcs.len(),
                Some(Entity::Block) => m.num_blocks(),
                Some(Entity::Inst) => m.num_insts(),
                Some(Entity::Site) => m.sites.len(),
            };
            if row.id as usize >= known {
                let _ = writeln!(self.out, "attribute {} {} {} {}", row.entity, row.key, row.id, row.value);
            }
        }
    }
}
