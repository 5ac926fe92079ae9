//! A run on several threads.
//!
//! Each worker keeps what it finds; afterwards facts go to their sites and the parts of certificates into the order of their
//! components, so that nothing tells who found what, or when.

use super::Found;
use super::certify::Names;
use super::worker::{Setting, Worker};
use crate::callgraph::Order;
use crate::control::Control;
use crate::fact::{Certificate, LevelRow, Part, SiteFact};
use crate::ir::Module;
use std::ops::Range;

/// A worker and what it found.
struct Finder {
    worker: Worker,
    facts: Vec<SiteFact>,
    proof: Option<Proof>,
}

/// What a worker has to say for a certificate.
#[derive(Default)]
struct Proof {
    names: Names,
    certificate: Certificate,
    /// The component of each part.
    components: Vec<u32>,
}

/// Analyses every component, and adds to a certificate if there is one. Returns one of the workers.
pub(super) fn run(
    module: &Module,
    setting: &Setting,
    threads: usize,
    order: Order,
    certificate: Option<&mut Certificate>,
    found: &mut Found,
    control: Control<'_>,
) -> Option<Worker> {
    let certified = certificate.is_some();
    let make = || Finder {
        worker: Worker::new(module, setting),
        facts: Vec::with_capacity(module.sites.len() / threads),
        proof: certified.then(Proof::default),
    };
    let work = |finder: &mut Finder, n: usize| {
        let Finder { worker, facts, proof } = finder;
        let certificate = proof.as_mut().map(|proof| {
            proof.components.push(n as u32);
            (&mut proof.names, &mut proof.certificate)
        });
        worker.analyze(module, setting, setting.components.get(n), certificate, control, |fact| facts.push(fact));
    };
    let finders = order.run(threads, make, work);
    for &fact in finders.iter().flat_map(|finder| &finder.facts) {
        found.facts[fact.site.index()] = Some(fact);
    }
    if let Some(certificate) = certificate {
        let proofs: Vec<&Proof> = finders.iter().filter_map(|finder| finder.proof.as_ref()).collect();
        let parts = proofs.iter().flat_map(|proof| {
            proof.components.iter().zip(&proof.certificate.parts).map(|(&n, part)| (n, &proof.certificate, part))
        });
        let mut parts: Vec<(u32, &Certificate, &Part)> = parts.collect();
        parts.sort_unstable_by_key(|&(component, ..)| component);
        for (_, from, part) in parts {
            add(certificate, from, part);
        }
    }
    finders.into_iter().next().map(|finder| finder.worker)
}

/// Adds a part of one certificate to another.
fn add(to: &mut Certificate, from: &Certificate, part: &Part) {
    let funcs = extend(&mut to.funcs, &from.funcs, &part.funcs);
    let cells = extend(&mut to.cells, &from.cells, &part.cells);
    let first = to.levels.len() as u32;
    for row in &from.levels[bounds(&part.levels)] {
        let distances = extend(&mut to.distances, &from.distances, &row.distances);
        to.levels.push(LevelRow { level: row.level, distances });
    }
    to.parts.push(Part { funcs, cells, levels: first..to.levels.len() as u32 });
}

/// Copies a run of rows to the end of others, and tells where they have come to lie.
fn extend<T: Copy>(to: &mut Vec<T>, from: &[T], run: &Range<u32>) -> Range<u32> {
    let first = to.len() as u32;
    to.extend_from_slice(&from[bounds(run)]);
    first..to.len() as u32
}

fn bounds(run: &Range<u32>) -> Range<usize> {
    run.start as usize..run.end as usize
}
