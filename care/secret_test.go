package care

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"

	"github.com/fxamacker/cbor/v2"
)

const canary = "900-12-0042"

// TestASecretIsNotWritten was seen to fail without MarshalJSON: the outbox would have kept it.
func TestASecretIsNotWritten(t *testing.T) {
	held := struct {
		Value Secret            `json:"value"`
		Map   map[Secret]string `json:"map,omitempty"`
	}{Value: canary}
	for name, write := range map[string]func(any) ([]byte, error){"JSON": json.Marshal, "CBOR": cbor.Marshal} {
		if b, err := write(held); !errors.Is(err, ErrSecret) {
			t.Errorf("%s wrote %s, %v", name, b, err)
		}
		if b, err := write(&held); err == nil {
			t.Errorf("%s of a pointer wrote %s", name, b)
		}
	}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "value", held.Value, "held", held)
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "value", held.Value, "held", held)
	text := log.String() + fmt.Sprintf("%v %+v %#v %s %q", held, held, held, held.Value, held.Value)
	if strings.Contains(text, canary) {
		t.Errorf("it prints itself: %s", text)
	}
	b, err := Disclose(held)
	if want := `{"value":"` + canary + `"}`; err != nil || string(b) != want {
		t.Errorf("Disclose gives %s, %v", b, err)
	}
	if b, err := Disclose(map[string]Secret{"nested": canary}); err == nil {
		t.Errorf("Disclose opened what it was not told to: %s", b)
	}
}

// TestNoCommandCarriesASecret goes through the arguments of every command: what a desk can queue has none.
func TestNoCommandCarriesASecret(t *testing.T) {
	for kind, make := range commands {
		if where := secretIn(reflect.TypeOf(make())); where != "" {
			t.Errorf("%s carries a secret in %s", kind, where)
		}
	}
	if secretIn(reflect.TypeFor[*FindIdentifier]()) != "Value" {
		t.Error("the test finds no secret where there is one")
	}
}

func secretIn(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array:
		return secretIn(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if f := t.Field(i); f.Type == secretType || secretIn(f.Type) != "" {
				return f.Name
			}
		}
	}
	return ""
}
