package source

import (
	"os"
	"strings"
	"testing"
)

// compared are the packages whose tables are compared with the compiler: odd
// functions first, and real ones unless tests are to be short. The environment
// variable OUTLIVE_STD names others.
func compared() []string {
	switch list := os.Getenv("OUTLIVE_STD"); {
	case list != "":
		return strings.Fields(list)
	case testing.Short():
		return []string{"./testdata/odd"}
	}
	return []string{"./testdata/odd", "strings", "encoding/json"}
}
