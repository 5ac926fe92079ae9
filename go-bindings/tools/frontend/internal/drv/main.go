package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"time"

	"outlive.dev/tools/frontend"
)

type key struct {
	file      string
	line, col int
	class     string
}

func main() {
	out := os.Getenv("IMAGE")
	mfile := os.Getenv("MFILE")
	t0 := time.Now()
	p, err := frontend.Load(frontend.Config{}, os.Args[1:]...)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	t1 := time.Now()
	u, err := p.Module()
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	var ms runtime.MemStats
	runtime.ReadMemStats(&ms)
	fmt.Fprintf(os.Stderr, "load %v lower %v image %d MB sites %d funcs %d sys %d MB heap %d\n", t1.Sub(t0), time.Since(t1), len(u.Image)>>20, len(u.Sites), len(u.Funcs), ms.Sys>>20, ms.HeapAlloc>>20)
	if out != "" {
		os.WriteFile(out, u.Image, 0o644)
	}
	if mfile == "" {
		return
	}
	root := os.Getenv("ROOT")
	comp := map[key]string{}
	f, _ := os.Open(mfile)
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<24)
	for sc.Scan() {
		line := sc.Text()
		if strings.HasPrefix(line, "#") || strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t") {
			continue
		}
		parts := strings.SplitN(line, ":", 4)
		if len(parts) < 4 {
			continue
		}
		ln, e1 := strconv.Atoi(parts[1])
		cl, e2 := strconv.Atoi(parts[2])
		if e1 != nil || e2 != nil {
			continue
		}
		msg := strings.TrimSpace(parts[3])
		class := "other"
		switch {
		case strings.HasPrefix(msg, "moved to heap: "):
			class = "moved"
		case strings.HasSuffix(msg, " escapes to heap") || strings.HasSuffix(msg, " does not escape"):
			w := strings.TrimSuffix(strings.TrimSuffix(msg, " escapes to heap"), " does not escape")
			switch {
			case w == "... argument":
				class = "pack"
			case w == "func literal":
				class = "lit"
			case strings.HasPrefix(w, "append"):
				class = "append"
			}
		default:
			continue
		}
		file, _ := filepath.Abs(filepath.Join(root, parts[0]))
		if filepath.IsAbs(parts[0]) {
			file = parts[0]
		}
		comp[key{file, ln, cl, class}] = msg
	}
	names := map[frontend.Class]string{frontend.ClassOther: "other", frontend.ClassAppend: "append", frontend.ClassVariadic: "pack", frontend.ClassFuncLiteral: "lit", frontend.ClassMovedToHeap: "moved"}
	ours := map[key]frontend.SiteRef{}
	for _, s := range u.Sites {
		if !s.Listed || !s.Root {
			continue
		}
		ours[key{s.File, s.Line, s.Column, names[s.Class]}] = s
	}
	matched, missed, extra := 0, 0, 0
	var lines []string
	for k, m := range comp {
		// param 'does not escape' are idents; skip those that match no site and are plain identifiers
		if _, ok := ours[k]; ok {
			matched++
			continue
		}
		if k.class == "other" && strings.HasSuffix(m, " does not escape") && isIdent(strings.TrimSuffix(m, " does not escape")) {
			continue
		}
		missed++
		lines = append(lines, fmt.Sprintf("MISSED %s:%d:%d %s %q", k.file, k.line, k.col, k.class, m))
	}
	for k, s := range ours {
		if k.class == "moved" {
			continue
		}
		if _, ok := comp[k]; !ok {
			extra++
			lines = append(lines, fmt.Sprintf("EXTRA %s:%d:%d %s %s %q", k.file, k.line, k.col, k.class, s.Kind, s.Text))
		}
	}
	sort.Strings(lines)
	for _, l := range lines {
		fmt.Println(l)
	}
	fmt.Printf("matched %d missed %d extra %d\n", matched, missed, extra)
}

func isIdent(s string) bool {
	for _, c := range s {
		if !(c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c > 127) {
			return false
		}
	}
	return true
}
