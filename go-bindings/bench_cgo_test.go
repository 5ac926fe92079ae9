//go:build cgo

package outlive

import "testing"

func BenchmarkAnalyze1M(b *testing.B) {
	image, err := benchModule(1_000_000).Image()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.SetBytes(int64(len(image)))
	for b.Loop() {
		r, err := Analyze(image, Options{})
		if err != nil {
			b.Fatal(err)
		}
		st := r.Stats()
		b.ReportMetric(float64(st.DecodeNs)/1e6, "decode-ms")
		b.ReportMetric(float64(st.VerifyNs)/1e6, "verify-ms")
		b.ReportMetric(float64(st.AnalyzeNs)/1e6, "analyze-ms")
		r.Close()
	}
}

// BenchmarkSmall is the cost of the smallest question: mostly the border's.
func BenchmarkSmall(b *testing.B) {
	image, err := goldenHandmade().Image()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		r, err := Analyze(image, Options{})
		if err != nil {
			b.Fatal(err)
		}
		r.Close()
	}
}
