//go:build !outlive_debug

package outlive

// shake does nothing; see debug_on.go.
func shake() {}
