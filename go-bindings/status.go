package outlive

import "strconv"

// Status says how a call of the library failed. It is an error itself, so that errors.Is(err, [StatusLimit]) works.
type Status int32

// The statuses; their numbers never change, and more may come.
const (
	StatusBadArgument     Status = 1  // an argument is out of range or inconsistent
	StatusMalformedImage  Status = 2  // the image is none, or is damaged; the error has section and offset
	StatusNewerImage      Status = 3  // the image is of a newer version of the format
	StatusUnknownOpcode   Status = 4  // the image has an operation the library does not know
	StatusDuplicateSymbol Status = 5  // something that is given once is given twice
	StatusBadUTF8         Status = 6  // a string is not UTF-8
	StatusInvalidModule   Status = 7  // the image is well-formed, but the module is not
	StatusStaleFacts      Status = 8  // package facts of something else
	StatusUnknownProfile  Status = 9  // no profile of that name
	StatusUnknownModel    Status = 10 // no model of that name
	StatusLimit           Status = 11 // a limit of the options would be exceeded; nothing was done
	StatusCancelled       Status = 12
	StatusUnsupported     Status = 13 // the library does not know what was asked for
	StatusInternal        Status = 14 // a defect of the library
	StatusSyntax          Status = 15 // the text does not parse; the error has line and column
	StatusNotFound        Status = 16 // the library has nothing to say of what was asked for
	StatusRejected        Status = 17 // an answer does not follow from the rules of its model
	StatusBadEntity       Status = 18 // a handle or number names nothing there is
	StatusFinished        Status = 19 // a builder of the library is finished
	StatusBadType         Status = 20 // the type of an operand does not fit
	StatusIncomplete      Status = 21 // something is missing
	StatusBadPasses       Status = 22 // no pass of that name, or not in that order
)

var statusWords = [...]string{
	"success", "bad argument", "malformed image", "newer image", "unknown opcode", "duplicate symbol", "bad UTF-8",
	"invalid module", "stale facts", "unknown profile", "unknown model", "limit exceeded", "cancelled", "unsupported",
	"internal error", "syntax error", "not found", "rejected", "bad entity", "finished", "bad type", "incomplete", "bad passes",
}

// Error returns the status in words.
func (s Status) Error() string {
	if s >= 0 && int(s) < len(statusWords) {
		return statusWords[s]
	}
	return "status " + strconv.Itoa(int(s))
}

// Error is a failure of a call of the library.
type Error struct {
	Status  Status
	Message string // for people; its wording may change
	Section uint32 // of the image that the error lies in, 0 if in none
	Offset  int64  // of the offending bytes from the start of the image, -1 if there are none
	Line    uint32 // of the text that the error lies in, from 1; 0 if in none
	Col     uint32 // in bytes, from 1
}

// Error returns status and message on one line.
func (e *Error) Error() string { return "outlive: " + e.Status.Error() + ": " + e.Message }

// Unwrap returns the status.
func (e *Error) Unwrap() error { return e.Status }
