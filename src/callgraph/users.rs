//! Who has to be looked at again when what is known of a component changes.

use super::{Components, References};
use crate::control::Control;
use crate::entity::NONE;
use crate::ir::Module;

/// The components that refer to each component, each once, in compressed form.
#[derive(Debug)]
pub(crate) struct Users {
    starts: Vec<u32>,
    users: Vec<u32>,
}

impl Users {
    /// Those of every component of a module.
    pub(crate) fn of(module: &Module, components: &Components) -> Self {
        let mut component = vec![NONE; module.funcs.len()];
        for (n, funcs) in (0..).zip(components.iter()) {
            funcs.iter().for_each(|f| component[f.index()] = n);
        }
        let mut makers = vec![0; module.funcs.len()];
        let place = |f: u32| component[f as usize];
        let mut pairs: Vec<(u32, u32)> = References::pairs(module, &mut makers, true, Control::NONE)
            .into_iter()
            .map(|(user, used)| (place(used), place(user)))
            .filter(|(used, user)| used != user)
            .collect();
        pairs.sort_unstable();
        pairs.dedup();
        let mut starts = vec![0_u32; components.len() + 1];
        for &(used, _) in &pairs {
            starts[used as usize + 1] += 1;
        }
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        Self { starts, users: pairs.into_iter().map(|(_, user)| user).collect() }
    }

    /// The components that refer to one, ascending.
    pub(crate) fn users(&self, component: u32) -> &[u32] {
        let at = component as usize;
        &self.users[self.starts[at] as usize..self.starts[at + 1] as usize]
    }
}
