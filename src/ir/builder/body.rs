//! Building one function's body.

use crate::entity::{BlockId, FuncId, InstId, NONE, PosId, TypeId, Value};
use crate::ir::attr::{Attr, Entity};
use crate::ir::module::{Block, Inst, Module};
use crate::ir::opcode::Opcode;

#[derive(Debug)]
struct DraftBlock {
    params: Vec<Value>,
    insts: Vec<u32>,
}

/// Builds one function's body. Values and instructions are handles into this builder until the module is finished.
#[derive(Debug, Default)]
pub struct BodyBuilder {
    blocks: Vec<DraftBlock>,
    insts: Vec<Inst>,
    pool: Vec<u32>,
    values: Vec<TypeId>,
    attrs: Vec<Attr>,
    current: usize,
    pos: Option<PosId>,
}

impl BodyBuilder {
    /// An empty body.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a block with parameters of these types and makes it current.
    pub fn block(&mut self, params: &[TypeId]) -> BlockId {
        let params = params.iter().map(|&ty| self.value(ty)).collect();
        self.current = self.blocks.len();
        self.blocks.push(DraftBlock { params, insts: Vec::new() });
        BlockId::from_usize(self.current)
    }

    /// Makes a block current.
    pub fn switch_to(&mut self, block: BlockId) {
        self.current = block.index();
    }

    /// The current block.
    #[must_use]
    pub fn current(&self) -> BlockId {
        BlockId::from_usize(self.current)
    }

    /// Parameter `n` of a block.
    #[must_use]
    pub fn param(&self, block: BlockId, n: usize) -> Value {
        self.blocks[block.index()].params[n]
    }

    /// The position of the instructions to come.
    pub fn at(&mut self, pos: PosId) {
        self.pos = Some(pos);
    }

    fn value(&mut self, ty: TypeId) -> Value {
        self.values.push(ty);
        Value::from_usize(self.values.len() - 1)
    }

    /// Appends an instruction to the current block and returns its handle.
    ///
    /// # Panics
    /// With more than 65,535 operands or 255 results, or before the first block.
    pub fn emit(&mut self, op: Opcode, aux: u32, args: &[Value], imms: &[u32], results: &[TypeId]) -> InstId {
        let start = self.pool.len() as u32;
        self.pool.extend(args.iter().map(|v| v.raw()));
        if op.has_imms() {
            self.pool.push(imms.len() as u32);
            self.pool.extend_from_slice(imms);
        }
        let first_result = self.values.len() as u32;
        self.values.extend_from_slice(results);
        let id = self.insts.len();
        self.insts.push(Inst {
            op,
            num_results: u8::try_from(results.len()).expect("at most 255 results"),
            num_args: u16::try_from(args.len()).expect("at most 65,535 operands"),
            args: start,
            first_result,
            aux,
            pos: self.pos.unwrap_or(PosId::from_raw(0)),
        });
        self.blocks[self.current].insts.push(id as u32);
        InstId::from_usize(id)
    }

    /// Number of blocks so far.
    #[must_use]
    pub fn num_blocks(&self) -> usize {
        self.blocks.len()
    }

    /// Number of instructions so far.
    #[must_use]
    pub fn num_insts(&self) -> usize {
        self.insts.len()
    }

    /// The types of the values so far, by handle.
    #[must_use]
    pub fn values(&self) -> &[TypeId] {
        &self.values
    }

    /// Number of words of operands and immediates so far.
    #[must_use]
    pub fn num_pool_words(&self) -> usize {
        self.pool.len()
    }

    /// The parameters of a block, if there is such a block.
    #[must_use]
    pub fn params(&self, block: BlockId) -> Option<&[Value]> {
        self.blocks.get(block.index()).map(|block| block.params.as_slice())
    }

    /// The opcode of the last instruction of a block, if there is such a block and it is not empty.
    #[must_use]
    pub fn last(&self, block: BlockId) -> Option<Opcode> {
        let &last = self.blocks.get(block.index())?.insts.last()?;
        Some(self.insts[last as usize].op)
    }

    /// Appends an instruction with one result and returns it.
    pub fn value_of(&mut self, op: Opcode, aux: u32, args: &[Value], ty: TypeId) -> Value {
        let inst = self.emit(op, aux, args, &[], &[ty]);
        self.insts[inst.index()].result()
    }

    /// Result `n` of an instruction.
    #[must_use]
    pub fn result(&self, inst: InstId, n: u32) -> Value {
        Value::from_raw(self.insts[inst.index()].first_result + n)
    }

    /// Adds an attribute of an instruction.
    pub fn attr(&mut self, inst: InstId, key: u16, value: u32) {
        self.attrs.push(Attr { entity: Entity::Inst as u16, key, id: inst.raw(), value });
    }

    /// Adds an attribute of a block.
    pub fn block_attr(&mut self, block: BlockId, key: u16, value: u32) {
        self.attrs.push(Attr { entity: Entity::Block as u16, key, id: block.raw(), value });
    }

    pub(super) fn lay_out(self, module: &mut Module, func: FuncId, attrs: &mut Vec<Attr>) {
        let row = &mut module.funcs[func];
        let mut values = vec![NONE; self.values.len()];
        let mut next_value = 0;
        let mut place = |old: Value, types: &mut Vec<TypeId>| {
            values[old.index()] = next_value;
            types.push(self.values[old.index()]);
            next_value += 1;
        };
        for block in &self.blocks {
            block.params.iter().for_each(|&p| place(p, &mut module.values));
            for &i in &block.insts {
                self.insts[i as usize].results().for_each(|r| place(r, &mut module.values));
            }
        }
        let mut inst_ids = vec![NONE; self.insts.len()];
        let mut next_inst = 0;
        for block in &self.blocks {
            module.blocks.push(Block {
                first_inst: next_inst,
                num_insts: block.insts.len() as u32,
                first_param: block.params.first().map_or(0, |p| values[p.index()]),
                num_params: block.params.len() as u32,
            });
            for &i in &block.insts {
                let mut inst = self.insts[i as usize];
                let start = module.pool.len() as u32;
                let args = &self.pool[inst.args as usize..][..inst.num_args as usize];
                module.pool.extend(args.iter().map(|&w| values.get(w as usize).copied().unwrap_or(w)));
                if inst.op.has_imms() {
                    let rest = &self.pool[inst.args as usize + args.len()..];
                    module.pool.extend_from_slice(&rest[..1 + rest[0] as usize]);
                }
                inst.args = start;
                if inst.num_results > 0 {
                    inst.first_result = values[inst.first_result as usize];
                }
                module.insts.push(inst);
                inst_ids[i as usize] = next_inst;
                next_inst += 1;
            }
        }
        row.blocks.len = self.blocks.len() as u32;
        row.insts.len = next_inst;
        row.values.len = next_value;
        attrs.extend(self.attrs.into_iter().map(|attr| {
            let id = if attr.entity == Entity::Inst as u16 {
                row.insts.start + inst_ids[attr.id as usize]
            } else {
                row.blocks.start + attr.id
            };
            Attr { id, ..attr }
        }));
    }
}
