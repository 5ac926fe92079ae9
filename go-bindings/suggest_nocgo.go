//go:build !cgo

package outlive

import "unsafe"

func libSuggest(unsafe.Pointer, Site) ([]Suggestion, error) { return nil, errNoLibrary }
