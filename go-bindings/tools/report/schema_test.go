package report

import (
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// A schema is a JSON schema, draft 4, with the keywords that the schema of SARIF uses. It refuses any other.
type schema struct {
	root map[string]any
}

func readSchema(t *testing.T, name string) *schema {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	s := new(schema)
	if err := json.Unmarshal(text, &s.root); err != nil {
		t.Fatal(err)
	}
	return s
}

// validate returns what is wrong with a JSON text.
func (s *schema) validate(t *testing.T, text []byte) []string {
	t.Helper()
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	return s.check(s.root, v, "")
}

func (s *schema) check(rule map[string]any, v any, at string) (wrong []string) {
	fail := func(format string, args ...any) { wrong = append(wrong, at+": "+fmt.Sprintf(format, args...)) }
	for key, arg := range rule {
		switch key {
		case "$schema", "id", "title", "description", "default", "definitions", "$comment":
		case "$ref":
			name, ok := strings.CutPrefix(arg.(string), "#/definitions/")
			target, found := s.root["definitions"].(map[string]any)[name].(map[string]any)
			if !ok || !found {
				fail("no %v in the schema", arg)
				break
			}
			wrong = append(wrong, s.check(target, v, at)...)
		case "type":
			if !hasType(arg, v) {
				fail("%v is not of type %v", v, arg)
			}
		case "enum":
			found := false
			for _, e := range arg.([]any) {
				found = found || reflect.DeepEqual(e, v)
			}
			if !found {
				fail("%v is none of %v", v, arg)
			}
		case "pattern":
			if text, ok := v.(string); ok && !regexp.MustCompile(arg.(string)).MatchString(text) {
				fail("%q does not match %q", text, arg)
			}
		case "format":
			if text, ok := v.(string); ok && strings.HasPrefix(arg.(string), "uri") {
				if u, err := url.Parse(text); err != nil || arg == "uri" && !u.IsAbs() || strings.Contains(text, " ") {
					fail("%q is not a %v", text, arg)
				}
			}
		case "minimum":
			if n, ok := v.(float64); ok && n < arg.(float64) {
				fail("%v is less than %v", n, arg)
			}
		case "maximum":
			if n, ok := v.(float64); ok && n > arg.(float64) {
				fail("%v is more than %v", n, arg)
			}
		case "anyOf", "oneOf":
			n := 0
			for _, r := range arg.([]any) {
				if len(s.check(r.(map[string]any), v, at)) == 0 {
					n++
				}
			}
			if n == 0 || key == "oneOf" && n > 1 {
				fail("%d of %s hold", n, key)
			}
		case "properties", "required", "additionalProperties":
			if object, ok := v.(map[string]any); ok {
				wrong = append(wrong, s.checkObject(key, rule, object, at)...)
			}
		case "items", "minItems", "uniqueItems":
			if list, ok := v.([]any); ok {
				wrong = append(wrong, s.checkList(key, arg, list, at)...)
			}
		default:
			fail("the schema has a keyword that is not known here: %q", key)
		}
	}
	return wrong
}

func (s *schema) checkObject(key string, rule, object map[string]any, at string) (wrong []string) {
	known, _ := rule["properties"].(map[string]any)
	switch key {
	case "required":
		for _, name := range rule[key].([]any) {
			if _, ok := object[name.(string)]; !ok {
				wrong = append(wrong, fmt.Sprintf("%s: no %v", at, name))
			}
		}
	case "properties":
		for name, v := range object {
			if r, ok := known[name].(map[string]any); ok {
				wrong = append(wrong, s.check(r, v, at+"/"+name)...)
			}
		}
	case "additionalProperties":
		for name, v := range object {
			if _, ok := known[name]; ok {
				continue
			}
			switch r := rule[key].(type) {
			case bool:
				if !r {
					wrong = append(wrong, fmt.Sprintf("%s: %q is not allowed", at, name))
				}
			case map[string]any:
				wrong = append(wrong, s.check(r, v, at+"/"+name)...)
			}
		}
	}
	return wrong
}

func (s *schema) checkList(key string, arg any, list []any, at string) (wrong []string) {
	for i, v := range list {
		switch key {
		case "items":
			wrong = append(wrong, s.check(arg.(map[string]any), v, fmt.Sprintf("%s/%d", at, i))...)
		case "uniqueItems":
			for j := range i {
				if arg.(bool) && reflect.DeepEqual(v, list[j]) {
					wrong = append(wrong, fmt.Sprintf("%s: items %d and %d are equal", at, j, i))
				}
			}
		}
	}
	if key == "minItems" && float64(len(list)) < arg.(float64) {
		wrong = append(wrong, fmt.Sprintf("%s: only %d items", at, len(list)))
	}
	return wrong
}

// hasType reports whether v has the type, or one of a list of types.
func hasType(arg, v any) bool {
	if list, ok := arg.([]any); ok {
		for _, t := range list {
			if hasType(t, v) {
				return true
			}
		}
		return false
	}
	switch v := v.(type) {
	case nil:
		return arg == "null"
	case bool:
		return arg == "boolean"
	case string:
		return arg == "string"
	case float64:
		return arg == "number" || arg == "integer" && v == math.Trunc(v)
	case []any:
		return arg == "array"
	}
	return arg == "object"
}
