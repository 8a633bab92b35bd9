package backend

import (
	"archive/zip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"runtime"

	"meterside/backend/cache"
	"meterside/care"
	"meterside/records"
	"meterside/sync/wire"
)

// Diagnosis is how a desk stands: its own build, its computer, its replica and its outbox. It names no customer, no member
// of staff, and nothing that anybody wrote.
type Diagnosis struct {
	Version  string `json:"version"`
	Protocol int    `json:"protocol"`
	Schema   int64  `json:"schema"`
	System   string `json:"system"`
	Device   string `json:"device"`
	Role     string `json:"role"`
	Secrets  string `json:"secrets"`
	Online   bool   `json:"online"`
	Phase    string `json:"phase"`
	Examined
}

// Diagnose says how the desk stands. It reads the whole file of the replica.
func (b *Backend) Diagnose(ctx context.Context) (Diagnosis, error) {
	u, err := b.signedIn()
	if err != nil {
		return Diagnosis{}, err
	}
	status, err := b.Status(ctx)
	if err != nil {
		return Diagnosis{}, err
	}
	e, err := b.Examine(ctx)
	if err != nil {
		return Diagnosis{}, err
	}
	for i := range e.Scopes {
		e.Scopes[i].Scope = anonymous(e.Scopes[i].Scope)
	}
	return Diagnosis{
		Version: Version, Protocol: wire.Protocol, Schema: records.ReplicaVersion(), System: runtime.GOOS + "/" + runtime.GOARCH,
		Device: u.cache.Device(), Role: string(u.cache.Actor().Role), Secrets: b.opts.Secrets.Where(),
		Online: status.Online, Phase: status.Phase, Examined: e,
	}, nil
}

// anonymous leaves out whose a scope is, where it is one person's.
func anonymous(scope string) string {
	if len(scope) > 2 && scope[:2] == "u:" {
		return "u:*"
	}
	return scope
}

// waitingCommand is a command of the outbox without what it says and whom it is about.
type waitingCommand struct {
	Kind      string    `json:"kind"`
	State     string    `json:"state"`
	CreatedAt int64     `json:"created_at"`
	Code      care.Code `json:"code,omitempty"`
}

// SupportBundle writes a zip that support staff can read: how the desk stands, how many rows of each kind it holds, and its
// outbox without arguments. It holds no personal data; a refusal's parameters are left out too, as they may name somebody.
func (b *Backend) SupportBundle(ctx context.Context, to io.Writer) error {
	u, err := b.signedIn()
	if err != nil {
		return err
	}
	diagnosis, err := b.Diagnose(ctx)
	if err != nil {
		return err
	}
	if diagnosis.Problem != nil {
		diagnosis.Problem = &care.Error{Code: diagnosis.Problem.Code}
	}
	counts, err := u.cache.Counts(ctx)
	if err != nil {
		return err
	}
	waiting := []waitingCommand{}
	for _, list := range []func(context.Context) ([]cache.Entry, error){u.cache.Outbox, u.cache.Attention} {
		entries, err := list(ctx)
		if err != nil {
			return err
		}
		for _, e := range entries {
			waiting = append(waiting, waitingCommand{e.Kind, e.State, e.CreatedAt, e.Code})
		}
	}
	bundle := zip.NewWriter(to)
	for _, part := range []struct {
		name string
		is   any
	}{{"diagnosis.json", diagnosis}, {"counts.json", counts}, {"outbox.json", waiting}} {
		f, err := bundle.Create(part.name)
		if err != nil {
			return fmt.Errorf("writing a support bundle: %w", err)
		}
		out := json.NewEncoder(f)
		out.SetIndent("", "  ")
		if err := out.Encode(part.is); err != nil {
			return fmt.Errorf("writing a support bundle: %w", err)
		}
	}
	if err := bundle.Close(); err != nil {
		return fmt.Errorf("writing a support bundle: %w", err)
	}
	return nil
}

// SupportBundleTo writes a support bundle into a file that only its owner may read.
func (b *Backend) SupportBundleTo(ctx context.Context, path string) error {
	_, err := written(path, func(w io.Writer) (int, error) { return 0, b.SupportBundle(ctx, w) })
	return err
}

// Device is the ID of this desk's device; "" while nobody is signed in.
func (b *Backend) Device() string {
	u, err := b.signedIn()
	if err != nil {
		return ""
	}
	return u.cache.Device()
}
