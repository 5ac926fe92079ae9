package facts

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Env names the environment variable that says where the store is, or "off".
const Env = "OUTLIVE_CACHE"

// Key names an entry: a hash of all that it depends on.
type Key [sha256.Size]byte

// String returns the key in hexadecimal digits.
func (k Key) String() string { return hex.EncodeToString(k[:]) }

// Store is a directory of blobs by key. A nil Store is one that is always empty. It is safe for concurrent use, by
// several processes too.
type Store struct{ dir string }

// Dir returns the directory of the user's store, "" if there is to be none: what [Env] says, else a folder of the
// user's cache directory.
func Dir() string {
	switch dir := os.Getenv(Env); {
	case dir == "off":
		return ""
	case dir != "":
		return dir
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "outlive")
}

// Open returns the store in a directory, which need not exist. It returns nil for "".
func Open(dir string) *Store {
	if dir == "" {
		return nil
	}
	return &Store{dir}
}

const (
	entrySuffix = ".facts"
	tempPattern = "write-*.tmp"
)

func (s *Store) path(k Key) string {
	name := k.String()
	return filepath.Join(s.dir, name[:2], name+entrySuffix)
}

// Get returns the blob of a key. An entry whose checksum is wrong is removed.
func (s *Store) Get(k Key) ([]byte, bool) {
	if s == nil {
		return nil, false
	}
	data, err := os.ReadFile(s.path(k))
	if err != nil {
		return nil, false
	}
	if len(data) >= sha256.Size {
		sum, blob := data[:sha256.Size], data[sha256.Size:]
		if want := checksum(k, blob); bytes.Equal(sum, want[:]) {
			used(s.path(k), time.Now())
			return blob, true
		}
	}
	os.Remove(s.path(k))
	return nil, false
}

// checksum covers the key, so that a file under a wrong name is no entry either.
func checksum(k Key, blob []byte) [sha256.Size]byte {
	h := sha256.New()
	h.Write(k[:])
	h.Write(blob)
	return [sha256.Size]byte(h.Sum(nil))
}

// Put makes a blob the entry of a key. The error says why it is not kept; a store without entries is as good as one
// with them, only slower.
func (s *Store) Put(k Key, blob []byte) (err error) {
	if s == nil {
		return nil
	}
	path := s.path(k)
	_ = s.Trim(time.Now()) // only tidier
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), tempPattern)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	if err = write(f, k, blob); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// write writes an entry and closes the file. It is complete only if there is no error.
func write(f *os.File, k Key, blob []byte) error {
	sum := checksum(k, blob)
	_, err := f.Write(append(sum[:], blob...))
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	return err
}

// Size counts the entries and their bytes.
func (s *Store) Size() (entries int, size int64, err error) {
	err = s.walk(func(path string, d fs.DirEntry) error {
		if info, err := d.Info(); err == nil && strings.HasSuffix(path, entrySuffix) {
			entries++
			size += info.Size()
		}
		return nil
	})
	return entries, size, err
}

// Clear removes all entries, and temporary files of writers that did not finish. Other files are left alone.
func (s *Store) Clear() error {
	return s.walk(func(path string, d fs.DirEntry) error {
		temp, _ := filepath.Match(tempPattern, d.Name())
		if !temp && !strings.HasSuffix(path, entrySuffix) {
			return nil
		}
		if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
			return err
		}
		return nil
	})
}

// walk visits the files one level down. A directory that does not exist is an empty one.
func (s *Store) walk(visit func(path string, d fs.DirEntry) error) error {
	if s == nil {
		return nil
	}
	dirs, err := os.ReadDir(s.dir)
	if err != nil && !os.IsNotExist(err) {
		return fmt.Errorf("read the cache: %w", err)
	}
	for _, dir := range dirs {
		if !dir.IsDir() || len(dir.Name()) != 2 {
			continue
		}
		files, err := os.ReadDir(filepath.Join(s.dir, dir.Name()))
		if err != nil && !os.IsNotExist(err) {
			return fmt.Errorf("read the cache: %w", err)
		}
		for _, f := range files {
			if err := visit(filepath.Join(s.dir, dir.Name(), f.Name()), f); err != nil {
				return err
			}
		}
	}
	return nil
}
