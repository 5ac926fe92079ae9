package frontend

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"go/types"
	"hash"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/packages"
	"outlive.dev/tools/facts"
)

// graphMode asks for files and imports alone: the go command answers from its index. Without cgo the files are those that
// are compiled.
const graphMode = packages.NeedName | packages.NeedFiles | packages.NeedImports | packages.NeedDeps | packages.NeedModule

// graph is the packages of a program without their contents.
type graph struct {
	cfg   Config
	cache *Cache
	head  facts.Header
	arch  string
	// Functions that do not type-check lose their bodies.
	salvage bool

	roots []*packages.Package
	order []*packages.Package // dependencies first
	byID  map[string]*packages.Package
	keys  map[string]facts.Key      // by path
	known map[string]*facts.Package // by path: what the store has
}

// listGraph lists the packages that match the patterns and what they import.
func listGraph(cfg Config, c *Cache, patterns []string) (*graph, error) {
	g := &graph{cfg: cfg, cache: c, byID: map[string]*packages.Package{}, keys: map[string]facts.Key{}, known: map[string]*facts.Package{}}
	header := make(chan error, 1)
	go func() { header <- g.header() }()
	roots, err := packages.Load(&packages.Config{Mode: graphMode, Dir: cfg.Dir, Env: cfg.env(), BuildFlags: cfg.BuildFlags}, patterns...)
	if headerErr := <-header; err == nil {
		err = headerErr
	}
	if err != nil {
		return nil, err
	}
	bad := len(roots) == 0
	sizes := types.SizesFor("gc", g.arch)
	packages.Visit(roots, nil, func(pkg *packages.Package) {
		bad = bad || len(pkg.Errors) > 0 || pkg.ID != pkg.PkgPath
		pkg.CompiledGoFiles, pkg.TypesSizes = pkg.GoFiles, sizes
		g.order = append(g.order, pkg)
		g.byID[pkg.PkgPath] = pkg
	})
	if bad || sizes == nil {
		return nil, fmt.Errorf("packages with errors")
	}
	g.roots = roots
	return g, g.findFacts()
}

// header finds out what facts are made under.
func (g *graph) header() error {
	cmd := exec.Command("go", "env", "GOVERSION", "GOOS", "GOARCH", "GOFLAGS", "GOEXPERIMENT")
	cmd.Dir, cmd.Env = g.cfg.Dir, g.cfg.env()
	out, err := cmd.Output()
	if err != nil {
		return err
	}
	version, target, _ := strings.Cut(string(out), "\n")
	if lines := strings.Split(target, "\n"); len(lines) > 1 {
		g.arch = lines[1]
	}
	g.head = facts.Header{
		Model: g.cache.Model, Profile: g.cache.Profile, Toolchain: version,
		Target: strings.Join(append(strings.Split(strings.TrimRight(target, "\n"), "\n"), g.cfg.BuildFlags...), " "),
	}
	return nil
}

// findFacts computes the keys of all packages, dependencies first, and reads what the store has.
func (g *graph) findFacts() error {
	tool, err := ToolID()
	if err != nil {
		return err
	}
	sums := make([][sha256.Size]byte, len(g.order))
	blobs := make([]*facts.Package, len(g.order))
	errs := make([]error, len(g.order))
	g.each(func(i int) { sums[i], errs[i] = sumFiles(g.order[i]) })
	for i, pkg := range g.order {
		if errs[i] != nil {
			return errs[i]
		}
		h := sha256.New()
		for _, s := range []string{tool, g.head.Model, g.head.Profile, g.head.Toolchain, g.head.Target, pkg.PkgPath, goVersion(pkg)} {
			putText(h, s)
		}
		h.Write(sums[i][:])
		for _, path := range importsOf(pkg) {
			k := g.keys[pkg.Imports[path].PkgPath]
			putText(h, path)
			h.Write(k[:])
		}
		g.keys[pkg.PkgPath] = facts.Key(h.Sum(nil))
	}
	g.each(func(i int) {
		if blob, ok := g.cache.Store.Get(g.keys[g.order[i].PkgPath]); ok {
			blobs[i], _ = facts.Decode(blob, g.head)
		}
	})
	for i, pkg := range g.order {
		if blobs[i] != nil {
			g.known[pkg.PkgPath] = blobs[i]
		}
	}
	return nil
}

// each calls do for every package of the order, side by side.
func (g *graph) each(do func(i int)) { parallel(len(g.order), do) }

// parallel calls do for 0 to n-1, as many at a time as there are processors.
func parallel(n int, do func(i int)) {
	var wg sync.WaitGroup
	work := make(chan int)
	for range min(n, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for i := range work {
				do(i)
			}
		})
	}
	for i := range n {
		work <- i
	}
	close(work)
	wg.Wait()
}

func importsOf(pkg *packages.Package) []string {
	paths := make([]string, 0, len(pkg.Imports))
	for path := range pkg.Imports {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	return paths
}

func putText(w io.Writer, s string) {
	var n [8]byte
	binary.LittleEndian.PutUint64(n[:], uint64(len(s)))
	w.Write(n[:])
	io.WriteString(w, s)
}

// sumFiles returns a hash of the names and contents of a package's files.
func sumFiles(pkg *packages.Package) ([sha256.Size]byte, error) {
	h := sha256.New()
	for _, file := range pkg.CompiledGoFiles {
		putText(h, filepath.Base(file))
		if err := sumFile(h, file); err != nil {
			return [sha256.Size]byte{}, err
		}
	}
	return [sha256.Size]byte(h.Sum(nil)), nil
}

func sumFile(h hash.Hash, file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(data)
	h.Write(sum[:])
	return nil
}

// ToolID identifies this program. The go command writes an id of all it is made of near the beginning of a program;
// size and time stand in where another linker moved it.
var ToolID = sync.OnceValues(func() (string, error) {
	name, err := os.Executable()
	if err != nil {
		return "", err
	}
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	h := sha256.New()
	if _, err := io.CopyN(h, f, 1<<16); err != nil && err != io.EOF {
		return "", err
	}
	return fmt.Sprintf("%x %d %d", h.Sum(nil), info.Size(), info.ModTime().UnixNano()), nil
})

// env returns the environment of the go command.
func (c *Config) env() []string {
	env := c.Env
	if env == nil {
		env = os.Environ()
	}
	return append(env[:len(env):len(env)], "CGO_ENABLED=0")
}

// Inputs returns the files, and the directories of packages, that the program was made of; nil if they are not known, as
// of a program that was loaded without a cache. Another file of the same directory may be part of the program when it
// is loaded the next time.
func (p *Program) Inputs() []string {
	if p.graph == nil {
		return nil
	}
	var list []string
	mod := map[string]bool{}
	for _, pkg := range p.graph.order {
		for i, file := range pkg.CompiledGoFiles {
			if i == 0 {
				list = append(list, filepath.Dir(file))
			}
			list = append(list, file)
		}
		if m := pkg.Module; m != nil && m.GoMod != "" && !mod[m.GoMod] {
			mod[m.GoMod] = true
			list = append(list, m.GoMod)
		}
	}
	return list
}
