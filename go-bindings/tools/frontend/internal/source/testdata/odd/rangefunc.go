package odd

type seq func(yield func(int) bool)

type seq2[K, V any] func(yield func(K, V) bool)

func rangeFunc(s seq) (total int) {
	for v := range s {
		total += v
		sinkPtr = &v
	}
	return total
}

func rangeFuncReturn(s seq) (r *int, err error) {
	for v := range s {
		if v > 1 {
			return &v, nil
		}
		if v < 0 {
			return
		}
	}
	return nil, err
}

func rangeFuncUnnamed(s seq) (*int, error) {
	for v := range s {
		if v > 1 {
			x := v
			return &x, nil
		}
	}
	return nil, nil
}

func rangeFuncNested(s seq, t seq2[string, int]) (n int) {
	x := 1
outer:
	for v := range s {
		for k, w := range t {
			if w == v {
				break outer
			}
			if k == "" {
				continue outer
			}
			if w > 9 {
				return w + x
			}
			f := func() int { return w + v }
			x = f()
			break
		}
		y := v
		sinkFunc = func() int { return y }
		if v > 4 {
			continue
			println(new(int))
		}
	}
	return x
}

func rangeFuncAssign(s seq) {
	var v int
	var a [3]int
	for v = range s {
		println(v)
	}
	for a[1] = range s {
		println(a[1])
	}
	f := func() int { return v }
	println(f())
}

func rangeFuncLoop(s seq, n int) {
	for i := 0; i < n; i++ {
		for v := range s {
			for j := range v {
				sinkFunc = func() int { return i + j }
			}
		}
	}
}

func rangeFuncDefer(s seq) {
	for v := range s {
		defer println(v)
		defer func() { println(v) }()
	}
}

func rangeFuncGoto(s seq, n int) int {
top:
	x := n
	for v := range s {
		if v > x {
			goto top
		}
		y := v
		sinkPtr = &y
	}
	z := 2
	sinkPtr = &z
	return x
}

func rangeFuncLit(n int) func() int {
	return func() int {
		for v := range func(yield func(int) bool) { yield(n) } {
			if v > 0 {
				return v
			}
		}
		return 0
	}
}

func rangeFuncLoopReturn(s seq) func() int {
	for i := range 3 {
		for v := range s {
			return func() int { return v + i }
		}
	}
	return nil
}

func rangeFuncVarLoop(s seq) func() int {
	for v := range s {
		for i := range v {
			return func() int { return i }
		}
		for j := range v {
			if j > 1 {
				return nil
			}
			sinkFunc = func() int { return j }
		}
	}
	return nil
}
