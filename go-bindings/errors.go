package outlive

import (
	"errors"
	"fmt"
	"strconv"
)

// BuildError says what is wrong with a module that a [Builder] was told to make, and where.
type BuildError struct {
	Func  string   // the function; empty if the error is not in a function
	Block int      // the block, -1 if the error is not in a block
	Inst  int      // the number of the instruction in the body, as Inst counts; -1 if the error is not at one
	Op    Op       // the operation, 0 if the error is not at an instruction
	Pos   Position // the current source position, if known
	Msg   string
}

// Error returns place and cause on one line.
func (e *BuildError) Error() string {
	s := "outlive: "
	if e.Func != "" {
		s += "function " + strconv.Quote(e.Func)
		if e.Block >= 0 {
			s += ", block " + strconv.Itoa(e.Block)
		}
		if e.Inst >= 0 {
			s += ", instruction " + strconv.Itoa(e.Inst)
			if e.Op != 0 {
				s += " (" + e.Op.String() + ")"
			}
		}
		if e.Pos.IsValid() {
			s += " at " + e.Pos.String()
		}
		s += ": "
	}
	return s + e.Msg
}

// maxBuildErrors bounds the errors a Builder keeps: the first ones tell most, later ones often follow from them.
const maxBuildErrors = 10

func (b *Builder) report(e *BuildError) {
	b.nerrs++
	if len(b.errs) < maxBuildErrors {
		b.errs = append(b.errs, e)
	}
}

func (b *Builder) failf(format string, args ...any) {
	b.report(&BuildError{Block: -1, Inst: -1, Msg: fmt.Sprintf(format, args...)})
}

// Err returns the misuses found so far, joined (at most the first ten), or nil. Each is a [*BuildError].
// [Builder.Image] returns the same error; a client that wants to stop early may ask in between.
func (b *Builder) Err() error {
	if len(b.errs) == 0 {
		return nil
	}
	errs := b.errs
	if more := b.nerrs - len(errs); more > 0 {
		errs = append(errs[:len(errs):len(errs)], fmt.Errorf("outlive: and %d more errors", more))
	}
	return errors.Join(errs...)
}

func idText(id uint32) string {
	if id == None {
		return "None"
	}
	return strconv.FormatUint(uint64(id), 10)
}
