//! Whether two modules are the same but for the numbers of their strings.

use outlive::ir::{Module, Opcode};

/// Panics unless two modules are the same, table for table. Strings may be numbered differently, and so may the words of type
/// lists that are strings; everything else must be equal, ids included.
pub(crate) fn assert_same(a: &Module, b: &Module) {
    let name = |m: &Module, id| m.str(id).to_owned();
    assert_eq!((name(a, a.name), name(a, a.producer), a.target), (name(b, b.name), name(b, b.producer), b.target));
    assert!(a.files.iter().map(|&f| a.str(f)).eq(b.files.iter().map(|&f| b.str(f))));
    assert_eq!(a.positions, b.positions);
    assert_eq!(a.types.layout, b.types.layout);
    assert_eq!((&a.data, &a.relocs, a.attrs.rows(), &a.promises), (&b.data, &b.relocs, b.attrs.rows(), &b.promises));
    for (x, y) in a.types.rows.iter().zip(&b.types.rows) {
        assert_eq!((x.kind, x.a, x.b, x.flags, x.list_len), (y.kind, y.a, y.b, y.flags, y.list_len));
    }
    for id in a.types.rows.indices() {
        assert!(a.types.fields(id).map(|f| (a.str(f.name), f.ty, f.offset)).eq(b.types.fields(id).map(|f| (
            b.str(f.name),
            f.ty,
            f.offset
        ))));
        assert!(a.types.params(id).chain(a.types.results(id)).eq(b.types.params(id).chain(b.types.results(id))));
    }
    let globals =
        |m: &Module| m.globals.iter().map(|g| (name(m, g.name), g.ty, g.pos, g.flags, g.data_len)).collect::<Vec<_>>();
    assert_eq!(globals(a), globals(b));
    let sites = |m: &Module| {
        m.sites
            .iter()
            .map(|s| (name(m, s.name), s.index, s.kind, s.ty, s.func, s.pos, s.flags, s.parent, s.call))
            .collect::<Vec<_>>()
    };
    assert_eq!(sites(a), sites(b));
    assert_eq!(a.funcs.len(), b.funcs.len());
    for id in a.funcs.indices() {
        let (f, g) = (&a.funcs[id], &b.funcs[id]);
        assert_eq!(
            (f.sig, f.flags, f.pos, f.parent, f.instance_of, f.recover),
            (g.sig, g.flags, g.pos, g.parent, g.instance_of, g.recover)
        );
        assert_eq!(name(a, f.name), name(b, g.name));
        assert!(a.free_vars(id).eq(b.free_vars(id)));
        let (x, y) = (a.body(id), b.body(id));
        assert_eq!((x.blocks.len(), x.insts.len(), x.values), (y.blocks.len(), y.insts.len(), y.values));
        for (p, q) in x.blocks.iter().zip(y.blocks) {
            assert_eq!((p.first_inst, p.num_insts, p.num_params), (q.first_inst, q.num_insts, q.num_params));
        }
        for (i, j) in x.insts.iter().zip(y.insts) {
            assert_eq!((i.op, i.num_results, i.num_args, i.pos), (j.op, j.num_results, j.num_args, j.pos));
            assert_eq!((x.arg_words(i), x.imms(i)), (y.arg_words(j), y.imms(j)));
            if i.op == Opcode::ConstStr {
                assert_eq!(a.str(i.aux.into()), b.str(j.aux.into()));
            } else {
                assert_eq!(i.aux, j.aux);
            }
        }
    }
}
