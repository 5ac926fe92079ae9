package odd

import "errors"

func captureOrder(n int) {
	x := 1
	x = 2
	f := func() int { return x }
	println(f())
	y := 1
	g := func() int { return y }
	y = 2
	println(g())
	var z int
	z++
	h := func() int { return z }
	println(h(), n)
}

func captureSelf() {
	var rec func(int) int
	rec = func(n int) int {
		if n == 0 {
			return 0
		}
		return rec(n - 1)
	}
	println(rec(3))
}

func captureInLoop(n int) {
	x := 1
	x = n
	for range n {
		f := func() int { return x }
		println(f())
	}
	y := n
	for range n {
		f := func() int { return y }
		println(f())
	}
}

func captureStoredInside() {
	x, y := 1, 2
	func() {
		x = 3
		y := y
		println(y)
	}()
	println(x, y)
}

func captureNested() {
	x, y := 1, 2
	y = 3
	func() {
		func() {
			println(x, y)
		}()
	}()
}

func captureBig() {
	var small [16]int
	var big [17]int
	f := func() int { return small[0] + big[1] }
	println(f())
}

func captureField() {
	type t struct{ a, b int }
	var s t
	var u t
	f := func() int { return s.a + u.b }
	s.a = 1
	println(f())
	var arr [2]int
	g := func() int { return arr[0] }
	arr[1] = 2
	println(g())
}

func captureParam(p int, q *int, r [2]int) {
	p = 2
	*q = 3
	f := func() int { return p + *q + r[0] }
	println(f())
	r[1]++
}

func captureResults(n int) (a int, b *int, err error) {
	defer func() {
		println(a, b, err)
	}()
	return n, nil, nil
}

func captureBareReturn(n int) (a int) {
	if n > 0 {
		return
	}
	defer func() { println(a) }()
	for {
	}
}

func captureNoReturn() (a int) {
	a = 3
	defer func() { println(a) }()
	panic("no")
}

func captureEarlyReturn(n int) (a int) {
	if n > 0 {
		return 1
	}
	defer func() { println(a) }()
	panic(n)
}

func captureSelect(c chan int, d chan string) {
	for {
		select {
		case v := <-c:
			f := func() int { return v }
			println(f())
			for range 3 {
				println(func() int { return v }())
			}
		case s, ok := <-d:
			for range 3 {
				f := func() (string, bool) { return s, ok }
				println(f())
			}
		}
	}
}

func captureSelectDeep(c chan int) {
	select {
	case v := <-c:
		for range 3 {
			println(func() int { return v }())
		}
	}
}

func captureSwitch(x any) {
	switch y := x.(type) {
	case int:
		for range 3 {
			println(func() int { return y }())
		}
	case string, error:
		println(func() any { return y }())
	case *int:
		y = nil
		println(func() *int { return y }())
	default:
		f := func() any { return y }
		y = 1
		println(f())
	}
}

func captureMulti() error {
	a, err := split()
	b, err := split()
	f := func() (int, error) { return a + b, err }
	f()
	c, err := split()
	println(c)
	return err
}

func captureTuple() {
	var a, b = split()
	var c, d any = split()
	for range 2 {
		println(func() int { _, _, _ = b, c, d; return a }())
	}
}

func split() (int, error) { return 1, errors.New("x") }

func captureAddr() {
	var a, b, c, d int
	var e [4]int
	var f counter
	var g *counter
	_ = &a
	_ = e[:]
	f.inc()
	h := f.inc
	println(func() int { return a + b + c + d + e[0] + f.n + g.n }())
	g.inc()
	p := *&b
	println(p, h, &c == &d)
}

func captureDead() {
	x := 1
	if false {
		x = 2
		_ = &x
	}
	f := func() int {
		if false {
			x = 5
		}
		return x
	}
	println(f())
	y := 2
	g := func() int {
		if false {
			return y
		}
		return 0
	}
	println(g())
}

func captureConst() {
	var a [8]int
	f := func() int { return len(a) }
	println(f())
}

func captureDefer() (err error) {
	x := 1
	defer func(n int) { println(n, x, err) }(x)
	x++
	go func() { println(x) }()
	return nil
}

func captureOpAssign() {
	s := "a"
	s += "b"
	f := func() string { return s }
	println(f())
	t := "a"
	g := func() string { return t }
	t += g()
}

func captureGoto(n int) {
	x := 0
top:
	f := func() int { return x }
	x = f()
	if n--; n > 0 {
		goto top
	}
}

func captureUnused() {
	x := 1
	f := func() int { return x }
	if false {
		f()
	}
	x = 2
	println(x)
}

func captureRecvParam(c counter) {
	f := c.get
	g := c.inc
	println(f(), g, func() int { return c.n }())
}

type wrapper struct {
	counter
	p *counter
}

func captureEmbedded() {
	var v, w wrapper
	v.inc()
	w.p.inc()
	println(func() int { return v.n + w.n }())
}
