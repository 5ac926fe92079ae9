package outlive

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
)

// Analyze analyses the module in an image. It is one call across the border to the library, whatever the size of the
// module. The error is an [*Error]. The result keeps image, for names and positions; it must not change.
//
// While the library works the calling goroutine occupies a thread. At most GOMAXPROCS calls that work on whole modules run at
// the same time in a program; further ones wait.
func Analyze(image []byte, opts Options) (*Result, error) {
	return AnalyzeContext(context.Background(), image, opts)
}

// AnalyzeContext is [Analyze] for as long as ctx is not done. Then the library gives up, within microseconds as a rule, and the
// error is both [StatusCancelled] and the cause of ctx, for errors.Is.
func AnalyzeContext(ctx context.Context, image []byte, opts Options) (*Result, error) {
	a, err := whole(ctx, func(cancel *uint32) (answer, error) { return libAnalyze(image, &opts, cancel) })
	if err != nil {
		return nil, err
	}
	view, err := OpenImage(image)
	r := newResult(a, view)
	if err != nil { // cannot be, the library has read it
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

// Analyze finishes the module and analyses it; see the function [Analyze]. The error joins what [Builder.Image] and
// [Analyze] return.
func (b *Builder) Analyze(opts Options) (*Result, error) {
	return b.AnalyzeContext(context.Background(), opts)
}

// AnalyzeContext is [Builder.Analyze] for as long as ctx is not done; see the function [AnalyzeContext].
func (b *Builder) AnalyzeContext(ctx context.Context, opts Options) (*Result, error) {
	image, err := b.Image()
	if err != nil {
		return nil, err
	}
	return AnalyzeContext(ctx, image, opts)
}

// Analyze analyses the module, in one call across the border to the library. The error is [ErrClosed] or an [*Error].
func (m *Module) Analyze(opts Options) (*Result, error) {
	return m.AnalyzeContext(context.Background(), opts)
}

// AnalyzeContext is [Module.Analyze] for as long as ctx is not done; see the function [AnalyzeContext].
func (m *Module) AnalyzeContext(ctx context.Context, opts Options) (*Result, error) {
	object, ok := m.h.acquire()
	if !ok {
		return nil, ErrClosed
	}
	defer m.h.release()
	a, err := whole(ctx, func(cancel *uint32) (answer, error) { return libModuleAnalyze(object, &opts, cancel) })
	if err != nil {
		return nil, err
	}
	return newResult(a, m.view), nil
}

func newResult(a answer, view *View) *Result {
	r := &Result{a: a, view: view}
	r.h, r.cleanup = own(r, a.object, libFreeResult)
	return r
}

// whole makes a call that works on a whole module, when it is its turn, with a flag that is set once ctx is done.
func whole[T any](ctx context.Context, call func(cancel *uint32) (T, error)) (out T, err error) {
	if err := turns.enter(ctx); err != nil {
		return out, err
	}
	defer turns.leave()
	if ctx.Done() == nil {
		return call(nil)
	}
	cancel := new(uint32)
	stop := context.AfterFunc(ctx, func() { atomic.StoreUint32(cancel, 1) })
	defer stop()
	out, err = call(cancel)
	runtime.KeepAlive(cancel)
	if e, ok := err.(*Error); ok && e.Status == StatusCancelled {
		err = cancelled(ctx)
	}
	return out, err
}

func cancelled(ctx context.Context) error {
	return fmt.Errorf("outlive: %w: %w", StatusCancelled, context.Cause(ctx))
}
