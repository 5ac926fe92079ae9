package odd

import (
	"errors"
	"os"
)

var (
	initPtr        = &counter{1}
	initSlice      = []int{1, 2, 3}
	initMap        = map[string]*counter{"a": {1}}
	initBox    any = counter{2}
	initErr        = errors.New("x")
	initMixed      = []any{1, "a", os.Getenv("x"), errors.New("y"), &counter{3}, len(os.Args)}
	initDyn    any = len(os.Args)
	initCall   any = count(1, 2)
	initBytes      = []byte("abc")
	initRunes      = []rune("abc")
	initFunc       = func() int { return len(initSlice) }
	initFuncs      = []func(){func() { println(new(int)) }, nil}
	initAddr       = &initSlice
	initField      = &initStruct.arr[2]
	initElem       = &initSlice[1]
	initStruct     = struct {
		arr [4]int
		any any
		fn  func()
		ptr *counter
		dyn string
	}{any: 3, fn: func() {}, ptr: &counter{len(os.Args)}, dyn: os.Args[0] + "x"}
	initNested         = [][]*counter{{{1}, {2}}, {{count()}}}
	initConv           = any(shape(square{3}))
	initIface    shape = &disc{4}
	initA, initB       = pair()
	_            shape = square{}
	_                  = map[string]int{"a": 1}
	_                  = new(int)
	_                  = []*int{new(int)}
	_                  = func() *int { return new(int) }()
	initNew            = new(counter)
	initMake           = make([]int, 10)
	initMakeMap        = make(map[string]any)
	initConcat         = os.Args[0] + "y"
	initCopy           = initSlice
	initMethod         = initPtr.get
	initExpr           = (*counter).inc
	initPtrMap         = &map[string]int{"b": 2}
	initPtrSlice       = &[]int{1, count()}
	initGen            = pick[int]
	initGenVal         = pick(3)
	initParen    any   = (counter{9})
	initPtrPtr         = []**int{nil}
	initZero           = counter{}
	initBig            = [...]any{5: 1, 2: counter{}}
	initIfaceVar any   = initErr
	initIfaceInt any   = initPtr.n
)

func count(n ...int) int { return len(n) }

func pick[T any](x T) T { return x }
