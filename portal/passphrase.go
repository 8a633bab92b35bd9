package portal

import (
	"context"
	"fmt"

	"meterside/care"
	"meterside/portal/store"
)

// setPassphrase keeps the words that a caller agreed on. Whoever was not verified at all is refused whatever policy says:
// the words would let them in the next time.
func setPassphrase(ctx context.Context, a *asked, q *care.SetPassphrase) (any, error) {
	contact, err := care.OwnOpenContact(a.tx, q.ContactID, q.Account)
	if err != nil {
		return nil, err
	}
	policy, err := a.tx.Policy()
	if err != nil {
		return nil, err
	}
	if contact.Verified(policy, a.tx.Now()) < 1 {
		return nil, care.Err(care.CodeVerifyFirst, "level", "1")
	}
	account, err := care.Find[care.Account](a.tx, q.Account)
	if err != nil {
		return nil, err
	}
	if err := a.keepPassphrase(ctx, a.tx, account.MainPersonID, q.Passphrase); err != nil {
		return nil, err
	}
	return nil, care.Log(a.tx, care.Activity{Sort: passphraseSet, Account: q.Account})
}

// SetOwnPassphrase keeps the words that a customer chose on their own pages. Nobody chooses them in a masquerade: a member
// of staff does that in their own name, for a caller whom they verified.
func (p *Portal) SetOwnPassphrase(ctx context.Context, actor care.Actor, words care.Secret) error {
	if actor.Origin != care.OriginPortal {
		return care.Err(care.CodeEntitlement, "task", care.TaskPassword)
	}
	if err := care.ValidPassphrase(words); err != nil {
		return err
	}
	o := p.system("passphrase")
	o.Actor = actor
	return p.update(ctx, o, func(tx *store.Tx) error {
		user, err := care.Find[care.WebUser](tx, actor.WebUser())
		if err != nil {
			return err
		}
		if err := p.keepPassphrase(ctx, tx, user.PersonID, words); err != nil {
			return err
		}
		return care.Log(tx, care.Activity{Sort: passphraseSet, WebUserID: user.ID})
	})
}

// AgreePassphrase keeps words for the main person of an account, as whoever runs the portal sets passwords: nothing that
// happened at the account.
func (p *Portal) AgreePassphrase(ctx context.Context, number, words string) error {
	if err := care.ValidPassphrase(care.Secret(words)); err != nil {
		return err
	}
	_, err := p.Store.Update(ctx, p.system("passphrase"), func(tx *store.Tx) error {
		account, err := care.Find[care.Account](tx, number)
		if err != nil {
			return err
		}
		return p.keepPassphrase(ctx, tx, account.MainPersonID, care.Secret(words))
	})
	return err
}

// passphraseSet is the kind of the activity that says that words were chosen, and never which.
const passphraseSet = "passphrase.set"

// keepPassphrase keeps the hash of what is heard of the words.
func (p *Portal) keepPassphrase(ctx context.Context, tx *store.Tx, person string, words care.Secret) error {
	hash, err := p.hashPassword(plainWords(string(words)))
	if err != nil {
		return err
	}
	if _, err := tx.Conn.ExecContext(ctx, `INSERT INTO person_private (person_id, born, id_value, passphrase) VALUES ($1, '', '', $2)
		ON CONFLICT (person_id) DO UPDATE SET passphrase = excluded.passphrase`, person, hash); err != nil {
		return fmt.Errorf("keeping a passphrase: %w", err)
	}
	return nil
}
