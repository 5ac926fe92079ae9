//! Maps, and iterators over maps and strings.
//!
//! A map keeps its entries in the order they came; what is deleted leaves a hole that is never filled. An iterator walks the
//! entries there were when it was made in an order of its own, drawn from the run's generator: as the language allows, what is
//! deleted meanwhile is not met, and what is added is not met either.

use super::compare::Cells;
use super::machine::{Step, Vm};
use super::memory::Kind;
use super::panics::Error;
use super::text::rune_at;
use super::value::{Obj, Slot};
use super::watch::ViolationKind;
use crate::entity::hash::FxHashMap;
use crate::entity::{NONE, TypeId};
use crate::ir::{Inst, TypeKind};
use smallvec::SmallVec;

/// A map.
#[derive(Debug)]
pub(super) struct Map {
    key: TypeId,
    keys: Vec<Slot>,
    values: Vec<Slot>,
    live: Vec<bool>,
    count: u64,
    index: FxHashMap<u64, SmallVec<[u32; 2]>>,
    key_cells: usize,
    value_cells: usize,
}

/// An iterator.
#[derive(Clone, Copy, Debug)]
pub(super) enum Iteration {
    /// Over a map: entries there were, first entry, distance, entries met.
    Map { map: Slot, count: u32, first: u32, stride: u32, met: u32 },
    /// Over a string: bytes passed.
    Text { data: Slot, len: u64, at: u64 },
}

impl Vm<'_> {
    /// A fresh map of a type.
    pub(super) fn new_map(&mut self, ty: TypeId) -> Step<Obj> {
        let types = &self.m.types;
        let (Some(key), Some(value)) = (types.key(ty), types.elem(ty)) else {
            return self.unsupported("a map of no map type");
        };
        let (Some(key_cells), Some(value_cells)) = (self.s.shapes.of(key), self.s.shapes.of(value)) else {
            return self.unsupported("a map of types without a layout");
        };
        let obj = self.alloc(Kind::Map, NONE, 0)?;
        self.s.objects[obj as usize].extra = self.s.maps.len() as u32;
        self.s.maps.push(Map {
            key,
            keys: Vec::new(),
            values: Vec::new(),
            live: Vec::new(),
            count: 0,
            index: FxHashMap::default(),
            key_cells: key_cells as usize,
            value_cells: value_cells as usize,
        });
        Ok(obj)
    }

    pub(super) fn make_map(&mut self, inst: &Inst, hint: Option<u32>) -> Step {
        if hint.is_some_and(|v| self.index_of(v).is_none()) {
            return self.panic_with(Error::Length);
        }
        let obj = self.new_map(self.ty(inst.first_result))?;
        self.born(obj, inst.aux, 0);
        self.set(inst, Slot::Ptr(obj, 0));
        Ok(())
    }

    pub(super) fn map_len(&mut self, map: Slot) -> Step<u64> {
        Ok(self.container(map, Kind::Map)?.map_or(0, |map| self.s.maps[map as usize].count))
    }

    fn find(&mut self, map: u32, key: &[Slot]) -> Step<(u64, Option<usize>)> {
        let ty = self.s.maps[map as usize].key;
        let hash = self.hash(ty, key, 0)?;
        let known = self.s.maps[map as usize].index.get(&hash).cloned().unwrap_or_default();
        for entry in known {
            let m = &self.s.maps[map as usize];
            let n = entry as usize;
            if !m.live[n] {
                continue;
            }
            let old = Cells::from_slice(&m.keys[n * m.key_cells..][..m.key_cells]);
            if self.equal(ty, &old, key, 0)? {
                return Ok((hash, Some(n)));
            }
        }
        Ok((hash, None))
    }

    pub(super) fn map_get(&mut self, inst: &Inst, map: u32, key: u32) -> Step {
        let (to, n) = self.register(inst.first_result);
        let key = self.value(key);
        let found = match self.container(self.slot(map), Kind::Map)? {
            Some(map) => self.find(map, &key)?.1.map(|at| (map, at)),
            None => None,
        };
        match found {
            Some((map, at)) => {
                let m = &self.s.maps[map as usize];
                if m.value_cells != n {
                    return self.unsupported("a map of another layout");
                }
                self.s.regs[to..to + n].copy_from_slice(&m.values[at * n..at * n + n]);
            }
            None => self.s.regs[to..to + n].fill(Slot::ZERO),
        }
        if inst.num_results > 1 {
            let (ok, _) = self.register(inst.first_result + 1);
            self.s.regs[ok] = Slot::Bits(u64::from(found.is_some()));
        }
        Ok(())
    }

    pub(super) fn map_set(&mut self, map: u32, key: u32, value: u32) -> Step {
        let (map, key, value) = (self.slot(map), self.value(key), self.value(value));
        self.put(map, &key, &value)
    }

    /// Puts a value at a key.
    pub(super) fn put(&mut self, slot: Slot, key: &[Slot], value: &[Slot]) -> Step {
        let (Some(map), Some(obj)) = (self.container(slot, Kind::Map)?, slot.object()) else {
            return self.panic_with(Error::NilMap);
        };
        let m = &self.s.maps[map as usize];
        if (m.key_cells, m.value_cells) != (key.len(), value.len()) {
            return self.unsupported("a map of another layout");
        }
        let (hash, found) = self.find(map, key)?;
        if found.is_none() {
            self.spend(key.len() as u64 + value.len() as u64 + 4)?;
        }
        let m = &mut self.s.maps[map as usize];
        match found {
            Some(at) => m.values[at * value.len()..][..value.len()].copy_from_slice(value),
            None => {
                m.index.entry(hash).or_default().push(m.live.len() as u32);
                m.keys.extend_from_slice(key);
                m.values.extend_from_slice(value);
                m.live.push(true);
                m.count += 1;
                key.iter().for_each(|&slot| self.holds(obj, slot));
            }
        }
        value.iter().for_each(|&slot| self.holds(obj, slot));
        Ok(())
    }

    pub(super) fn map_delete(&mut self, map: u32, key: u32) -> Step {
        let (map, key) = (self.slot(map), self.value(key));
        self.delete(map, &key)
    }

    /// Removes a key.
    pub(super) fn delete(&mut self, map: Slot, key: &[Slot]) -> Step {
        let Some(map) = self.container(map, Kind::Map)? else { return Ok(()) };
        if let (hash, Some(at)) = self.find(map, key)? {
            let m = &mut self.s.maps[map as usize];
            m.live[at] = false;
            m.count -= 1;
            if let Some(list) = m.index.get_mut(&hash) {
                list.retain(|n| *n as usize != at);
            }
        }
        Ok(())
    }

    /// Empties a map.
    pub(super) fn clear_map(&mut self, map: Slot) -> Step {
        if let Some(map) = self.container(map, Kind::Map)? {
            let m = &mut self.s.maps[map as usize];
            let entries = m.live.len() as u32;
            m.live.fill(false);
            m.index.clear();
            m.count = 0;
            self.work(entries);
        }
        Ok(())
    }

    /// The key and value of a living entry, if the map has one: which, is the generator's choice.
    pub(super) fn some_entry(&mut self, slot: Slot) -> Step<Option<(Cells, Cells)>> {
        let Some(map) = self.container(slot, Kind::Map)? else { return Ok(None) };
        let n = self.s.below(self.s.maps[map as usize].live.len());
        let m = &self.s.maps[map as usize];
        Ok(m.live.get(n).is_some_and(|&live| live).then(|| {
            (
                Cells::from_slice(&m.keys[n * m.key_cells..][..m.key_cells]),
                Cells::from_slice(&m.values[n * m.value_cells..][..m.value_cells]),
            )
        }))
    }

    pub(super) fn iter(&mut self, inst: &Inst, over: u32) -> Step {
        let (at, _) = self.register(over);
        let iteration = if self.kind(over) == TypeKind::Map {
            let map = self.s.regs[at];
            let count = match self.container(map, Kind::Map)? {
                Some(map) => self.s.maps[map as usize].live.len() as u32,
                None => 0,
            };
            let first = self.s.below(count as usize) as u32;
            let mut stride = 1 + self.s.below(count as usize) as u32;
            while gcd(stride, count.max(1)) != 1 {
                stride += 1;
            }
            Iteration::Map { map, count, first, stride, met: 0 }
        } else {
            Iteration::Text { data: self.s.regs[at], len: self.s.regs[at + 1].bits(), at: 0 }
        };
        self.spend(2)?;
        let (to, n) = self.register(inst.first_result);
        if n == 0 {
            return self.unsupported("an iterator of a type without values");
        }
        self.s.regs[to..to + n].fill(Slot::ZERO);
        self.s.regs[to] = Slot::Iter(self.s.iters.len() as u32);
        self.s.iters.push(iteration);
        Ok(())
    }

    pub(super) fn next(&mut self, inst: &Inst, x: u32) -> Step {
        let Slot::Iter(number) = self.slot(x) else { return self.unsupported("an iterator that is none") };
        let mut iteration = self.s.iters[number as usize];
        let met = match &mut iteration {
            Iteration::Map { map, count, first, stride, met } => {
                let (mut found, before) = (None, *met);
                let known = self.container(*map, Kind::Map)?;
                while let Some(map) = known.filter(|_| found.is_none() && *met < *count) {
                    let n = (u64::from(*first) + u64::from(*met) * u64::from(*stride)) % u64::from(*count);
                    *met += 1;
                    let (m, n) = (&self.s.maps[map as usize], n as usize);
                    if m.live[n] {
                        found = Some((
                            Cells::from_slice(&m.keys[n * m.key_cells..][..m.key_cells]),
                            Cells::from_slice(&m.values[n * m.value_cells..][..m.value_cells]),
                        ));
                    }
                }
                self.work(*met - before);
                found
            }
            Iteration::Text { data, len, at } => {
                let mut bytes = Vec::new();
                let rest = (*len - *at).min(4);
                if rest > 0 {
                    let from = self.inner(*data, *at as u32)?;
                    self.bytes_of(from, rest, &mut bytes)?;
                }
                rune_at(&bytes).map(|(rune, size)| {
                    let index = *at;
                    *at += size as u64;
                    (Cells::from_slice(&[Slot::Bits(index)]), Cells::from_slice(&[Slot::Bits(u64::from(rune))]))
                })
            }
        };
        self.s.iters[number as usize] = iteration;
        let (ok, _) = self.register(inst.first_result);
        self.s.regs[ok] = Slot::Bits(u64::from(met.is_some()));
        let (key, value) = met.unwrap_or_default();
        self.set_part(inst, 1, &key, self.s.regs[ok].is_zero())?;
        self.set_part(inst, 2, &value, self.s.regs[ok].is_zero())
    }

    /// The key or value of `next`. A client may declare what it drops as it likes.
    fn set_part(&mut self, inst: &Inst, n: u32, part: &[Slot], end: bool) -> Step {
        let result = inst.first_result + n;
        let (to, cells) = self.register(result);
        if end {
            self.s.regs[to..to + cells].fill(Slot::ZERO);
        } else if cells == part.len() {
            self.s.regs[to..to + cells].copy_from_slice(part);
        } else if self.body.insts.iter().any(|inst| self.body.arg_words(inst).contains(&result)) {
            return self.unsupported("a key or value of another layout");
        }
        Ok(())
    }

    /// The bytes of a value that is a string, read as whoever looks at it would.
    pub(super) fn look_at_string(&mut self, value: &[Slot]) -> Step {
        if let (Some(obj), false) = (value[0].object(), value[1].is_zero()) {
            self.touch(obj, ViolationKind::Load)?;
        }
        Ok(())
    }
}

const fn gcd(mut a: u32, mut b: u32) -> u32 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}
