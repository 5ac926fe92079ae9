//go:build go1.21

package odd

// A variable of a range is one for all iterations, as it was before Go 1.22.
func rangeBefore(a, b []int) *int {
	for _, v := range a {
		limitOfRandom = &v
	}
	for _, v := range b {
		_ = v
	}
	return nil
}
