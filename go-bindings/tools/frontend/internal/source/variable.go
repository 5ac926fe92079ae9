package source

import (
	"go/ast"
	"go/token"
	"go/types"
)

// A VarKind says how a variable came to be.
type VarKind uint8

const (
	Local     VarKind = iota // var x, x := …
	Param                    // a parameter or receiver
	Result                   // a named or unnamed result
	RangeVar                 // declared by a range statement
	LoopVar                  // declared by the init statement of a three-clause for
	SwitchVar                // declared by a type switch, one per clause
	RecvVar                  // declared by v := <-c in a select clause
)

// A Var is what the syntax says about one local variable, parameter or result.
// Facts hold for every instance of a generic function.
type Var struct {
	Obj  *types.Var
	Kind VarKind
	// Func declares the variable; nil in package initialisers outside literals.
	Func *Func
	// Pos is where the compiler lists the variable. It is the declaring
	// identifier, except for a SwitchVar, where it is in the clause.
	Pos token.Pos
	// Stmt is the declaring statement: AssignStmt, ValueSpec, RangeStmt or
	// CaseClause (SwitchVar); nil for parameters and results. Its extent
	// contains the stores that initialise the variable.
	Stmt ast.Node
	// Loop is the statement a RangeVar or LoopVar belongs to, else nil.
	Loop ast.Stmt
	// Leaked says that a loop variable is captured or has its address taken, in
	// code of a language version with a variable per iteration, so that the
	// compiler gives it to the body. False for all other kinds.
	Leaked bool
	// Depth is the loop depth the compiler gives to the variable.
	Depth int
	// CarrierDepth is, for a leaked LoopVar, the depth of the hidden variable
	// that carries its value from one iteration to the next; 0 for all others.
	CarrierDepth int
	// AddrTaken says that the program takes the variable's address: with &, by
	// slicing an array, or by calling a pointer method.
	AddrTaken bool
	// Captured says that a function literal or range body uses the variable;
	// FirstCapture is the position of the first one as the compiler goes.
	Captured     bool
	FirstCapture token.Pos
	// Reassigned says that the compiler, having followed the function in its own
	// order, considers the variable assigned after its first capture. It is known
	// of captured variables only.
	Reassigned bool

	defined  ast.Node     // statement that gives the variable its first value, nil if none
	index    int          // of the variable among the left-hand sides of defined
	assigned bool         // assigned anywhere but in defined
	unread   bool         // read by nothing but literals that nobody reads
	values   []assignment // of a variable of interface type
}

// Var returns the facts about obj, nil if it is not local to a function.
func (p *Package) Var(obj *types.Var) *Var {
	if obj == nil {
		return nil
	}
	return p.varOf(obj.Origin())
}

// VarsAt returns the variables declared at pos, the position go/ssa gives to
// their Alloc: one, or one per clause for the variable of a type switch.
func (p *Package) VarsAt(pos token.Pos) []*Var { return p.varsAt[pos] }

// VarAt returns the variable declared at pos; of those of a type switch the one of the clause that the position at lies in, or
// else one of type t (the origin's type in a generic function). Nil if none.
func (p *Package) VarAt(pos, at token.Pos, t types.Type) *Var {
	vs := p.varsAt[pos]
	if len(vs) > 1 {
		for _, v := range vs {
			if v.Around(at) {
				return v
			}
		}
	}
	if len(vs) > 1 && t != nil {
		for _, v := range vs {
			if types.Identical(v.Obj.Type(), t) {
				return v
			}
		}
	}
	if len(vs) > 0 {
		return vs[0]
	}
	return nil
}

// Around reports whether pos lies in the statement that declares v.
func (v *Var) Around(pos token.Pos) bool {
	return v.Stmt != nil && v.Stmt.Pos() <= pos && pos < v.Stmt.End()
}
