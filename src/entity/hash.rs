//! The one place that names a hasher. Keys are ids and short tuples of ids made by trusted code; untrusted strings are
//! interned by sorting, never by these maps.

pub use fxhash::{FxBuildHasher, FxHashMap, FxHashSet};
