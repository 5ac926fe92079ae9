package source

import (
	"os"
	"strings"
)

// stdPackages are the packages compared with the compiler: odd functions first; the environment
// variable OUTLIVE_STD names others.
func stdPackages() []string {
	if list := os.Getenv("OUTLIVE_STD"); list != "" {
		return strings.Fields(list)
	}
	return []string{"./testdata/odd", "strings", "encoding/json"}
}
