package frontend

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// Replacements reads an overlay, a JSON file in the form of the go command's flag -overlay: an object whose field Replace
// names for files, by their path, the files with the contents they are to be taken to have; an empty name
// stands for a file that is not there. The name of the overlay and what it names are relative to dir; what is returned is absolute
// but for the empty names. No overlay ("") replaces nothing.
func Replacements(dir, overlay string) (map[string]string, error) {
	if overlay == "" {
		return nil, nil
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	abs := func(name string) string {
		if filepath.IsAbs(name) {
			return filepath.Clean(name)
		}
		return filepath.Join(dir, name)
	}
	text, err := os.ReadFile(abs(overlay))
	if err != nil {
		return nil, err
	}
	var file struct{ Replace map[string]string }
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, fmt.Errorf("overlay %s: %w", overlay, err)
	}
	replace := map[string]string{}
	for name, by := range file.Replace {
		if by != "" {
			by = abs(by)
		}
		replace[abs(name)] = by
	}
	return replace, nil
}

// contents returns what the replaced files are to be taken to have.
func contents(replace map[string]string) (map[string][]byte, error) {
	var files map[string][]byte
	for name, by := range replace {
		if by == "" || filepath.Ext(name) != ".go" {
			continue
		}
		text, err := os.ReadFile(by)
		if err != nil {
			return nil, fmt.Errorf("overlay: %w", err)
		}
		if files == nil {
			files = map[string][]byte{}
		}
		files[name] = text
	}
	return files, nil
}

// buildFlags returns the flags of the go command, with the overlay as an absolute name.
func (c *Config) buildFlags() ([]string, error) {
	if c.Overlay == "" {
		return c.BuildFlags, nil
	}
	name := c.Overlay
	if !filepath.IsAbs(name) {
		name = filepath.Join(c.Dir, name)
	}
	name, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	return append(c.BuildFlags[:len(c.BuildFlags):len(c.BuildFlags)], "-overlay="+name), nil
}
