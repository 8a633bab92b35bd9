package wire

import (
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"meterside/care"
)

// second pins the bytes of version 2, each frame with all that it may hold.
var second = map[string]Frame{
	"hello": &Hello{
		Protocol: 2, App: "0.2", Device: "d", Server: "s", Epoch: "e", Cursor: 7, Scopes: []string{"g"}, Signature: []byte{1}, Schema: 9,
		Recover: RecoverDigest, Proved: 6, FirstN: 3, LastN: 4,
	},
	"welcome": &Welcome{
		Server: "s", Epoch: "e", Head: 9, Scopes: []string{"g"}, Time: 8, Plan: PlanFile, LastN: 7, BeatMS: 6, Protocol: 2, Floor: 5, Schema: 4,
		File: &File{Path: "/snapshots/1", Hash: []byte{1}, Key: []byte{2}, Seq: 3, Scopes: []string{"g"}, Bytes: 4, Unpacked: 5, Bare: &File{Path: "/snapshots/2"}},
	},
	"wait":      &Welcome{Plan: PlanWait, WaitMS: 500, Protocol: 2},
	"commit":    &Commit{To: 2, Time: 3, Granted: []string{"g"}, Digests: []Digest{{Scope: "g", Rows: 1, A: 1 << 63, B: 2}}, Verdicts: []care.Verdict{{CommandID: "c", N: 1, Outcome: care.Held, Code: "x", Seq: 2}}},
	"command":   &Command{Bytes: []byte{1, 2}, Signature: []byte{3}},
	"plan":      &Plan{Plan: PlanWait, WaitMS: 4},
	"busy":      &Busy{N: 5, AfterMS: 500},
	"moved":     &Moved{AfterMS: 1000},
	"presence":  &Presence{Account: "030000013", Editing: true},
	"present":   &Present{Account: "030000013", Who: []Viewer{{ID: "CSR001", Name: "Ann", Editing: true}}},
	"rows":      &Rows{Scope: "g", From: 1, To: 2, Changes: []Change{{Kind: 1, ID: "D01", Seq: 2, Body: []byte{0xa0}}}},
	"ack":       &Ack{Cursor: 1 << 40},
	"beat":      &Beat{Through: 3, Time: 4},
	"no viewer": &Present{Account: "1"},
}

// third pins the bytes of what came with version 3.
var third = map[string]Frame{
	"answers": &Answers{Verdicts: []care.Verdict{{CommandID: "c", N: 1, Outcome: care.Applied, Seq: 2}}},
}

// A change of these files is a change of the protocol: add a version, or a key, and never change what is there. They are
// written anew by METERSIDE_GOLDEN=1.
func TestGoldenFramesOfVersion2(t *testing.T) { pinned(t, "v2", second) }

func TestGoldenFramesOfVersion3(t *testing.T) { pinned(t, "v3", third) }

func pinned(t *testing.T, version string, frames map[string]Frame) {
	for name, frame := range frames {
		file := filepath.Join("testdata", version, strings.ReplaceAll(name, " ", "-")+".hex")
		b, err := Encode(frame)
		if err != nil {
			t.Fatal(err)
		}
		if os.Getenv("METERSIDE_GOLDEN") != "" {
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(hex.EncodeToString(b)+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got := hex.EncodeToString(b) + "\n"; got != string(want) {
			t.Errorf("%s is\n%snot\n%s", name, got, want)
		}
		back, err := Decode(b)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(frame, back, cmpopts.IgnoreUnexported(Change{}, Digest{})); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

// schemaOfVersion3 is the hash of the frames' fields, their kinds and their keys. It changes when a field does: give the new
// field a key of its own, and see that the other side does without it.
const schemaOfVersion3 = 3106548619

func TestTheSchemaIsPinned(t *testing.T) {
	var b strings.Builder
	for _, f := range []any{
		Hello{}, Welcome{}, File{}, Plan{}, Busy{}, Moved{}, Presence{}, Present{}, Viewer{}, Digest{}, Rows{}, Change{}, Commit{}, Answers{}, Command{}, Ack{}, Beat{},
		care.Envelope{}, care.Verdict{},
	} {
		typ := reflect.TypeOf(f)
		fmt.Fprintln(&b, typ.Name())
		for i := range typ.NumField() {
			fmt.Fprintln(&b, typ.Field(i).Name, typ.Field(i).Type, typ.Field(i).Tag.Get("cbor"))
		}
	}
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(b.String()))
	if sum.Sum32() != schemaOfVersion3 {
		t.Errorf("the schema's hash is %d, not %d:\n%s", sum.Sum32(), schemaOfVersion3, b.String())
	}
}

// What claims to be large costs no memory: a bomb, a claim of a billion rows, one of a huge text, and a deep nesting are
// named errors.
//
// It fails when the decoder of zstd has no bound.
func TestHostileFramesCostNoMemory(t *testing.T) {
	bomb := packer.EncodeAll(make([]byte, 48<<20), []byte{byte(TypeRows), flagZstd})
	deep := append([]byte{byte(TypeRows), 0}, []byte(strings.Repeat("\x81", 5000))...)
	for name, b := range map[string][]byte{
		"48 MiB of zeros": bomb,
		"a billion rows":  {byte(TypeRows), 0, 0xa1, 4, 0x9a, 0x3b, 0x9a, 0xca, 0},
		"a huge text":     {byte(TypeHello), 0, 0xa1, 2, 0x7a, 0x7f, 0xff, 0xff, 0xff},
		"a huge map":      {byte(TypeHello), 0, 0xba, 0x7f, 0xff, 0xff, 0xff},
		"deep":            deep,
		"truncated":       {byte(TypeCommit), 0, 0xa2, 1, 2},
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			for range 20 {
				if _, err := Decode(b); err == nil {
					t.Fatal("it was accepted")
				}
			}
			runtime.ReadMemStats(&after)
			if each := (after.TotalAlloc - before.TotalAlloc) / 20; each > 2*MaxPayload {
				t.Errorf("each costs %d KiB", each>>10)
			}
		})
	}
}

func TestAnAckIsReadWithoutTheDecoder(t *testing.T) {
	for _, cursor := range []int64{0, 23, 24, 255, 256, 65535, 65536, 1<<32 - 1, 1 << 32, 1 << 62} {
		b, err := Encode(&Ack{Cursor: cursor})
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := AckOf(b); !ok || got != cursor {
			t.Errorf("%d is read as %d, %v", cursor, got, ok)
		}
	}
	for _, b := range [][]byte{{}, {6, 0}, {6, 0, 0xa1, 1}, {6, 0, 0xa1, 1, 0x19}, {7, 0, 0xa1, 1, 1}, {6, 0, 0xa1, 2, 1}, {6, 0, 0xa1, 1, 0x1b, 0xff, 0, 0, 0, 0, 0, 0, 0}} {
		if got, ok := AckOf(b); ok {
			t.Errorf("%x is read as %d", b, got)
		}
	}
}

func FuzzHello(f *testing.F) {
	b, _ := Encode(second["hello"])
	f.Add(b[2:])
	f.Fuzz(func(_ *testing.T, b []byte) { _, _ = Decode(append([]byte{byte(TypeHello), 0}, b...)) })
}

func FuzzAck(f *testing.F) {
	f.Add([]byte{6, 0, 0xa1, 1, 5})
	f.Fuzz(func(t *testing.T, b []byte) {
		cursor, ok := AckOf(b)
		if !ok {
			return
		}
		frame, err := Decode(b)
		if a, is := frame.(*Ack); err != nil || !is || a.Cursor != cursor {
			t.Errorf("%x is %d, and the decoder says %v, %v", b, cursor, frame, err)
		}
	})
}
