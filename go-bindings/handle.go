package outlive

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"
)

// handle owns an object of the library, counts its users, and frees it once it is closed and nobody uses it. The objects of
// this package that are handed out, such as [Result], point to one and close it when they become unreachable, which can be
// while one of their methods still runs; so every use is between acquire and release.
type handle struct {
	mu     sync.Mutex
	object unsafe.Pointer
	free   func(unsafe.Pointer)
	users  int
	closed bool
}

var live atomic.Int64

// Live returns the number of objects of the library that exist: results and modules that were neither closed nor collected.
// It is for tests of programs that must not leak: the number is 0 when all are closed.
func Live() int { return int(live.Load()) }

// own makes a handle for an object of the library. The cleanup it returns closes the handle once owner is unreachable.
func own[T any](owner *T, object unsafe.Pointer, free func(unsafe.Pointer)) (*handle, runtime.Cleanup) {
	live.Add(1)
	h := &handle{object: object, free: free}
	return h, runtime.AddCleanup(owner, (*handle).close, h) // h must not reach owner, or it would never run
}

// acquire returns the object, which stays until release is called; false if it is closed.
func (h *handle) acquire() (unsafe.Pointer, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil, false
	}
	h.users++
	shake()
	return h.object, true
}

func (h *handle) release() {
	h.mu.Lock()
	h.users--
	last := h.closed && h.users == 0
	h.mu.Unlock()
	if last {
		h.drop()
	}
}

func (h *handle) close() {
	h.mu.Lock()
	last := !h.closed && h.users == 0
	h.closed = true
	h.mu.Unlock()
	if last {
		h.drop()
	}
}

func (h *handle) drop() {
	h.free(h.object)
	live.Add(-1)
}

// turnstile bounds how many calls of the library that work on whole modules run at the same time: each occupies a thread, and
// more of them than there are processors only cost memory.
type turnstile struct {
	mu      sync.Mutex
	freed   *sync.Cond
	inside  int
	highest int // for tests
}

var turns = func() *turnstile {
	t := &turnstile{}
	t.freed = sync.NewCond(&t.mu)
	return t
}()

// enter waits until fewer calls run than there are processors for Go, or ctx is done. Calls never wait for each other inside,
// so this cannot deadlock.
func (t *turnstile) enter(ctx context.Context) error {
	if ctx.Done() != nil {
		stop := context.AfterFunc(ctx, func() {
			t.mu.Lock() // whoever has just looked at ctx is waiting now
			defer t.mu.Unlock()
			t.freed.Broadcast()
		})
		defer stop()
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for ctx.Err() == nil && t.inside >= runtime.GOMAXPROCS(0) {
		t.freed.Wait()
	}
	if ctx.Err() != nil {
		t.freed.Signal() // a turn this one may have been told of
		return cancelled(ctx)
	}
	t.inside++
	t.highest = max(t.highest, t.inside)
	return nil
}

func (t *turnstile) leave() {
	t.mu.Lock()
	t.inside--
	t.mu.Unlock()
	t.freed.Signal()
}
