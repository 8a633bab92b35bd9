package portal

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	"meterside/care"
	"meterside/portal/store"
	"meterside/records"
)

// InvitePage is where the link of an invitation leads, below the customers' portal. The letters follow.
const InvitePage = "/invited?link="

// MostInvited bounds the invitations to one account that are open at a time: each is a letter to a stranger.
const MostInvited = 10

// OneOf is somebody who has an account, and what they may do there.
type OneOf struct {
	User   care.WebUser
	Person care.Person
	Link   care.WebUserAccount
}

// People are the web users of an account, its customer's first.
func (p *Portal) People(ctx context.Context, account string) ([]OneOf, error) {
	links, err := records.Select[care.WebUserAccount](ctx, p.Store.Reader(), "WHERE account_number = $1 ORDER BY role <> 'owner', web_user_id", account)
	if err != nil {
		return nil, err
	}
	all := make([]OneOf, 0, len(links))
	for _, l := range links {
		one := OneOf{Link: l}
		if one.User, one.Person, err = p.WebUser(ctx, l.WebUserID); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

// Invitations are the tasks of an account's invitations that can be accepted now, the newest first.
func (p *Portal) Invitations(ctx context.Context, account string) ([]care.Task, error) {
	open, err := records.Select[care.Task](ctx, p.Store.Reader(), "WHERE account_number = $1 AND kind = $2 AND status = $3 ORDER BY created_at DESC, task_id",
		account, care.TaskInvited, care.TaskOpen)
	live := open[:0]
	for _, t := range open {
		if t.Invites(p.Now()) {
			live = append(live, t)
		}
	}
	return live, err
}

// EndInvitations ends the tasks of invitations that nobody accepted in time, so that nobody takes them for open. It says how
// many.
func (p *Portal) EndInvitations(ctx context.Context) (int, error) {
	open, err := records.Select[care.Task](ctx, p.Store.Reader(), "WHERE kind = $1 AND status = $2 ORDER BY task_id", care.TaskInvited, care.TaskOpen)
	if err != nil {
		return 0, err
	}
	over := slices.DeleteFunc(open, func(t care.Task) bool { return t.NeedsSecond() || t.Invites(p.Now()) })
	if len(over) == 0 {
		return 0, nil
	}
	_, err = p.Store.Update(ctx, p.system("invitations"), func(tx *store.Tx) error {
		for _, t := range over {
			if err := care.EndInvitation(tx, t.ID); err != nil {
				return err
			}
		}
		return nil
	})
	return len(over), err
}

// RoomToInvite refuses one more invitation where as many are open as may be: CodeTooManyInvited.
func (p *Portal) RoomToInvite(ctx context.Context, account string) error {
	open, err := p.Invitations(ctx, account)
	if err == nil && len(open) >= MostInvited {
		err = care.Err(care.CodeTooManyInvited, "most", strconv.Itoa(MostInvited))
	}
	return err
}

// Invited is what somebody is invited to, as the letters of a link tell it.
type Invited struct {
	care.Invitation
	Account care.Account
	Inviter care.Person
	task    care.Task
}

// Invited is what a link's letters invite to, while they do; else CodeLinkEnded.
func (p *Portal) Invited(ctx context.Context, letters string) (inv Invited, err error) {
	ended := care.Err(care.CodeLinkEnded)
	id, err := p.secretOf(ctx, "SELECT recovery_id FROM recovery_secret WHERE hash = $1", hashSecret(letters))
	if err != nil {
		return inv, err
	}
	known, err := records.Load(ctx, p.Store.Reader(), &inv.task, id)
	if err != nil || !known || !inv.task.Invites(p.Now()) {
		return inv, errorOr(err, ended)
	}
	inv.Invitation = inv.task.Invitation()
	if _, err = records.Load(ctx, p.Store.Reader(), &inv.Account, inv.task.Account); err != nil {
		return inv, err
	}
	_, inv.Inviter, err = p.WebUser(ctx, inv.task.WebUserID)
	return inv, err
}

// AcceptInvitation gives a customer who is signed in the account that a link's letters invite to, and uses the link up.
func (p *Portal) AcceptInvitation(ctx context.Context, actor care.Actor, letters string) (account string, err error) {
	if actor.Origin != care.OriginPortal {
		return "", care.Err(care.CodeNoPermission, "permission", string(care.MayLink))
	}
	inv, err := p.Invited(ctx, letters)
	if err != nil {
		return "", err
	}
	err = p.update(ctx, store.Options{Actor: actor, Now: p.Now(), Command: uuid.NewString()}, func(tx *store.Tx) error {
		return accept(ctx, tx, inv.task.ID, actor.ID)
	})
	return inv.Account.Number, err
}

// Guest is what somebody who is invited registers with. The address is the one that the link came to, which proves it.
type Guest struct {
	FirstName, LastName string
	Username            string
	Password            string
}

const longestName = 60

// RegisterGuest makes a web user for somebody whom a link's letters invite, gives them the account, and uses the link up. A
// user name that is taken is CodeNameTaken; then the link goes on working.
func (p *Portal) RegisterGuest(ctx context.Context, letters string, asked Guest, ip string) error {
	inv, err := p.Invited(ctx, letters)
	if err != nil {
		return err
	}
	command := uuid.NewString()
	person := care.Person{Sort: "person", FirstName: strings.TrimSpace(asked.FirstName), LastName: strings.TrimSpace(asked.LastName), Email: inv.Email}
	user := care.WebUser{ID: "W-" + command, Username: strings.TrimSpace(asked.Username), Email: inv.Email, Enrolment: care.Enrolled, CreatedAt: p.Now().UnixMilli()}
	if err := cmp.Or(goodPart("first_name", person.FirstName), goodPart("last_name", person.LastName), goodName(user)); err != nil {
		return err
	}
	hash, err := p.newPassword(user, asked.Password)
	if err != nil {
		return err
	}
	actor := care.Actor{ID: user.ID, Name: user.Username, Origin: care.OriginPortal, IP: ip}
	_, err = p.Store.Update(ctx, store.Options{Actor: actor, Now: p.Now(), Command: command}, func(tx *store.Tx) error {
		if err := nameFree(ctx, tx, user.Username); err != nil {
			return err
		}
		person.ID = tx.NewID("P")
		user.PersonID = person.ID
		if err := tx.Put(&person); err != nil {
			return err
		}
		if err := tx.Put(&user); err != nil {
			return err
		}
		if _, err := tx.Conn.ExecContext(ctx, customersHash, user.ID, hash); err != nil {
			return fmt.Errorf("keeping a password: %w", err)
		}
		return accept(ctx, tx, inv.task.ID, user.ID)
	})
	return err
}

// goodPart refuses a part of a name that is missing, or more than a list can show.
func goodPart(field, name string) error {
	if name == "" {
		return care.Err(care.CodeMissing, "field", field)
	}
	if utf8.RuneCountInString(name) > longestName || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return care.Err(care.CodeInvalid, "field", field, "problem", "is not a name of at most "+strconv.Itoa(longestName)+" letters")
	}
	return nil
}

// nameFree refuses a user name that another has.
func nameFree(ctx context.Context, tx *store.Tx, username string) error {
	same, err := records.Select[care.WebUser](ctx, tx.Conn, "WHERE username = $1 LIMIT 1", username)
	if err == nil && len(same) > 0 {
		err = care.Err(care.CodeNameTaken)
	}
	return err
}

// accept links a web user to the account of an invitation, if it stands, and if who invited may still let others in.
func accept(ctx context.Context, tx *store.Tx, invitation, webUserID string) error {
	task, err := care.Find[care.Task](tx, invitation)
	if err != nil {
		return err
	}
	var inviter care.WebUserAccount
	err = tx.Get(&inviter, task.WebUserID, task.Account)
	if err != nil && care.CodeOf(err) != care.CodeNotFound {
		return err
	}
	if !task.Invites(tx.Now()) || !inviter.May(care.LetOtherIn) {
		return care.Err(care.CodeLinkEnded)
	}
	link := &care.LinkAccount{WebUserID: webUserID, Account: task.Account, Add: task.Account, Role: task.Invitation().Role, Relationship: "guest"}
	if err := give(tx, link); err != nil {
		return err
	}
	if _, err := tx.Conn.ExecContext(ctx, "DELETE FROM recovery_secret WHERE recovery_id = $1", invitation); err != nil {
		return fmt.Errorf("using up an invitation: %w", err)
	}
	return care.AcceptInvitation(tx, task)
}
