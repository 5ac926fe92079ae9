package main

import "strings"

// isVetTool reports whether the arguments are those with which go vet runs its tool: it asks for the version, for the
// flags, and then has one package at a time analysed that a file describes.
func isVetTool(args []string) bool {
	if len(args) == 0 {
		return false
	}
	last := args[len(args)-1]
	return last == "-V=full" || last == "-flags" || strings.HasSuffix(last, ".cfg")
}
