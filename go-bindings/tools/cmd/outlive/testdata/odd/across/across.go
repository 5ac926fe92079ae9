// Package across is where the answer for a whole program is not that for a package.
package across

import "odd/across/of"

// Here the compiler makes the instance anew, and knows of what it calls only where its parameters flow.
func callsThrough() {
	of.Through[string](&of.Pair[*int]{A: new(int)})
}
