//! Components of the call graph on several threads: each as soon as those it refers to are finished.
//!
//! *The problem.* A component needs the summaries of the components its functions refer to and nothing else, so whatever does
//! not depend on each other may be analysed at the same time. Components are many and small (microseconds), a few are large,
//! and the longest chain of them may be all there is.
//!
//! *The way.* Every component counts those it still waits for. Who finishes one lowers the counts of its dependents and keeps
//! what has become ready on a stack of its own: callers soon after callees, while the summaries are warm. The stacks are private,
//! so that the usual step takes no lock; what all share is a pool, filled with the leaves at first. A worker without work takes a
//! few components from the pool, or sleeps until there are some; a worker that sees others sleep gives half of what it has. When
//! all sleep there is nothing left. A long chain so keeps one worker busy and lets the others rest, and a large component holds
//! up nobody but its dependents.
//!
//! *Invariants.* What a worker wrote before it finished a component is visible to whoever starts a dependent (the counts are
//! lowered with release and acquire ordering, and components change hands under a lock). Threads are started for one call and
//! joined before it returns; the calling thread is one of the workers, and with nobody else to be had it does everything. A
//! worker that panics stops the others, and the panic goes on in the caller.
//!
//! *Deliberately not done.* No priorities: without them the longest chain may start late, but nobody knows how long anything
//! takes. No queue without locks: `unsafe` has no place here, and the pool is asked once in many components.

use super::{Components, References};
use crate::ir::Module;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// Which components wait for which.
#[derive(Debug)]
pub(crate) struct Order {
    /// How many references to unfinished components each has.
    pending: Vec<AtomicU32>,
    /// Start of each component's dependents, one for each reference.
    starts: Vec<u32>,
    dependents: Vec<u32>,
    /// Those that wait for none, the last of them first.
    leaves: Vec<u32>,
}

/// Stack of a thread. That of the thread that calls is its own affair; analyses do not recurse.
const STACK: usize = 2 << 20;
/// Most components taken from the pool at once.
const BATCH: usize = 32;
/// With so many components in hand a worker gives to those that have none.
const PLENTY: usize = 4;

impl Order {
    /// The order of the components of a module; components of functions without bodies are finished as it is.
    pub(super) fn of(module: &Module, components: &Components, edges: &References) -> Self {
        let mut component = vec![0_u32; module.funcs.len()];
        let mut nothing = vec![false; components.len()];
        for (n, funcs) in components.iter().enumerate() {
            nothing[n] = funcs.len() == 1 && module.body(funcs[0]).blocks.is_empty();
            for func in funcs {
                component[func.index()] = n as u32;
            }
        }
        let references = |n: usize| {
            let component = &component;
            let targets = components.get(n).iter().flat_map(|f| edges.of_func(f.raw()));
            targets.map(|&to| component[to as usize] as usize).filter(move |&to| to != n)
        };
        let work = || (0..components.len()).filter(|&n| !nothing[n]);
        let mut pending: Vec<AtomicU32> = std::iter::repeat_with(AtomicU32::default).take(components.len()).collect();
        let mut starts = vec![0_u32; components.len() + 1];
        for n in work() {
            for to in references(n).filter(|&to| !nothing[to]) {
                *pending[n].get_mut() += 1;
                starts[to + 1] += 1;
            }
        }
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        let mut fill = starts.clone();
        let mut dependents = vec![0_u32; starts[components.len()] as usize];
        for n in work() {
            for to in references(n).filter(|&to| !nothing[to]) {
                dependents[fill[to] as usize] = n as u32;
                fill[to] += 1;
            }
        }
        let leaves = work().rev().filter(|&n| *pending[n].get_mut() == 0).map(|n| n as u32).collect();
        Self { pending, starts, dependents, leaves }
    }

    /// Does the work of every component with up to so many workers, each on a thread of its own but for one on this thread, and
    /// returns them.
    pub(crate) fn run<W: Send>(
        self,
        threads: usize,
        make: impl Fn() -> W + Sync,
        work: impl Fn(&mut W, usize) + Sync,
    ) -> Vec<W> {
        let Self { pending, starts, dependents, leaves } = self;
        let pool = Mutex::new(Pool { ready: leaves, workers: 1, waiting: 0, over: false });
        let crew = Crew { pending, starts, dependents, pool, changed: Condvar::new(), waiting: AtomicUsize::new(0) };
        thread::scope(|scope| {
            let body = || {
                let _watch = Watch(&crew);
                let mut worker = make();
                crew.work(|n| work(&mut worker, n));
                worker
            };
            let start = |_| {
                crew.pool().workers += 1;
                let thread = thread::Builder::new().name("outlive".into()).stack_size(STACK);
                let started = thread.spawn_scoped(scope, body);
                if started.is_err() {
                    crew.pool().workers -= 1;
                }
                started.ok()
            };
            let others: Vec<_> = (1..threads).map_while(start).collect();
            let own = body();
            let join =
                |thread: thread::ScopedJoinHandle<'_, W>| thread.join().unwrap_or_else(|panic| resume_unwind(panic));
            std::iter::once(own).chain(others.into_iter().map(join)).collect()
        })
    }
}

/// What the workers share.
struct Crew {
    pending: Vec<AtomicU32>,
    starts: Vec<u32>,
    dependents: Vec<u32>,
    pool: Mutex<Pool>,
    /// There is something in the pool, or all is over.
    changed: Condvar,
    /// As in the pool, for a look without the lock.
    waiting: AtomicUsize,
}

struct Pool {
    ready: Vec<u32>,
    workers: usize,
    waiting: usize,
    over: bool,
}

impl Crew {
    fn pool(&self) -> MutexGuard<'_, Pool> {
        // Nothing that is done under the lock can leave it half done.
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self, mut one: impl FnMut(usize)) {
        let mut mine = Vec::new();
        while let Some(n) = mine.pop().or_else(|| self.take(&mut mine)) {
            let n = n as usize;
            one(n);
            for &dependent in &self.dependents[self.starts[n] as usize..self.starts[n + 1] as usize] {
                if self.pending[dependent as usize].fetch_sub(1, Ordering::AcqRel) == 1 {
                    mine.push(dependent);
                }
            }
            if mine.len() >= PLENTY && self.waiting.load(Ordering::Relaxed) > 0 {
                self.pool().ready.extend(mine.drain(..mine.len() / 2));
                self.changed.notify_one();
            }
        }
    }

    /// Takes from the pool, as soon as there is something; nothing when all is over.
    fn take(&self, mine: &mut Vec<u32>) -> Option<u32> {
        let mut pool = self.pool();
        while !pool.over {
            let ready = pool.ready.len();
            if ready > 0 {
                let batch = (ready / (2 * pool.workers)).clamp(1, BATCH);
                mine.extend(pool.ready.drain(ready - batch..));
                break;
            }
            if pool.waiting + 1 == pool.workers {
                pool.over = true;
                self.changed.notify_all();
                break;
            }
            pool.waiting += 1;
            self.waiting.store(pool.waiting, Ordering::Relaxed);
            pool = self.changed.wait(pool).unwrap_or_else(PoisonError::into_inner);
            pool.waiting -= 1;
            self.waiting.store(pool.waiting, Ordering::Relaxed);
        }
        mine.pop()
    }
}

/// Ends the work of all if one of them panics: the others would wait for it.
struct Watch<'a>(&'a Crew);

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.pool().over = true;
            self.0.changed.notify_all();
        }
    }
}
