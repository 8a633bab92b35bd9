package portal

import (
	"context"

	"meterside/care"
	"meterside/portal/store"
	"meterside/records"
)

// EmailPage is where the link to a new address leads, below the customers' portal. The letters follow.
const EmailPage = "/email?link="

// MayAskEmail refuses who is signed in as a customer and does not know the password: a browser that was left open must not take
// the sign-in along. Inside a masquerade the entitlement stands for it. It refuses as ChangePassword does.
func (p *Portal) MayAskEmail(ctx context.Context, actor care.Actor, password string) error {
	if actor.Origin != care.OriginPortal {
		return nil
	}
	return p.knowsPassword(ctx, actor.ID, password)
}

// WaitingEmail is the new address of a web user's that waits to be confirmed; its ID is "" where none does.
func (p *Portal) WaitingEmail(ctx context.Context, webUserID string) (care.Recovery, error) {
	live, err := records.Select[care.Recovery](ctx, p.Store.Reader(),
		"WHERE web_user_id = $1 AND kind = $2 AND used_at = 0 AND revoked_at = 0 AND ends_at > $3 ORDER BY given_at DESC LIMIT 1",
		webUserID, care.RecoverByEmail, p.Now().UnixMilli())
	if err != nil || len(live) == 0 {
		return care.Recovery{}, err
	}
	return live[0], nil
}

// NewEmail is whom a link to a new address was sent for, and the address, while the link works; else CodeLinkEnded.
func (p *Portal) NewEmail(ctx context.Context, letters string) (user care.WebUser, address string, err error) {
	user, given, err := p.linked(ctx, letters, care.RecoverByEmail)
	return user, given.Address, err
}

// ConfirmEmail uses up a link to a new address, which is the web user's from then on. A link works once, until it ends or another
// one is sent, and not while the web user is locked; it is CodeLinkEnded then.
func (p *Portal) ConfirmEmail(ctx context.Context, letters, ip string) (care.WebUser, error) {
	user, given, err := p.linked(ctx, letters, care.RecoverByEmail)
	if err != nil {
		return user, err
	}
	actor := care.Actor{ID: user.ID, Name: user.Username, Origin: care.OriginPortal, IP: ip}
	_, err = p.Store.Update(ctx, store.Options{Actor: actor, Now: p.Now(), Command: "email " + given.ID}, func(tx *store.Tx) error {
		if err := useUp(ctx, tx, user, given); err != nil {
			return err
		}
		if err := tx.Get(&user, user.ID); err != nil {
			return err
		}
		return care.ConfirmLoginEmail(tx, user, given)
	})
	return user, err
}
