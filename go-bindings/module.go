package outlive

import (
	"runtime"
	"sync"
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
	view    func() (*View, error)
}

// OpenModule decodes and verifies the module in an image, within the limits that opts has; what else it says is for
// analyses. The error is an [*Error]. The module keeps image, for names and positions; it must not change.
func OpenModule(image []byte, opts Options) (*Module, error) {
	turns.enter()
	defer turns.leave()
	object, err := libModuleFromImage(image, &opts)
	if err != nil {
		return nil, err
	}
	m := newModule(object)
	m.view = sync.OnceValues(func() (*View, error) { return OpenImage(image) })
	return m, nil
}

// ParseModule parses and verifies a module in the readable text form of the IR, within the limits that opts has. The error is
// an [*Error]; with [StatusSyntax] it has line and column.
func ParseModule(text string, opts Options) (*Module, error) {
	turns.enter()
	defer turns.leave()
	object, err := libModuleFromText(text, &opts)
	if err != nil {
		return nil, err
	}
	return newModule(object), nil
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

func newModule(object unsafe.Pointer) *Module {
	m := &Module{}
	m.h, m.cleanup = own(m, object, libFreeModule)
	m.view = sync.OnceValues(func() (*View, error) {
		image, err := m.Encode()
		if err != nil {
			return nil, err
		}
		return OpenImage(image)
	})
	return m
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
	turns.enter()
	defer turns.leave()
	return of(object)
}

// View returns the names and positions of the module. Of a module that was not made from an image one is made when a view is
// first asked for; the view stays valid after Close.
func (m *Module) View() (*View, error) { return m.view() }
