//! The two functions to whose results each location flows most cheaply.
//!
//! Results of functions that are not closures walk together: what reaches the result of another function leaks, what reaches
//! its own function's may not, and two labels of different functions tell these apart for every location at once. The walk is
//! that of [`super::walk`], with a label in place of a count.

use super::graph::{Graph, Incoming, Loc, Role};
use super::walk::FAR;
use crate::control::STEPS;
use crate::entity::NONE;
use crate::ir::Module;
use bumpalo::Bump;

/// How a location flows to a result of a function.
#[derive(Clone, Copy, Debug)]
pub(super) struct Label {
    /// Dereferences; [`FAR`] if there is no such function.
    pub(super) derefs: i32,
    /// The function; [`NONE`] if there is none.
    pub(super) func: u32,
    /// The first edge of the way, the one out of the location; [`NONE`] at a result itself.
    pub(super) via: u32,
}

const EMPTY: Label = Label { derefs: FAR, func: NONE, via: NONE };

/// The labels of every location, the cheaper one first.
pub(super) fn results<'b>(module: &Module, graph: &Graph, incoming: Incoming<'_>, bump: &'b Bump) -> &'b [[Label; 2]] {
    let labels = bump.alloc_slice_fill_copy(graph.locs.len(), [EMPTY; 2]);
    let mut buckets: Vec<Vec<(Loc, u32)>> = vec![Vec::new()];
    for (loc, row) in graph.locs.iter().enumerate() {
        if matches!(row.role, Role::Result(_)) && module.funcs[row.func].parent.is_none() {
            lower(labels, &mut buckets, loc as Loc, Label { derefs: 0, func: row.func.raw(), via: NONE });
        }
    }
    let (mut lowest, mut steps) = (0, 0);
    while lowest < buckets.len() {
        let Some((loc, func)) = buckets[lowest].pop() else {
            lowest += 1;
            continue;
        };
        let Some(&label) = labels[loc as usize].iter().find(|l| l.func == func) else { continue };
        if label.derefs.max(0) as usize != lowest {
            continue;
        }
        for edges in incoming.of(loc).chunks(STEPS) {
            steps += edges.len();
            if steps >= STEPS {
                steps = 0;
                incoming.control.poll();
            }
            for edge in edges {
                let new = Label { derefs: label.derefs.max(0).saturating_add(edge.derefs), func, via: edge.edge };
                if let Some(bucket) = lower(labels, &mut buckets, edge.src, new) {
                    lowest = lowest.min(bucket);
                }
            }
        }
    }
    labels
}

/// Gives a location a label if it is cheaper than those it has; the bucket it went to.
fn lower(labels: &mut [[Label; 2]], buckets: &mut Vec<Vec<(Loc, u32)>>, loc: Loc, new: Label) -> Option<usize> {
    let [first, second] = &mut labels[loc as usize];
    if new.func == first.func {
        if new.derefs >= first.derefs {
            return None;
        }
        *first = new;
    } else if new.derefs < first.derefs {
        *second = *first;
        *first = new;
    } else if new.derefs < second.derefs {
        *second = new;
    } else {
        return None;
    }
    let bucket = new.derefs.max(0) as usize;
    if bucket >= buckets.len() {
        buckets.resize_with(bucket + 1, Vec::new);
    }
    buckets[bucket].push((loc, new.func));
    Some(bucket)
}
