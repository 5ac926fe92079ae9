package source

import "testing"

// BenchmarkNew measures the tables of one package, parsed and type-checked.
func BenchmarkNew(b *testing.B) {
	p := loadStd(b, compared()[0])
	lines := 0
	for _, f := range p.Files {
		lines += p.Fset.File(f.FileStart).LineCount()
	}
	b.ResetTimer()
	for b.Loop() {
		New(p.Fset, p.Files, p.Types, p.Info, p.Sizes, p.goVersion)
	}
	b.ReportMetric(float64(lines)*float64(b.N)/b.Elapsed().Seconds()/1e3, "klines/s")
}
