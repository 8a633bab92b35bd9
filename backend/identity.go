package backend

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/google/uuid"

	"meterside/backend/cache"
	"meterside/backend/keyring"
	"meterside/care"
)

// A desk is a device with a key of its own. The public half and the name stand in its outbox, the private half and the
// token in the keyring, by the device's name: two copies of one folder on one computer do not take each other's.

func keyName(device string) string { return "key of " + device }

func tokenName(portal, id, device string) string { return secretName(portal, id) + " on " + device }

// newKey makes a key for a device and keeps its private half.
func (b *Backend) newKey(device string) (ed25519.PrivateKey, []byte, error) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, nil, fmt.Errorf("making the device's key: %w", err)
	}
	if err := b.opts.Secrets.Set(keyName(device), base64.StdEncoding.EncodeToString(private.Seed())); err != nil {
		return nil, nil, keyringProblem(err)
	}
	return private, public, nil
}

// privateKey finds the private half of an identity's key. keyring.ErrNotFound says that this computer has another one, or
// none.
func (b *Backend) privateKey(id cache.Identity) (ed25519.PrivateKey, error) {
	text, err := b.opts.Secrets.Get(keyName(id.Device))
	if err != nil {
		return nil, err
	}
	seed, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(seed) != ed25519.SeedSize {
		return nil, keyring.ErrNotFound
	}
	private := ed25519.NewKeyFromSeed(seed)
	if !bytes.Equal(private[ed25519.SeedSize:], id.Key) {
		return nil, keyring.ErrNotFound
	}
	return private, nil
}

// identify makes sure, before a sign-in, that the desk has a key whose private half is here. Where the folder was copied
// from another computer it is not: the desk takes another identity then.
func (b *Backend) identify(ctx context.Context, c *cache.Cache) error {
	id := c.Identity()
	if id.Key == nil {
		_, public, err := b.newKey(id.Device)
		if err != nil {
			return err
		}
		return c.SetKey(ctx, public)
	}
	_, err := b.privateKey(id)
	if errors.Is(err, keyring.ErrNotFound) {
		b.opts.Log.Warn("the device's key is not on this computer: the desk takes another identity", "device", id.Device)
		return b.another(ctx, c)
	}
	if err != nil {
		return keyringProblem(err)
	}
	return nil
}

// another gives the desk another identity.
func (b *Backend) another(ctx context.Context, c *cache.Cache) error {
	device := uuid.NewString()
	_, public, err := b.newKey(device)
	if err != nil {
		return err
	}
	return c.Renew(ctx, cache.Identity{Device: device, Key: public})
}

// tokenOf finds the token of a device. One that an earlier version kept has a name without the device.
func (b *Backend) tokenOf(s Session, device string) (string, error) {
	token, err := b.opts.Secrets.Get(tokenName(s.Portal, s.User.ID, device))
	if errors.Is(err, keyring.ErrNotFound) {
		return b.opts.Secrets.Get(secretName(s.Portal, s.User.ID))
	}
	return token, err
}

func (b *Backend) keepToken(s Session, device, token string) error {
	if err := b.opts.Secrets.Set(tokenName(s.Portal, s.User.ID, device), token); err != nil {
		return keyringProblem(err)
	}
	return nil
}

// dropToken drops the token, and with it what the password is known by.
func (b *Backend) dropToken(s Session, device string) error {
	for _, name := range []string{verifierName(s.Portal, s.User.ID, device), tokenName(s.Portal, s.User.ID, device), secretName(s.Portal, s.User.ID)} {
		if err := b.opts.Secrets.Delete(name); err != nil {
			return keyringProblem(err)
		}
	}
	return nil
}

// bearer is the token that a desk shows to its portal; another identity brings another one.
type bearer struct{ text atomic.Pointer[string] }

func (t *bearer) get() string {
	if text := t.text.Load(); text != nil {
		return *text
	}
	return ""
}

func (t *bearer) set(text string) { t.text.Store(&text) }

// renew takes another identity while somebody is signed in, since the portal knows this one from a copy of the folder.
// Nothing of the outbox is lost: what is unsent, and what was sent and not answered, goes under the new identity. The
// connection has ended when it is called.
func (b *Backend) renew(ctx context.Context, u *user) error {
	old, device := u.cache.Device(), uuid.NewString()
	private, public, err := b.newKey(device)
	if err != nil {
		return err
	}
	var answer struct {
		Token string `json:"token"`
	}
	question := struct {
		Device string `json:"device"`
		Key    []byte `json:"key"`
	}{device, public}
	if err := post(ctx, u.session.Portal, "/api/enrol", u.token.get(), question, &answer); err != nil {
		return err
	}
	// The token first: a desk that is cut off between the two still has its old identity, and takes another once more.
	if err := b.keepToken(u.session, device, answer.Token); err != nil {
		return err
	}
	b.carryVerifier(u.session, old, device)
	if err := u.cache.Renew(ctx, cache.Identity{Device: device, Key: public}); err != nil {
		return err
	}
	u.token.set(answer.Token)
	u.sink.key.Store(&private)
	b.opts.Log.Warn("the desk's folder was copied: the desk took another identity", "was", old, "is", device)
	return nil
}

// renewed goes on under another identity where err says that this one is a copy's; else it gives err back.
func (b *Backend) renewed(ctx context.Context, u *user, err error) error {
	if care.CodeOf(err) != care.CodeClonedDesk {
		return err
	}
	if failed := b.renew(ctx, u); failed != nil {
		return errors.Join(failed, err)
	}
	return nil
}
