package facts

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Entries that nobody asks for go by age: every edit of a package leaves some behind. The time of a file says when it was last
// used, to a day, so that most reads write nothing. Several processes may trim and use a store at once: at worst an entry that is
// just being used again is gone, and is made anew.

const (
	unusedAge = 10 * 24 * time.Hour // an entry not used for so long is removed
	markAge   = 24 * time.Hour      // a use is noted if the last one noted is older
	trimEvery = 24 * time.Hour
	trimFile  = "trimmed" // its time says when the store was trimmed last
)

// used notes that an entry has been used.
func used(path string, now time.Time) {
	if info, err := os.Stat(path); err == nil && now.Sub(info.ModTime()) > markAge {
		_ = os.Chtimes(path, now, now) // no harm if it cannot be noted
	}
}

// Trim removes the entries that have not been used for ten days, and what writers left that did not finish. It looks for them once
// a day. Put calls it, so nobody else has to.
func (s *Store) Trim(now time.Time) error {
	if s == nil {
		return nil
	}
	stamp := filepath.Join(s.dir, trimFile)
	if info, err := os.Stat(stamp); err == nil && now.Sub(info.ModTime()) < trimEvery && !info.ModTime().After(now) {
		return nil
	}
	if err := os.MkdirAll(s.dir, 0o777); err != nil {
		return err
	}
	if err := os.WriteFile(stamp, nil, 0o666); err != nil { // first, so that others need not do it, too
		return err
	}
	if err := os.Chtimes(stamp, now, now); err != nil {
		return err
	}
	return s.walk(func(path string, d fs.DirEntry) error {
		age := unusedAge
		if temp, _ := filepath.Match(tempPattern, d.Name()); temp {
			age = trimEvery
		} else if !strings.HasSuffix(path, entrySuffix) {
			return nil
		}
		info, err := d.Info()
		if err != nil || now.Sub(info.ModTime()) <= age {
			return nil // gone already, or still young
		}
		if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
			return err
		}
		return nil
	})
}
