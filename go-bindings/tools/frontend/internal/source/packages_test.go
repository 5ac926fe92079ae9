package source

import (
	"os"
	"strings"
)

// stdPackages are the packages compared with the compiler; the environment
// variable OUTLIVE_STD names others.
func stdPackages() []string {
	if list := os.Getenv("OUTLIVE_STD"); list != "" {
		return strings.Fields(list)
	}
	return []string{"strings", "encoding/json", "text/template"}
}
