package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/gob"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"outlive.dev/tools/facts"
	"outlive.dev/tools/frontend"
)

// Replay: what a run printed is kept with the size and time of every file that it came from. The same command prints it
// again as long as all of these are as they were, without even asking the go command what the packages are.

// recording is an entry of the cache.
type recording struct {
	Inputs []input
	Text   []byte
}

// input is a file or directory, or the place of one that is not there.
type input struct {
	Path  string
	There bool
	Size  int64
	Time  int64 // of the last change, in nanoseconds
}

// settled is how long a file must have been as it is: two changes within the resolution of its time look like one.
const settled = 2 * time.Second

// look describes what is at a path.
func look(path string) input {
	info, err := os.Stat(path)
	if err != nil {
		return input{Path: path}
	}
	in := input{Path: path, There: true, Time: info.ModTime().UnixNano()}
	if !info.IsDir() {
		in.Size = info.Size()
	}
	return in
}

// replayKey names what a command prints: by all that decides it besides files. It is not ok if packages are named by
// patterns, because then directories that are not there yet decide as well.
func (a *app) replayKey(args []string) (k facts.Key, ok bool) {
	tool, err := frontend.ToolID()
	if err != nil || slices.ContainsFunc(args, func(s string) bool {
		return strings.Contains(s, "...") || s == "std" || s == "cmd" || s == "all" || s == "work" || s == "tool"
	}) {
		return k, false
	}
	h := sha256.New()
	put := func(s string) { fmt.Fprintf(h, "%d %s ", len(s), s) }
	put("replay")
	put(tool)
	put(a.dir)
	for _, arg := range args {
		put(arg)
	}
	env := slices.Sorted(slices.Values(os.Environ()))
	for _, v := range env {
		if strings.HasPrefix(v, "GO") || strings.HasPrefix(v, "PATH=") || strings.HasPrefix(v, "HOME=") || strings.HasPrefix(v, "XDG_") {
			put(v)
		}
	}
	return facts.Key(h.Sum(nil)), true
}

// replay prints what the same command printed the last time, if nothing has changed since.
func (a *app) replay(store *facts.Store, k facts.Key) bool {
	blob, ok := store.Get(k)
	if !ok {
		return false
	}
	var r recording
	if err := gob.NewDecoder(bytes.NewReader(blob)).Decode(&r); err != nil {
		return false
	}
	for _, in := range r.Inputs {
		if look(in.Path) != in {
			return false
		}
	}
	_, err := a.stdout.Write(r.Text)
	return err == nil
}

// record makes the app keep what it prints. The function it returns puts that into the store, if the program says what it
// was made of.
func (a *app) record(store *facts.Store, k facts.Key) (done func(prog *frontend.Program)) {
	var text bytes.Buffer
	out, start := a.stdout, time.Now()
	a.stdout = io.MultiWriter(out, &text)
	return func(prog *frontend.Program) {
		a.stdout = out
		files := prog.Inputs()
		if len(files) == 0 {
			return
		}
		r := recording{Text: text.Bytes()}
		for _, path := range append(files, a.surroundings()...) {
			in := look(path)
			if in.Time > start.Add(-settled).UnixNano() {
				return
			}
			r.Inputs = append(r.Inputs, in)
		}
		var blob bytes.Buffer
		if gob.NewEncoder(&blob).Encode(&r) == nil {
			_ = store.Put(k, blob.Bytes()) // only quicker the next time
		}
	}
}

// surroundings are the files that tell the go command what packages are: of modules, workspaces and settings.
func (a *app) surroundings() []string {
	var list []string
	for dir := a.dir; ; dir = filepath.Dir(dir) {
		for _, name := range []string{"go.mod", "go.sum", "go.work", "go.work.sum", filepath.Join("vendor", "modules.txt")} {
			list = append(list, filepath.Join(dir, name))
		}
		if dir == filepath.Dir(dir) {
			break
		}
	}
	if dir, err := os.UserConfigDir(); err == nil {
		list = append(list, filepath.Join(dir, "go", "env"))
	}
	if file := os.Getenv("GOENV"); file != "" {
		list = append(list, file)
	}
	if tool, err := exec.LookPath("go"); err == nil {
		list = append(list, tool)
	}
	return list
}
