package odd

// The variable of a range that leaks is copied from one that lives as long as the function, outside all loops.
func copiesOfElements(f func(func(*int) bool)) {
	for {
		for _, v := range []*int{new(int)} {
			func() { *v = 1 }()
		}
		for _, v := range &[2]*int{new(int)} {
			_ = &v
		}
		for _, v := range [2]*int{new(int)} {
			_ = &v
		}
		for k, v := range map[*int]*int{new(int): new(int)} {
			_, _ = &k, &v
		}
		for _, v := range []*int{new(int)} {
			_ = v // does not leak
		}
		for k := range f {
			for _, v := range []*int{k, new(int)} {
				_ = &v
			}
			for {
				for _, v := range []*int{k, new(int)} {
					_ = &v
				}
			}
		}
	}
}

// Outside loops, in a literal, and in a loop made by goto.
func copiesElsewhere() {
	for _, v := range []*int{new(int)} {
		_ = &v
	}
	for {
		func() {
			for _, v := range []*int{new(int)} {
				_ = &v
			}
		}()
		break
	}
again:
	for _, v := range []*int{new(int)} {
		_ = &v
	}
	goto again
}

// Numbers that are held beside pointers.
func copiesOfNumbers() {
	for {
		var s struct {
			x []int
			p **int
		}
		q := new(int)
		s.p = &q
		for _, v := range s.x {
			_ = &v
		}
		var t struct {
			x map[int]int
			p **int
		}
		r := new(int)
		t.p = &r
		for _, v := range t.x {
			_ = &v
		}
	}
}

// A variable of another loop is no copy.
func copiesOfOthers(s []int) {
	for i := 0; i < 3; i++ {
		_ = &i
		for _, i = range s {
		}
	}
}

// What a range copies is a box already.
func copiesOfBoxes(x *int) {
	for {
		for _, v := range []any{1, x, "a", *x} {
			_ = func() { _ = v }
		}
	}
}
