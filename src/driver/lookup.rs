//! Finding answers: by function, by place in the source, and functions by name.
//!
//! Verdicts come in the order of sites. Whoever asks for those of a function or of a line needs other orders; each is made when
//! it is first asked for, in time that sorting takes, and kept. Asking then takes a binary search at most.

use super::Analysis;
use crate::entity::FuncId;
use crate::fact::Summary;
use crate::ir::{Module, Position};
use std::sync::OnceLock;

/// Other orders of the answers about one module. Threads may ask at the same time; the first makes what it needs, and the others
/// wait for it.
#[derive(Debug, Default)]
pub struct Lookup {
    functions: OnceLock<Functions>,
    places: OnceLock<Places>,
    /// Functions by name, then by number.
    names: OnceLock<Vec<FuncId>>,
}

/// Verdicts by function.
#[derive(Debug)]
struct Functions {
    /// Start of each function's in `rows`.
    starts: Vec<u32>,
    rows: Vec<u32>,
}

/// Verdicts by file name, line, column and site.
#[derive(Debug)]
struct Places {
    /// The place of each file's name among the names in order.
    rank: Vec<u32>,
    /// The names in order, each as one of the files that bear it.
    files: Vec<u32>,
    rows: Vec<u32>,
}

impl Lookup {
    /// The verdicts on sites of a function, as places in [`Analysis::verdicts`], ascending. Empty if there is no such function.
    pub fn of_function(&self, module: &Module, analysis: &Analysis, func: FuncId) -> &[u32] {
        let Functions { starts, rows } = self.functions.get_or_init(|| Functions::new(module, analysis));
        match starts.get(func.index()..).and_then(|s| s.first_chunk::<2>()) {
            Some(&[from, to]) => &rows[from as usize..to as usize],
            None => &[],
        }
    }

    /// The verdicts on sites in a line of a file, as places in [`Analysis::verdicts`], by column and site; `column` 0 stands for
    /// any. `None` if the module has no file of that name.
    pub fn at(&self, module: &Module, analysis: &Analysis, file: &str, line: u32, column: u32) -> Option<&[u32]> {
        let places = self.places.get_or_init(|| Places::new(module, analysis));
        let name = |&f: &u32| module.str(module.files.raw[f as usize]);
        let file = places.files.binary_search_by(|f| name(f).cmp(file)).ok()? as u32;
        let key = |&row: &u32| {
            let place = places.of(module, analysis, row);
            (place.0, place.1, if column == 0 { 0 } else { place.2 })
        };
        let wanted = (file, line, column);
        let from = places.rows.partition_point(|row| key(row) < wanted);
        let rows = &places.rows[from..];
        Some(&rows[..rows.partition_point(|row| key(row) == wanted)])
    }

    /// The function of this name, the first if there are several.
    pub fn function(&self, module: &Module, name: &str) -> Option<FuncId> {
        let text = |f: FuncId| module.str(module.funcs[f].name);
        let names = self.names.get_or_init(|| {
            let mut names: Vec<FuncId> = module.funcs.indices().collect();
            names.sort_by_key(|&f| text(f));
            names
        });
        let at = names.partition_point(|&f| text(f) < name);
        names.get(at).copied().filter(|&f| text(f) == name)
    }
}

impl Analysis {
    /// The summaries of a function's parameters.
    #[must_use]
    pub fn summaries_of(&self, func: FuncId) -> &[Summary] {
        let from = self.summaries.partition_point(|s| s.func < func);
        let rest = &self.summaries[from..];
        &rest[..rest.partition_point(|s| s.func == func)]
    }
}

impl Functions {
    fn new(module: &Module, analysis: &Analysis) -> Self {
        let mut starts = vec![0_u32; module.funcs.len() + 1];
        for verdict in &analysis.verdicts {
            starts[verdict.func.index() + 1] += 1;
        }
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        let (mut fill, mut rows) = (starts.clone(), vec![0; analysis.verdicts.len()]);
        for (row, verdict) in (0..).zip(&analysis.verdicts) {
            let slot = &mut fill[verdict.func.index()];
            rows[*slot as usize] = row;
            *slot += 1;
        }
        Self { starts, rows }
    }
}

impl Places {
    fn new(module: &Module, analysis: &Analysis) -> Self {
        let name = |f: u32| module.str(module.files.raw[f as usize]);
        let mut files: Vec<u32> = (0..module.files.len() as u32).collect();
        files.sort_by_key(|&f| name(f));
        let mut rank = vec![0; files.len()];
        let mut names = 0;
        for (n, &file) in files.iter().enumerate() {
            names += u32::from(n > 0 && name(files[n - 1]) != name(file));
            rank[file as usize] = names;
        }
        files.dedup_by_key(|f| rank[*f as usize]);
        let mut this = Self { rank, files, rows: Vec::new() };
        let has_place = |row: &u32| analysis.verdicts[*row as usize].pos.raw() != 0;
        let mut rows: Vec<u32> = (0..analysis.verdicts.len() as u32).filter(has_place).collect();
        rows.sort_by_cached_key(|&row| (this.of(module, analysis, row), row));
        this.rows = rows;
        this
    }

    /// File name by its place in order, line, column.
    fn of(&self, module: &Module, analysis: &Analysis, row: u32) -> (u32, u32, u32) {
        let Position { file, line, col } = module.positions[analysis.verdicts[row as usize].pos];
        (self.rank[file.index()], line, col)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::driver::{Options, analyze};

    const TEXT: &str = "module \"m\"
func f func() @b.go:1:6 {
b0():
  x: *int = var \"x\" @2:9
  y: *int = var \"y\" @2:5
  z: *int = new \"z\" @a.go:2:5
  return @3:2
}
func g func() {
b0():
  return
}
func f func() @a.go:9:6 {
b0():
  w: *int = new \"w\" @2:5
  return @3:2
}
";

    #[test]
    fn answers_are_found() {
        let module = crate::text::parse(TEXT).expect("text");
        let analysis = analyze(&module, &Options::default());
        let lookup = Lookup::default();
        let of = |f: u32| lookup.of_function(&module, &analysis, FuncId::from_raw(f)).to_vec();
        assert_eq!([of(0), of(1), of(2), of(3), of(u32::MAX)], [vec![0, 1, 2], vec![], vec![3], vec![], vec![]]);
        let at = |file, line, column| lookup.at(&module, &analysis, file, line, column).map(<[u32]>::to_vec);
        assert_eq!(at("b.go", 2, 0), Some(vec![1, 0]));
        assert_eq!(at("b.go", 2, 9), Some(vec![0]));
        assert_eq!(at("b.go", 2, 6), Some(vec![]));
        assert_eq!(at("b.go", 3, 0), Some(vec![]));
        assert_eq!(at("a.go", 2, 5), Some(vec![2, 3]));
        assert_eq!(at("go", 2, 0), None);
        assert_eq!(lookup.function(&module, "f").map(FuncId::raw), Some(0));
        assert_eq!(lookup.function(&module, "g").map(FuncId::raw), Some(1));
        assert_eq!(lookup.function(&module, "ff"), None);
        assert_eq!(lookup.function(&module, ""), None);
    }
}
