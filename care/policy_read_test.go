package care

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// R2: each key of the policy is read by code, so that nothing can be set which changes nothing. Of a key whose end is put
// together the beginning is looked for; sensitive tasks stand in the commands that name them. The letters' words are read
// by their templates, all in one place.
//
// Seen to fail while one could set for how many years activity is kept.
func TestR2EveryKeyOfThePolicyIsRead(t *testing.T) {
	read := map[string]bool{}
	for _, dir := range []string{".", "../portal", "../backend", "../app", "../sync"} {
		err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
				err = wordsRead(name, read)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(read) < 1000 {
		t.Fatalf("only %d words were found", len(read))
	}
	for _, k := range PolicyKeys() {
		word := strings.TrimPrefix(strings.TrimSuffix(strings.TrimSuffix(k.Key, ".en"), ".es"), "entitlements.")
		begins := word[:strings.LastIndex(word, ".")+1]
		if k.Group != "letters" && !read[k.Key] && !read[word] && (strings.Count(begins, ".") < 2 || !read[begins]) {
			t.Errorf("no code reads %s", k.Key)
		}
	}
}

// wordsRead adds the words of a file of Go, but for those that say of the policy what there is, and what is refused.
func wordsRead(name string, read map[string]bool) error {
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	tables := slices.Contains([]string{"policy.go", "policy_keys.go"}, name)
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CompositeLit:
			return !tables
		case *ast.CallExpr:
			if f, ok := n.Fun.(*ast.Ident); ok && f.Name == "Err" {
				return false
			}
			if f, ok := n.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == "Err" {
				return false
			}
		case *ast.BasicLit:
			if word, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING {
				read[word] = true
			}
		}
		return true
	})
	return nil
}
