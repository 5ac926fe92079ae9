package odd

const debug = false
const level = 2

var hook func()

func deadIf(n int) any {
	if debug {
		return new(int)
	}
	if !debug {
		println(new(int))
	} else {
		println(new(string))
	}
	if debug && n > f1(new(int)) {
		println(new(int))
	}
	if n > 3 && debug {
		println(new(int))
	}
	if n > 3 || !debug {
		println(new(int))
	} else {
		println(new(int8))
	}
	if !(debug && n > 1) {
		println(new(int16))
	} else {
		println(new(int32))
	}
	if (debug) && n > 2 {
		println(new(int64))
	}
	if (n > 2 && debug) && n < 9 {
		println(new(uint))
	}
	return nil
}

func f1(p *int) int { return *p }

func deadSwitch() {
	switch level {
	case 1:
		println(new(int))
	case 2:
		println(new(int8))
	default:
		println(new(int16))
	}
	switch {
	case level == 1:
		println(new(int))
	case level > 1:
		println(new(int8))
	}
	switch level {
	case 2:
		println(new(int32))
		fallthrough
	case 3:
		println(new(int64))
	}
	switch {
	case hook != nil:
		println(new(uint8))
	case debug:
		println(new(uint16))
	}
	switch level {
	case 7:
		println(new(uint32))
	}
	switch debug {
	case false:
		println(new(uint64))
	case true:
		println(new(float32))
	}
}

func deadTail(n int) *int {
	if n > 3 {
		return new(int)
	} else {
		panic(n)
	}
	return new(int)
}

func deadTailLabel(n int) *int {
	for {
		if n > 3 {
			goto done
		}
		return nil
		println(new(int))
	}
done:
	if n > 5 {
		return new(int)
	}
	return nil
	println(new(int8))
	return new(int)
}

func deadTailLabel2(n int) {
	if n > 1 {
		goto end
	}
	return
	println(new(int8))
end:
	println(new(int16))
}

func deadFor() {
	for debug {
		println(new(int))
	}
	for i := new(int); *i < 3 && debug; *i++ {
		println(new(int8))
	}
	for !debug {
		break
	}
}

func deadBlock() {
	{
		{
			return
		}
		println(new(int))
	}
	println(new(int8))
}

func deadConstIf() int {
	if level == 2 {
		return *new(int)
	}
	println(new(int8))
	return 0
}

func deadSwitchTail(n int) *int {
	switch n {
	case 1:
		return nil
		println(new(int8))
	default:
		panic("x")
	}
	return new(int)
}

func deadLit() {
	if debug {
		func() { println(new(int)) }()
	}
	f := func() { println(new(int8)) }
	if debug {
		f()
	}
	var g func()
	g = func() { println(new(int16)) }
	_ = g
	h := func() { println(new(int32)) }
	k := h
	if debug {
		k()
	}
}

func deadBreak(s []int) {
	for range s {
		break
		println(new(int))
	}
	for range seq(nil) {
		break
		println(new(int))
	}
	for range seq(nil) {
		for range s {
			break
			println(new(int8))
		}
		continue
		println(new(int16))
	}
}
