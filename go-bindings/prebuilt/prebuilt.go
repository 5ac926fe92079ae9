// Package prebuilt brings the Outlive library along, compiled beforehand, for programs that are built where neither Rust nor an
// installed Outlive is at hand. A program imports it for that alone and is built with the tag outlive_prebuilt:
//
//	import (
//		"outlive.dev/outlive"
//		_ "outlive.dev/prebuilt"
//	)
//
// The library of each platform is in a module of its own, of which the go command fetches the one it builds for: linux_amd64,
// linux_arm64, darwin_amd64, darwin_arm64 and windows_amd64 (MinGW). They are filled by make prebuilt, for each platform that
// Rust can compile for on the machine at hand, and hold nothing but liboutlive.a and the flags to link it. In the source tree the
// archives are absent: they are part of releases only. Only linux_amd64 has been linked and run so far.
package prebuilt
