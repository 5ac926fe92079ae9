package b // want package:`outlive\(\d+ bytes\)`

// Kept holds what Keep is given.
var Kept *int

// Keep keeps its argument.
func Keep(p *int) { Kept = p }

// Read does not.
func Read(p *int) int { return *p }

// Same returns its argument.
func Same(p *int) *int { return p }

var anything any

// Use keeps nothing.
func Use[T any](p *T) T { return *p }

// Store keeps its argument.
func Store[T comparable](p *T) { anything = p }

// Box holds the address of a T.
type Box[T any] struct{ p *T }

// Put fills the box.
func (b *Box[T]) Put(p *T) { b.p = p }

// Get empties it.
func (b *Box[T]) Get() *T { return b.p }
