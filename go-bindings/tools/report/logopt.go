package report

import (
	"cmp"
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// LogRecord is a remark in the form of the compiler's -json=0 log, which is that of a diagnostic of the language server
// protocol: but lines and columns count from 1, and columns are bytes.
type LogRecord struct {
	Position
	Code    string // "escape": storage outlives its frame. "leak": a parameter does
	Message string
	Related []LogStep
}

// LogStep is a remark that explains another one.
type LogStep struct {
	Position
	Message string
}

type logHeader struct {
	Version   int    `json:"version"`
	Package   string `json:"package"`
	Goos      string `json:"goos"`
	Goarch    string `json:"goarch"`
	GcVersion string `json:"gc_version"`
	File      string `json:"file"`
}

type logPosition struct {
	Line      int `json:"line"`
	Character int `json:"character"`
}

type logRange struct {
	Start logPosition `json:"start"`
	End   logPosition `json:"end"`
}

type logLocation struct {
	URI   string   `json:"uri"`
	Range logRange `json:"range"`
}

type logRelated struct {
	Location logLocation `json:"location"`
	Message  string      `json:"message"`
}

type logDiagnostic struct {
	Range    logRange     `json:"range"`
	Severity int          `json:"severity"`
	Code     string       `json:"code"`
	Source   string       `json:"source"`
	Message  string       `json:"message"`
	Related  []logRelated `json:"relatedInformation,omitempty"`
}

// logInformation is the severity of all remarks.
const logInformation = 3

func (p Position) logRange() logRange {
	at := logPosition{p.Line, p.Column}
	return logRange{at, at}
}

// LogTarget is what a log says of where it comes from.
type LogTarget struct {
	Goos, Goarch, Version string
}

// HostTarget returns the target of the running program.
func HostTarget() LogTarget { return LogTarget{runtime.GOOS, runtime.GOARCH, runtime.Version()} }

// Logopt writes the records of one package below dir as the compiler does with -json=0,file://dir: one directory for the
// package, in it one file for each source file, which begins with a line about the compilation and has one line for each
// record, by position. Nothing is written if there are no records.
func Logopt(dir, pkg string, target LogTarget, records []LogRecord) error {
	records = slices.Clone(records)
	slices.SortStableFunc(records, func(a, b LogRecord) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	for len(records) > 0 {
		n := slices.IndexFunc(records, func(r LogRecord) bool { return r.File != records[0].File })
		if n < 0 {
			n = len(records)
		}
		if err := logFile(filepath.Join(dir, url.PathEscape(pkg)), pkg, target, records[:n]); err != nil {
			return err
		}
		records = records[n:]
	}
	return nil
}

// logFile writes the records of one source file.
func logFile(dir, pkg string, target LogTarget, records []LogRecord) error {
	file := records[0].File
	var b strings.Builder
	e := json.NewEncoder(&b)
	if err := e.Encode(logHeader{0, pkg, target.Goos, target.Goarch, target.Version, file}); err != nil {
		return err
	}
	for _, r := range records {
		d := logDiagnostic{r.logRange(), logInformation, r.Code, "go compiler", r.Message, nil}
		for _, s := range r.Related {
			uri := url.URL{Scheme: "file", Path: filepath.ToSlash(s.File)}
			d.Related = append(d.Related, logRelated{logLocation{uri.String(), s.logRange()}, s.Message})
		}
		if err := e.Encode(d); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	name := filepath.Base(file)
	if i := strings.LastIndex(name, ".go"); i >= 0 {
		name = name[:i]
	}
	return os.WriteFile(filepath.Join(dir, url.PathEscape(name)+".json"), []byte(b.String()), 0o666)
}
