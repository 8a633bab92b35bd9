package wire

import (
	"strings"
	"testing"
)

// Every frame of the golden set can be read by people, and every type has a name.
func TestDiagnose(t *testing.T) {
	row, err := encMode.Marshal(map[int]string{1: "Main Street"})
	if err != nil {
		t.Fatal(err)
	}
	long := &Rows{Scope: "d:D01", From: 1, To: 2, Changes: []Change{{Kind: 5, ID: strings.Repeat("x", 400), Seq: 2, Body: row}}}
	for _, c := range []struct {
		frame Frame
		want  string
	}{
		{&Beat{Through: 3, Time: 4}, `beat 7 B {1: 3, 2: 4}`},
		{&Moved{AfterMS: 9}, `moved 5 B {1: 9}`},
		{long, `<<{1: "Main Street"}>>`},
	} {
		b, err := Encode(c.frame)
		if err != nil {
			t.Fatal(err)
		}
		if text, err := Diagnose(b); err != nil || !strings.Contains(text, c.want) {
			t.Errorf("%s, %v; want %s", text, err, c.want)
		}
	}
	for _, b := range [][]byte{nil, {byte(TypeRows), flagZstd, 1, 2}, {byte(TypeRows), 0, 0xa1}} {
		if text, err := Diagnose(b); err == nil {
			t.Errorf("%x was read as %s", b, text)
		}
	}
	for n := TypeHello; n <= TypePresent; n++ {
		if strings.HasPrefix(n.String(), "type ") {
			t.Errorf("%d has no name", n)
		}
	}
}
