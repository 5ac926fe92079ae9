package odd

type shape interface{ area() int }

type square struct{ side int }

func (s square) area() int { return s.side }

type disc struct{ r int }

func (d *disc) area() int { return d.r }

type box struct {
	shape
	next *box
	buf  []byte
	arr  [8]byte
	in   inner
	tab  [4]*int
}

type inner struct{ a, b *int }

func devirtualise(n int) int {
	var s shape = square{n}
	t := shape(&disc{n})
	var u shape
	if n > 1 {
		u = square{1}
	}
	var w shape = square{2}
	if n > 2 {
		w = &disc{3}
	}
	var x any = square{4}
	y := x.(shape)
	z, ok := x.(shape)
	println(ok)
	var v shape
	v = v
	v = square{5}
	var nilOnly shape
	a := s.area() + t.area() + u.area() + w.area() + y.area() + z.area() + v.area() + nilOnly.area()
	p := &s
	_ = p
	var taken shape = square{6}
	q := &taken
	return a + (*q).area() + taken.area() + shape(square{7}).area()
}

func devirtualiseClosure(n int) int {
	var s shape = square{n}
	f := func() int { return s.area() }
	var t shape = square{n}
	func() { t = &disc{1} }()
	return f() + t.area()
}

func devirtualiseLoop(list []shape, sq []square, m map[string]square) (n int) {
	for _, s := range list {
		n += s.area()
	}
	var s shape
	for _, s = range list {
		n += s.area()
	}
	var x any
	switch y := x.(type) {
	case shape:
		n += y.area()
	}
	var z any = square{3}
	switch y := z.(type) {
	case shape:
		n += y.area()
	}
	defer shape(square{1}).area()
	var d shape = square{2}
	defer d.area()
	go d.area()
	return n
}

func devirtualiseCall() int {
	var s shape = makeSquare()
	t := makeShape()
	return s.area() + t.area()
}

func makeSquare() square { return square{1} }

func makeShape() shape { return square{1} }

func selfAssign(b *box, v box, i, j int) {
	b.buf = b.buf[i:j]
	b.buf = b.buf[:]
	b.buf = b.arr[:]
	b.in.a = b.in.b
	b.in.a, b.in.b = b.in.b, b.in.a
	b.tab[i] = b.tab[j]
	b.tab[i] = b.tab[f1(&j)]
	b.tab[i+1] = b.tab[len(b.buf)-1]
	b.next = b.next.next
	b.next.next = b.next
	v.in.a = v.in.b
	v.tab[0] = v.tab[1]
	pb := &b.buf
	*pb = (*pb)[1:]
	(*b).in.a = b.in.b
	(b).in.a = (b.in.b)
	s := b.tab[:]
	s[0], s[1] = s[1], s[0]
	m := map[int]*int{}
	m[0] = m[1]
	b.in.a = v.in.a
	b.arr[0] >>= b.arr[1]
	bits := &struct{ x, y uint32 }{}
	bits.x <<= bits.y
	bits.x += bits.y
	str := &struct{ s string }{}
	str.s = str.s[1:]
}

func sizes(n int) {
	const c = 10
	k := 20
	l := k
	var m = 30
	m++
	var i64 int64 = 40
	lit := []int{1, 2, 9: 3}
	ln := len(lit)
	_ = make([]int, c)
	_ = make([]int, k)
	_ = make([]int, l, int64(k))
	_ = make([]int, m)
	_ = make([]int, i64)
	_ = make([]int, len(lit))
	_ = make([]int, ln)
	_ = make([]int, n)
	_ = make([]string, n, 5)
	_ = make(map[string]int, n)
	_ = make(chan int, n)
}

func texts(a, b string, n int, c counter) {
	println(a + b + "x" + (a + b))
	sinkAny = a + b
	sinkAny = n + 2*(n-1)
	sinkStr = string([]byte(a))
	_ = []rune(a)
	_ = []rune("constant")
	_ = string(rune(n))
	sinkAny = &counter{n: 3}
	sinkAny = []*counter{{1}, {2}, nil}
	sinkAny = map[string]*counter{"a": {1}}
	sinkAny = map[*counter]any{{1}: counter{2}}
	sinkAny = []any{1, "a", nil, c, &c}
	sinkAny = [2]any{0: c, 1: n}
	sinkAny = (n)
	sinkAny = any((counter{}))
	sinkAny, sinkStr = n, a
	sinkStr += a + b
	f := c.get
	g := counter.get
	h := (*counter).inc
	println(f, g, h)
	variadic()
	variadic(1)
	variadic(n, a, nil)
	variadic([]any{n}...)
	variadic(pair())
	fixed(1, 2, 3)
	fixed(1)
	_ = append([]any{}, n, a)
	ch := make(chan any, 1)
	ch <- n
	ch <- (<-ch)
	var e error
	if e == error(nil) || sinkAny == n || n == sinkAny {
		panic(n)
	}
	switch sinkAny {
	case n, a:
	}
	switch n {
	case sinkAny:
	}
	m := map[any]any{}
	m[n] = a
	_ = m[a]
	delete(m, n)
	_ = struct{ x any }{n}
	_ = struct{ x any }{x: n}
	p := new(any)
	*p = n
	var x, y any = n, a
	x, y = pair()
	println(x, y)
}

func variadic(args ...any) {}

func fixed(a any, more ...int) {}

func pair() (int, string) { return 1, "" }

func pairAny() (any, any) { return pair() }

func named() (x any, err error) {
	x, err = split()
	return split()
}

func switches(x any) {
	switch y := x.(type) {
	case int:
		sinkAny = &y
	case *map[string][]chan int:
		sinkAny = &y
	case func(a int) (b string), nil:
		sinkAny = &y
	case interface{ m(x string) }:
		sinkAny = &y
	case struct{}:
		sinkAny = &y
	case error, shape:
		sinkAny = &y
	default:
		sinkAny = &y
	}
}
