package odd

import "unsafe"

type number interface{ ~int | ~int64 }

func genericCapture[T number](n T, s []T) T {
	x := n
	x++
	f := func() T { return x }
	for _, v := range s {
		sinkAny = func() T { return v }
		x += v
	}
	for i := T(0); i < n; i++ {
		g := func() T { return i + n }
		println(g())
	}
	var big [2]T
	h := func() T { return big[0] }
	_ = unsafe.Sizeof(big)
	return f() + h()
}

func genericRange[S ~[]E, E any, F func(func(E) bool)](s S, f F) (r []E) {
	for e := range f {
		r = append(r, e)
		if len(r) > 3 {
			return r
		}
	}
	for i, e := range s {
		if i > 3 {
			return append(r, e)
		}
		p := &e
		sinkAny = p
	}
	return
}

type list[T any] struct {
	head, tail *T
	items      []T
	next       *list[T]
}

func (l *list[T]) push(x T) *list[T] {
	l.head, l.tail = l.tail, l.head
	l.items = l.items[1:]
	l.next.head = l.next.tail
	add := func(y T) { l.items = append(l.items, x, y) }
	add(x)
	return l
}

func (l list[T]) any() any {
	var a any = l.items[0]
	return func() any { return a }
}

func useGenerics() {
	genericCapture(1, []int{1})
	genericCapture(int64(1), nil)
	genericRange([]string{"a"}, func(func(string) bool) {})
	var l list[int]
	l.push(1).any()
}
