// Package odd holds functions whose treatment by the compiler is easy to get
// wrong. The tests of package source compile it and compare the answers.
package odd

var (
	sinkFunc  func() int
	sinkFuncs []func() int
	sinkPtr   *int
	sinkPtrs  []*int
	sinkAny   any
	sinkStr   string
)

func threeClause(n int) {
	for i := 0; i < n; i++ {
		sinkFuncs = append(sinkFuncs, func() int { return i })
	}
}

func threeClauseStored(n int) {
	for i := 0; i < n; i++ {
		f := func() int { return i }
		i += f()
	}
}

func threeClauseCond() {
	for i := 0; func() bool { return i < 3 }(); i++ {
		println(i)
	}
}

func threeClausePost(n int) {
	for i, inc := 0, func(p *int) { *p++ }; i < n; inc(&i) {
		println(i)
	}
}

func loopReturn(n int) func() int {
	for i := 0; i < n; i++ {
		if i == 7 {
			return func() int { return i }
		}
	}
	return nil
}

func loopReturnPtr(s []int) *int {
	for _, v := range s {
		if v > 0 {
			return &v
		}
	}
	return nil
}

func loopReturnBoth(s []int) *int {
	for i, v := range s {
		if v > 1 {
			sinkPtr = &i
			return &v
		}
	}
	return nil
}

func rangeCapturedDeep(s []int) {
	for i, v := range s {
		for range 3 {
			sinkFuncs = append(sinkFuncs, func() int { return i + v })
		}
	}
}

func rangeCaptured(s []int) {
	for i, v := range s {
		sinkFuncs = append(sinkFuncs, func() int { return i + v })
	}
}

func rangeAssign(s []int) {
	var i, v int
	for i, v = range s {
		sinkFunc = func() int { return i + v }
	}
}

func rangeInto(s []int, m map[string]int) {
	var a [4]int
	for a[0], m["x"] = range s {
		sinkFunc = func() int { return a[0] }
	}
}

func infinite() {
	for i := 0; ; {
		if i > 3 {
			break
		}
		sinkPtr = &i
	}
}

func noDefine(n int) {
	i := 0
	for ; i < n; i++ {
		sinkFunc = func() int { return i }
	}
	for i = 1; i < n; i++ {
		p := &n
		sinkPtr = p
	}
}

func gotoLoop(n int) {
	i := 0
again:
	x := i
	p := new(int)
	sinkPtrs = append(sinkPtrs, p, &x)
	if i++; i < n {
		goto again
	}
	y := 1
	sinkPtr = &y
}

func gotoInBlock(n int) {
	{
	again:
		if n--; n > 0 {
			goto again
		}
	}
	x := n
	f := func() int { return x }
	x = f()
	if n > 2 {
	again2:
		z := 1
		if n--; z < n {
			goto again2
		}
	}
	for range n {
	top:
		if n > 5 {
			n--
			goto top
		}
		w := &x
		println(*w)
	}
	w := 3
	sinkPtr = &w
}

func gotoForward(n int) {
	if n > 3 {
		goto done
	}
	println(n)
done:
	x := 1
	println(x)
}

func gotoDead(n int) {
top:
	x := new(int)
	println(x)
	if false {
		goto top
	}
	y := 2
	sinkPtr = &y
}

func gotoCase(n int) {
	switch n {
	case 1:
	l:
		println(n)
		if n++; n < 5 {
			goto l
		}
		a := 1
		sinkPtr = &a
	case 2:
		b := 2
		sinkPtr = &b
	}
	c := 3
	sinkPtr = &c
}

func labeledLoop(s [][]int) {
outer:
	for _, r := range s {
		for _, v := range r {
			if v == 0 {
				continue outer
			}
			if v == 1 {
				break outer
			}
			x := v
			sinkPtr = &x
		}
	}
}

func nestedLeak(n int) {
	for i := 0; i < n; i++ {
		for j := i; j < n; j++ {
			func() { sinkPtr = &j }()
			if j > 2 {
				continue
			}
		}
	}
}

func loopPtrMethod(s []counter) {
	for _, c := range s {
		c.inc()
	}
	for i := (counter{}); i.n < 3; i.inc() {
		println(i.n)
	}
}

type counter struct{ n int }

func (c *counter) inc() { c.n++ }

func (c counter) get() int { return c.n }

func loopSlice() {
	for a := ([4]int{}); a[0] < 3; a[0]++ {
		sinkAny = a[:]
	}
	for _, a := range [][4]int{{1}, {2}} {
		s := a[:2]
		s[0] = 1
	}
}
