package main

import (
	"fmt"

	"outlive.dev/tools/facts"
	"outlive.dev/tools/frontend"
)

// factsCache returns the cache that the flags ask for, nil for none.
func (s *settings) factsCache() *frontend.Cache {
	if s.cache != "on" || s.recheck || s.model == modelPrecise {
		return nil
	}
	store := facts.Open(facts.Dir())
	if store == nil {
		return nil
	}
	return &frontend.Cache{Store: store, Model: s.model, Profile: s.profile}
}

// cache shows how large the cache of package facts is, or empties it.
func (a *app) cache(args []string) error {
	f := newFlags("outlive cache")
	if err := a.parse(f, args); err != nil {
		return err
	}
	if f.NArg() > 1 || f.NArg() == 1 && f.Arg(0) != "clear" {
		return usagef("cache: %q is not clear", f.Arg(0))
	}
	dir := facts.Dir()
	store := facts.Open(dir)
	if f.NArg() == 1 {
		return store.Clear()
	}
	if store == nil {
		_, err := fmt.Fprintln(a.stdout, "off")
		return err
	}
	entries, size, err := store.Size()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.stdout, "%s: %d entries, %d bytes\n", dir, entries, size)
	return err
}
