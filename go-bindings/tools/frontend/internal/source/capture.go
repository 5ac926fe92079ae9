package source

import "go/types"

// maxByValue is the largest variable, in bytes, that a closure copies.
const maxByValue = 128

// CaptureByValue reports whether closures capture v by copying its value: its
// address is never taken, it is not assigned after its first capture, and it is
// small. The type is the variable's own in the instance at hand; nil means the
// declared one.
func (p *Package) CaptureByValue(v *Var, t types.Type) bool {
	if v.AddrTaken || v.Reassigned {
		return false
	}
	if t == nil {
		t = v.Obj.Type()
	}
	return p.Sizes.Sizeof(t) <= maxByValue
}
