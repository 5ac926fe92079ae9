package audit

import (
	"bufio"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// Class says what a compiler line speaks of, as far as its text tells.
type Class uint8

// The classes, in the order tables print them.
const (
	ClassMoved    Class = iota // moved to heap: a variable
	ClassAppend                // append
	ClassVariadic              // ... argument
	ClassFuncLit               // func literal
	ClassExpr                  // any other expression
	numClasses
)

var classNames = [numClasses]string{"moved to heap", "append", "... argument", "func literal", "expression"}

// String returns the words the compiler uses for the class.
func (c Class) String() string {
	if c < numClasses {
		return classNames[c]
	}
	return fmt.Sprintf("Class(%d)", uint8(c))
}

// maxColumn is the first column the compiler cannot print: positions at or
// beyond it are printed as a line alone.
const maxColumn = 255

// clampColumn returns the column as the compiler prints it, 0 for none.
func clampColumn(col int) int {
	if col >= maxColumn {
		return 0
	}
	return col
}

// Position is a place in a source file. Col is 0 where the compiler prints no column.
type Position struct {
	File string // absolute
	Line int
	Col  int
}

// String returns file:line:col, or file:line without a column.
func (p Position) String() string {
	if p.Col == 0 {
		return p.File + ":" + strconv.Itoa(p.Line)
	}
	return p.File + ":" + strconv.Itoa(p.Line) + ":" + strconv.Itoa(p.Col)
}

// Line is one verdict of the compiler about one allocation.
type Line struct {
	Position
	Package string // import path of the package whose compilation printed it
	Class   Class
	Heap    bool
	Text    string // the expression or variable, as the compiler writes it
}

// ParamLine is what the compiler says about a parameter.
type ParamLine struct {
	Position
	Package string
	Name    string
	Fate    string // one of the fates
}

// Output is what one run of the compiler printed.
type Output struct {
	Lines  []Line
	Params []ParamLine // only those a line itself names as parameters; see Source.SplitParams
	Other  []Note      // lines that are none of these
	Forms  []FormLine  // those of Lines and Params, as they were printed
}

// Note is a line of the go command that speaks neither of an allocation nor of a parameter.
type Note struct {
	Package string // under whose heading it is printed; empty if there is none
	Text    string // as printed
}

var linePattern = regexp.MustCompile(`^(.+?):(\d+):(?:(\d+):)? (.*)$`)

// ParseOutput reads the text the go command prints for -gcflags=-m. Relative
// file names are taken to be relative to dir. It fails only if r does.
func ParseOutput(r io.Reader, dir string) (*Output, error) {
	out := new(Output)
	pkg := ""
	in := bufio.NewReader(r)
	for {
		text, err := in.ReadString('\n')
		if text = strings.TrimRight(text, "\r\n"); text != "" {
			if name, ok := strings.CutPrefix(text, "# "); ok {
				pkg, _, _ = strings.Cut(name, " ")
			} else {
				out.add(text, pkg, dir)
			}
		}
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// add files one line of text.
func (out *Output) add(text, pkg, dir string) {
	m := linePattern.FindStringSubmatch(text)
	if m == nil {
		if strings.HasPrefix(text, "moved to heap: ") { // a variable the compiler made up
			out.Forms = append(out.Forms, FormLine{Package: pkg, Text: text})
		}
		out.Other = append(out.Other, Note{pkg, text})
		return
	}
	pos := Position{File: m[1]}
	pos.Line, _ = strconv.Atoi(m[2])
	pos.Col, _ = strconv.Atoi(m[3])
	if !filepath.IsAbs(pos.File) {
		pos.File = filepath.Join(dir, pos.File)
	}
	if name, fate, ok := parseParam(m[4]); ok {
		out.Forms = append(out.Forms, FormLine{pos, pkg, m[4]})
		out.Params = append(out.Params, ParamLine{pos, pkg, name, fate})
		return
	}
	class, heap, what, ok := parseVerdict(m[4])
	if !ok {
		out.Other = append(out.Other, Note{pkg, text})
		return
	}
	out.Forms = append(out.Forms, FormLine{pos, pkg, m[4]})
	out.Lines = append(out.Lines, Line{pos, pkg, class, heap, what})
}

// parseVerdict reads "X escapes to heap", "X does not escape" and "moved to heap: X".
func parseVerdict(msg string) (class Class, heap bool, what string, ok bool) {
	if what, ok = strings.CutPrefix(msg, "moved to heap: "); ok {
		return ClassMoved, true, what, true
	}
	if what, ok = strings.CutSuffix(msg, " escapes to heap"); ok {
		heap = true
	} else if what, ok = strings.CutSuffix(msg, " does not escape"); !ok {
		return 0, false, "", false
	}
	switch what {
	case "append":
		class = ClassAppend
	case "... argument":
		class = ClassVariadic
	case "func literal":
		class = ClassFuncLit
	default:
		class = ClassExpr
	}
	return class, heap, what, true
}

// parseParam reads the lines whose words say that they are about a parameter. The other one,
// "x does not escape", cannot be told from an expression by its text.
func parseParam(msg string) (name, fate string, ok bool) {
	if name, ok = strings.CutPrefix(msg, "leaking param content: "); ok {
		return name, FateContent, true
	}
	if name, ok = strings.CutPrefix(msg, "leaking param: "); ok {
		if name, result, found := strings.Cut(name, " to result "); found {
			return name, "leaking to result " + result, true
		}
		return name, FateLeaks, true
	}
	for _, verb := range []string{"mutates", "calls"} {
		if rest, ok := strings.CutPrefix(msg, verb+" param: "); ok {
			name, derefs, ok := strings.Cut(rest, " ")
			return name, verb + " " + derefs, ok
		}
	}
	if name, ok = strings.CutSuffix(msg, " "+FateInert); ok {
		return name, FateInert, true
	}
	if rest, ok := strings.CutPrefix(msg, "assuming "); ok {
		name, ok = strings.CutSuffix(rest, " is "+FateUintptr)
		return name, FateUintptr, ok
	}
	if rest, ok := strings.CutPrefix(msg, "marking "); ok {
		return cutFate(rest, " as ")
	}
	return "", "", false
}

// cutFate cuts a message into a name and a fate at sep.
func cutFate(msg, sep string) (name, fate string, ok bool) {
	name, fate, ok = strings.Cut(msg, sep)
	return name, fate, ok && (fate == FateEscaping || fate == FatePack)
}
