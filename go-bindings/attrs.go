package outlive

// Entity says to what an attribute is attached.
type Entity uint16

// The entities that can have attributes.
const (
	EntityModule Entity = 0
	EntityFunc   Entity = 1
	EntityBlock  Entity = 2
	EntityInst   Entity = 3
	EntitySite   Entity = 4
)

// AttrKey names an attribute. Attributes carry the outcome of rules of the source language that the IR itself does
// not express; all are optional, and readers ignore keys they do not know.
type AttrKey uint16

// The attributes. In parentheses: what has it, and its value.
const (
	// AttrDepth (block, site) is the syntactic loop depth, outermost 1. A site without it has its block's.
	AttrDepth AttrKey = 1
	// AttrSyntacticDepth (func, 1) says that block depths come from AttrDepth alone (absent: 1), not from the
	// control flow graph.
	AttrSyntacticDepth AttrKey = 2
	// AttrByValue (make_closure, number of the binding; repeated) says that this binding, which is an address,
	// may be captured by value.
	AttrByValue AttrKey = 3
	// AttrSelfAssign (store, 1) says that the store does not count.
	AttrSelfAssign AttrKey = 4
	// AttrTarget (call_indirect and its go and defer forms, Func) names the only function the callee can be.
	AttrTarget AttrKey = 5
	// AttrResultsUnused (call_indirect, 1).
	AttrResultsUnused AttrKey = 6
	// AttrNoEscape (external func, 1) says that its parameters do not outlive it.
	AttrNoEscape AttrKey = 7
	// AttrUintptrEscapes (ptr_to_int, 1) sends the operand to the heap.
	AttrUintptrEscapes AttrKey = 8
	// AttrHeaderData (load or store, 1) marks the access to the Data field of a reflect header.
	AttrHeaderData AttrKey = 9
	// AttrAssignOp (concat, 1) marks s += t.
	AttrAssignOp AttrKey = 10
	// AttrInWrapper (site, 1) says the storage is made inside the wrapper of a go or defer statement.
	AttrInWrapper AttrKey = 11
	// AttrDeferHeap (defer and its forms, 1) says the record of the defer statement is on the heap.
	AttrDeferHeap AttrKey = 12
	// AttrUintptrKeepAlive (ptr_to_int, 1).
	AttrUintptrKeepAlive AttrKey = 14
	// AttrLangVersion (func, minor version of the language).
	AttrLangVersion AttrKey = 15
	// AttrDictionary (call_indirect, 1) says the callee comes from a dictionary of type arguments.
	AttrDictionary AttrKey = 16
	// AttrStaticData (site, 1) says the storage is laid out by the linker and never allocated at run time.
	AttrStaticData AttrKey = 17
	// AttrPlacement (site, number of a placement) says where a pass has put the storage.
	AttrPlacement AttrKey = 18
	// AttrBound (site, bytes or calls) completes a placement that is bounded or in a caller.
	AttrBound AttrKey = 19
	// AttrPinned (site of a variable or of New, 1) says the storage lives in its function's frame whatever happens; the
	// verdict then has FlagDangles if a pointer to it may outlive that.
	AttrPinned AttrKey = 20
	// AttrFreshResult (external func, number of the result; repeated) says the result is storage nothing else points to.
	AttrFreshResult AttrKey = 21
	// AttrCalledOnce (external func, number of the parameter; repeated) says the parameter is called exactly once.
	AttrCalledOnce AttrKey = 22
)

// AttrClient is the first of the keys that will never be given a meaning: they and their values are the client's own.
const AttrClient AttrKey = 1 << 15

// attrRow is one record of the attribute section.
type attrRow struct {
	entity Entity
	key    AttrKey
	id     uint32
	value  uint32
}

// Attr attaches an attribute to the module (id 0), to a function or to a site. Blocks and instructions have ids of
// their own only inside a body: use [Body.AttrBlock] and [Body.AttrInst] for them.
func (b *Builder) Attr(entity Entity, key AttrKey, id, value uint32) {
	limit := 0
	switch entity {
	case EntityModule:
		limit = 1
	case EntityFunc:
		limit = len(b.funcs)
	case EntitySite:
		limit = len(b.sites)
	default:
		b.failf("attribute %d: entity %d is not module, function or site; blocks and instructions take Body.AttrBlock and Body.AttrInst", key, entity)
		return
	}
	if uint64(id) >= uint64(limit) {
		b.failf("attribute %d: entity %d has no id %s, only %d", key, entity, idText(id), limit)
		return
	}
	b.attrs = push(b.attrs, attrRow{entity, key, id, value})
}

// AttrFunc attaches an attribute to a function.
func (b *Builder) AttrFunc(f Func, key AttrKey, value uint32) {
	b.Attr(EntityFunc, key, uint32(f), value)
}

// AttrSite attaches an attribute to a site.
func (b *Builder) AttrSite(s Site, key AttrKey, value uint32) {
	b.Attr(EntitySite, key, uint32(s), value)
}
