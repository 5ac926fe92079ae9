//go:build outlive_debug

package outlive

import "runtime"

// shake collects garbage wherever an object of the library comes into use, so that an object that is let go too early is gone
// when the call that needs it begins, rather than once in a million runs. It runs the cleanups of what it finds, too, for these
// are run by other goroutines.
func shake() {
	runtime.GC()
	runtime.Gosched()
}
