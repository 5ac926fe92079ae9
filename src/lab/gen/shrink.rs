//! Making a failing program small.
//!
//! Two moves, until neither helps: switch a feature off, and make the bytes fewer or smaller (drop a run of them, halve one,
//! zero one). Runs are tried longest first, so most of a program is gone after a few attempts.

use super::{Features, generate};
use crate::ir::Module;

/// Attempts after which the best program so far has to do.
const ATTEMPTS: usize = 6000;

/// Shrinks a program for which `still_fails` holds to one with fewer features and bytes for which it holds too. The program is
/// `generate(&bytes, &features)` of what is returned; if `still_fails` does not hold to begin with, the input comes back.
pub fn shrink(bytes: &[u8], features: &Features, still_fails: &mut dyn FnMut(&Module) -> bool) -> (Vec<u8>, Features) {
    let mut best = (bytes.to_vec(), *features);
    let mut left = ATTEMPTS;
    let mut size = generate(bytes, features).num_insts();
    let mut attempt = |bytes: &[u8], features: &Features, left: &mut usize| -> Option<usize> {
        *left = left.checked_sub(1)?;
        let module = generate(bytes, features);
        still_fails(&module).then(|| module.num_insts())
    };
    loop {
        let before = best.clone();
        for name in Features::names() {
            let fewer = best.1.without(name);
            if fewer != best.1
                && let Some(n) = attempt(&best.0, &fewer, &mut left)
            {
                (best.1, size) = (fewer, n);
            }
        }
        let mut run = best.0.len();
        while run > 0 {
            let mut at = 0;
            while at < best.0.len() {
                let end = (at + run).min(best.0.len());
                let shorter: Vec<u8> = [&best.0[..at], &best.0[end..]].concat();
                match attempt(&shorter, &best.1, &mut left) {
                    // Fewer bytes may be read as a longer program: not worth having.
                    Some(n) if n <= size + 20 => (best.0, size) = (shorter, n),
                    _ => at = end,
                }
            }
            run /= 2;
        }
        for at in 0..best.0.len() {
            for smaller in [0, best.0[at] / 2, best.0[at].saturating_sub(8)] {
                if smaller >= best.0[at] {
                    continue;
                }
                let mut lower = best.0.clone();
                lower[at] = smaller;
                if let Some(n) = attempt(&lower, &best.1, &mut left)
                    && n <= size
                {
                    (best.0, size) = (lower, n);
                    break;
                }
            }
        }
        if best == before || left == 0 {
            return best;
        }
    }
}
