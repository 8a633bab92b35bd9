package backend

import (
	"meterside/sync/client"
	"meterside/sync/wire"
)

// Presence is who else has the account in front of them that this desk has.
type Presence struct {
	Account string   `json:"account"`
	Who     []Viewer `json:"who"`
}

// Viewer is somebody who looks at an account, or is changing it.
type Viewer struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Editing bool   `json:"editing"`
}

// SetPresence says which account is in front of the CSR, and whether they are changing it; "" for none. It may be called at
// every key: the portal is told now and then.
func (b *Backend) SetPresence(account string, editing bool) error {
	u, err := b.signedIn()
	if err != nil {
		return err
	}
	u.client.SetPresence(account, editing)
	return nil
}

// Present says who else has an account in front of them, as far as the portal told while it could be reached.
func (b *Backend) Present(account string) (Presence, error) {
	u, err := b.signedIn()
	if err != nil {
		return Presence{}, err
	}
	p := Presence{Account: account, Who: []Viewer{}}
	if told := u.sink.present.Load(); told != nil && told.Account == account && b.connected() {
		for _, v := range told.Who {
			p.Who = append(p.Who, Viewer{v.ID, v.Name, v.Editing})
		}
	}
	return p, nil
}

func (b *Backend) connected() bool {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.state.Phase == client.Live || b.state.Phase == client.Syncing
}

// Present keeps what the portal told last.
func (s *sink) Present(p *wire.Present) {
	s.present.Store(p)
	s.changed("presence")
}
