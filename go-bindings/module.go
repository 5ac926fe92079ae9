package outlive

import (
	"context"
	"errors"
	"runtime"
	"unsafe"
)

// Module is a module in memory of the library: decoded and verified once, then immutable, to be analysed, printed and
// transformed any number of times. Who asks only once is served as well by [Analyze], which keeps nothing but the answers.
//
// All methods are safe for concurrent use. Call Close when done with a module; one that is forgotten is freed some time
// after it becomes unreachable. Results do not depend on the module they are about: either may be closed first. After Close,
// methods return [ErrClosed].
type Module struct {
	h       *handle
	cleanup runtime.Cleanup
	view    *View
}

// OpenModule decodes and verifies the module in an image, within the limits that opts has; what else it says is for
// analyses. The error is an [*Error]. The module keeps image, for names and positions; it must not change.
func OpenModule(image []byte, opts Options) (*Module, error) {
	return makeModule(func() (unsafe.Pointer, []byte, error) {
		object, err := libModuleFromImage(image, &opts)
		return object, image, err
	})
}

// ParseModule parses and verifies a module in the readable text form of the IR, within the limits that opts has. The error is
// an [*Error]; with [StatusSyntax] it has line and column.
func ParseModule(text string, opts Options) (*Module, error) {
	return makeModule(func() (unsafe.Pointer, []byte, error) { return libModuleFromText(text, &opts) })
}

// makeModule makes a module of what a call of the library returns: the object, and its image.
func makeModule(call func() (unsafe.Pointer, []byte, error)) (*Module, error) {
	var image []byte
	object, err := whole(context.Background(), func(*uint32) (object unsafe.Pointer, err error) {
		object, image, err = call()
		return object, err
	})
	if err != nil {
		return nil, err
	}
	m := &Module{}
	m.h, m.cleanup = own(m, object, libFreeModule)
	if m.view, err = OpenImage(image); err != nil { // cannot be, the library has read it or made it
		return nil, errors.Join(err, m.Close())
	}
	return m, nil
}

// Module finishes the module and hands it to the library; see [OpenModule]. The error joins what [Builder.Image] and OpenModule
// return.
func (b *Builder) Module(opts Options) (*Module, error) {
	image, err := b.Image()
	if err != nil {
		return nil, err
	}
	return OpenModule(image, opts)
}

// Close frees the module. Calling it again does nothing.
func (m *Module) Close() error {
	m.cleanup.Stop()
	m.h.close()
	return nil
}

// Print returns the module in the readable text form of the IR.
func (m *Module) Print() (string, error) { return m.text(libModulePrint) }

// Encode returns the module as an image. Equal modules give equal images.
func (m *Module) Encode() ([]byte, error) {
	image, err := m.text(libModuleEncode)
	if err != nil {
		return nil, err
	}
	return unsafe.Slice(unsafe.StringData(image), len(image)), nil // nobody else has the string
}

func (m *Module) text(of func(unsafe.Pointer) (string, error)) (string, error) {
	object, ok := m.h.acquire()
	if !ok {
		return "", ErrClosed
	}
	defer m.h.release()
	return whole(context.Background(), func(*uint32) (string, error) { return of(object) })
}

// RunPasses returns what passes over the IR make of the module, which itself stays as it is: their names in the order in which
// they run, with commas between them, such as "mem2reg,fold,dce,promote" (docs/opt.md lists them). Functions, types, globals and
// sites keep their ids. Passes that place storage take the verdicts of the model and the profile of opts. The error is
// [ErrClosed] or an [*Error]; with [StatusBadPasses] nothing has run, and the message says why.
func (m *Module) RunPasses(passes string, opts Options) (*Module, error) {
	object, ok := m.h.acquire()
	if !ok {
		return nil, ErrClosed
	}
	defer m.h.release()
	return makeModule(func() (unsafe.Pointer, []byte, error) { return libRunPasses(object, passes, &opts) })
}

// ModuleStats is how much of what a module has.
type ModuleStats struct {
	Types, Globals, Functions, Externals, Blocks, Instructions, Values, Sites uint64
	Files, Positions                                                          uint64 // "no position" is one of the positions
}

// Stats returns how much of what the module has.
func (m *Module) Stats() (ModuleStats, error) {
	object, ok := m.h.acquire()
	if !ok {
		return ModuleStats{}, ErrClosed
	}
	defer m.h.release()
	return libModuleStats(object), nil
}

// View returns the names and positions of the module. It stays valid after Close.
func (m *Module) View() *View { return m.view }
