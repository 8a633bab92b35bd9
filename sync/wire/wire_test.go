package wire

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/klauspost/compress/zstd"

	"meterside/care"
)

// golden pins the bytes of version 1: a change here is a change of the protocol.
var golden = []struct {
	name  string
	frame Frame
	bytes string
}{
	{"hello", &Hello{Protocol: 1, App: "0.1", Device: "d", Cursor: 7, Scopes: []string{"g"}}, "0100a5010102633 02e310361640607078161 67"},
	{"beat", &Beat{Through: 3, Time: 4}, "0700a201030204"},
	{"ack", &Ack{Cursor: 300}, "0600a10119012c"},
	{"rows", &Rows{Scope: "g", From: 1, To: 2, Changes: []Change{{Kind: 1, ID: "D01", Seq: 2, Body: []byte{0xa0}}, {Kind: 1, ID: "D02", Seq: 2}}},
		"0300a401616702010302048284016344303102 41a084016344303202f6"},
	{"commit", &Commit{To: 2, Time: 3, Taken: []string{"t:T1"}}, "0400a3010202030581 64743a5431"},
	{"command", &Command{Envelope: &care.Envelope{N: 1, ID: "c", Kind: "k", Version: 1, Args: json.RawMessage(`{}`), CreatedAt: 5}}, "0500a101a60101026163 03616b040105427b7d0605"},
}

func TestGoldenFrames(t *testing.T) {
	for _, g := range golden {
		want := bytes.ReplaceAll([]byte(g.bytes), []byte(" "), nil)
		b, err := Encode(g.frame)
		if err != nil {
			t.Fatal(err)
		}
		if hex.EncodeToString(b) != string(want) {
			t.Errorf("%s is\n%x, not\n%s", g.name, b, want)
		}
		back, err := Decode(b)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(g.frame, back, cmpopts.IgnoreUnexported(Change{})); d != "" {
			t.Errorf("%s: %s", g.name, d)
		}
	}
}

func TestALongFrameIsPackedAndOpened(t *testing.T) {
	want := &Rows{Scope: "d:D01", Changes: make([]Change, 2000)}
	for i := range want.Changes {
		want.Changes[i] = Change{Kind: 5, ID: "030000013", Seq: int64(i), Body: bytes.Repeat([]byte{1}, 40)}
	}
	b, err := Encode(want)
	if err != nil {
		t.Fatal(err)
	}
	if len(b) > 40_000 {
		t.Errorf("packed to %d bytes only", len(b))
	}
	got, err := Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Change{})); d != "" {
		t.Error(d)
	}
}

func TestDecodeRefusesWhatIsTooLargeOrUnknown(t *testing.T) {
	bomb, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{
		"nothing":          {},
		"an unknown type":  {99, 0, 0xa0},
		"unknown flags":    {byte(TypeAck), 8, 0xa0},
		"48 MiB of zeros":  bomb.EncodeAll(make([]byte, 48<<20), []byte{byte(TypeRows), flagZstd}),
		"a billion rows":   {byte(TypeRows), 0, 0xa1, 4, 0x9a, 0x3b, 0x9a, 0xca, 0},
		"a truncated rows": {byte(TypeRows), 0, 0xa1, 4, 0x81},
	} {
		if _, err := Decode(b); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, g := range golden {
		b, _ := Encode(g.frame)
		f.Add(b)
	}
	f.Fuzz(func(_ *testing.T, b []byte) { _, _ = Decode(b) })
}
