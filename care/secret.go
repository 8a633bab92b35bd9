package care

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
)

// Secret is a text that is neither kept nor printed. It formats as a placeholder, and it does not marshal: whatever
// would put it into the outbox, a record or a log gets ErrSecret. Only Disclose writes it out.
type Secret string

// ErrSecret refuses to write a Secret where it would stay.
var ErrSecret = errors.New("a secret is neither queued nor kept")

const hiddenSecret = "[secret]"

// String hides the secret from fmt.
func (Secret) String() string { return hiddenSecret }

// GoString hides the secret from %#v.
func (Secret) GoString() string { return hiddenSecret }

// LogValue hides the secret from slog.
func (Secret) LogValue() slog.Value { return slog.StringValue(hiddenSecret) }

// MarshalJSON refuses.
func (Secret) MarshalJSON() ([]byte, error) { return nil, ErrSecret }

// MarshalCBOR refuses.
func (Secret) MarshalCBOR() ([]byte, error) { return nil, ErrSecret }

// MarshalText refuses every other encoding.
func (Secret) MarshalText() ([]byte, error) { return nil, ErrSecret }

var secretType = reflect.TypeFor[Secret]()

// Disclose is json.Marshal of a struct whose own Secret fields are written out: for a question on its way to the portal,
// and for the answer on its way back. What it gives must not be kept.
func Disclose(v any) ([]byte, error) {
	value := reflect.Indirect(reflect.ValueOf(v))
	if !hasSecret(value) {
		return json.Marshal(v)
	}
	open := make([]reflect.StructField, value.NumField())
	for i := range open {
		open[i] = value.Type().Field(i)
		if open[i].Type == secretType {
			open[i].Type = reflect.TypeFor[string]()
		}
	}
	plain := reflect.New(reflect.StructOf(open)).Elem()
	for i := range open {
		plain.Field(i).Set(value.Field(i).Convert(open[i].Type))
	}
	b, err := json.Marshal(plain.Interface())
	if err != nil {
		return nil, fmt.Errorf("disclosing: %w", err)
	}
	return b, nil
}

func hasSecret(value reflect.Value) bool {
	if value.Kind() != reflect.Struct {
		return false
	}
	for i := range value.NumField() {
		if value.Type().Field(i).Type == secretType {
			return true
		}
	}
	return false
}
