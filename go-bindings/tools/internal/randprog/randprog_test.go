package randprog

import "testing"

func TestGenerate(t *testing.T) {
	funcs := 0
	for seed := range uint64(60) {
		p, err := Generate(seed, 3)
		if err != nil {
			t.Fatal(err)
		}
		if err := Check(p); err != nil {
			t.Fatal(seed, err)
		}
		funcs += p.Functions()
	}
	t.Log(funcs)
}
