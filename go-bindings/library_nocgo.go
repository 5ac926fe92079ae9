//go:build !cgo

package outlive

import "unsafe"

var errNoLibrary = &Error{Status: StatusUnsupported, Message: "this program was built without cgo, so without the library", Offset: -1}

func libProfileLimits(string) (Limits, error) { return Limits{}, errNoLibrary }
func libModuleAnalyze(unsafe.Pointer, *Options, *uint32) (answer, error) {
	return answer{}, errNoLibrary
}
func libVerdictsIn(unsafe.Pointer, Func) []uint32                   { return nil }
func libVerdictsAt(unsafe.Pointer, string, uint32, uint32) []uint32 { return nil }
func libFindFunc(unsafe.Pointer, string) Func                       { return NoFunc }
func libAnalyze([]byte, *Options, *uint32) (answer, error)          { return answer{}, errNoLibrary }
func libFreeResult(unsafe.Pointer)                                  {}
func libExplain(unsafe.Pointer, Site) (Explanation, error)          { return Explanation{}, errNoLibrary }
func libCheck(unsafe.Pointer) error                                 { return errNoLibrary }
func libVerify([]byte) error                                        { return errNoLibrary }
func libPrint([]byte) (string, error)                               { return "", errNoLibrary }
func libParse(string) (string, error)                               { return "", errNoLibrary }
func libModuleFromImage([]byte, *Options) (unsafe.Pointer, error)   { return nil, errNoLibrary }
func libModuleFromText(string, *Options) (unsafe.Pointer, []byte, error) {
	return nil, nil, errNoLibrary
}
func libFreeModule(unsafe.Pointer)                   {}
func libModulePrint(unsafe.Pointer) (string, error)  { return "", errNoLibrary }
func libModuleEncode(unsafe.Pointer) (string, error) { return "", errNoLibrary }
func libRunPasses(unsafe.Pointer, string, *Options) (unsafe.Pointer, []byte, error) {
	return nil, nil, errNoLibrary
}
func libModuleStats(unsafe.Pointer) ModuleStats { return ModuleStats{} }
func libFacts(unsafe.Pointer) (string, error)   { return "", errNoLibrary }
func libVersion() string                        { return "" }
