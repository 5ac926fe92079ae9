// Package of has a generic function that is recursive by way of one that is not.
package of

type Pair[T any] struct {
	A T
	B *T
}

func Through[T any](p *Pair[*int]) { back(struct{ a *int }{p.A}) }

func back(p struct{ a *int }) bool {
	return p.a == func() *int {
		Through[string](nil)
		return p.a
	}()
}
