package care

import (
	"errors"
	"slices"
	"strconv"
)

// Authorise says whether the actor may send a command at all: permission, masquerade mode, entitlements, the web user's
// own right. It is asked before Check, at the desk for its buttons and at the portal for good.
func Authorise(r Reader, cmd Command) error {
	a := r.Actor()
	switch a.Origin {
	case OriginSystem:
		return nil
	case OriginDesk:
		return authoriseAtDesk(r, cmd)
	case OriginMasquerade:
		return authoriseMasquerade(r, cmd)
	case OriginPortal:
		self, ok := cmd.(SelfService)
		if !ok {
			return Err(CodeNoPermission, "permission", string(cmd.Permission()))
		}
		return mayAt(r, a.ID, self.AccountNumber(), rightOf(cmd))
	}
	return Err(CodeNoPermission, "permission", string(cmd.Permission()))
}

// AuthoriseQuestion says whether the actor may ask at all: only a member of staff at a desk who has the permission, for a
// caller who is verified as far as policy wants. A customer and a CSR inside a masquerade ask nothing.
func AuthoriseQuestion(r Reader, q Question) error {
	if r.Actor().Origin != OriginDesk {
		return Err(CodeNoPermission, "permission", string(q.Permission()))
	}
	return authoriseAtDesk(r, q)
}

// request is what commands and questions have in common.
type request interface {
	Kind() string
	Permission() Permission
	Targets() []Ref
}

func authoriseAtDesk(r Reader, asked request) error {
	policy, err := r.Policy()
	if err != nil {
		return err
	}
	if err := policy.switchedOn(r.Actor(), asked); err != nil {
		return err
	}
	if !policy.Allows(r.Actor(), asked.Permission()) {
		return Err(CodeNoPermission, "permission", string(asked.Permission()))
	}
	if _, err := policy.entitled(r, asked); err != nil {
		return err
	}
	return verified(r, policy, asked)
}

// verified wants the caller to be verified as far as policy says, in an open contact of the actor's own about the account
// that is named.
func verified(r Reader, policy Policy, asked request) error {
	level := policy.VerifyLevel(asked.Kind())
	if level == 0 {
		return nil
	}
	refusal := Err(CodeVerifyFirst, "level", strconv.FormatInt(level, 10))
	who := r.Actor()
	if who.Contact == "" {
		return refusal
	}
	contact, err := Find[Contact](r, who.Contact)
	if err != nil {
		if unlessAbsent(err) == nil {
			return refusal
		}
		return err
	}
	if contact.CSRID != who.ID || contact.Verified(policy, r.Now()) < level || contact.ClosedAt != 0 && contact.ClosedAt < r.Now().UnixMilli() {
		return refusal
	}
	return sameAccount(r, contact, asked, refusal)
}

// sameAccount refuses what is about another account than the contact's.
func sameAccount(r Reader, contact Contact, asked request, refusal error) error {
	accounts, some, err := AccountsNamed(r, asked.Targets())
	if err == nil && some && !slices.Contains(accounts, contact.Account) {
		err = refusal
	}
	return err
}

// AccountsNamed are the accounts that a command or question is about: the first that its targets name, and where they name
// only a web user those that the user is linked to. some is false where they name neither.
func AccountsNamed(r Reader, targets []Ref) (accounts []string, some bool, err error) {
	user := ""
	for _, ref := range targets {
		switch ref.Kind {
		case KindAccount:
			return []string{ref.ID}, true, nil
		case KindWebUser:
			user = ref.ID
		}
	}
	if user == "" {
		return nil, false, nil
	}
	links, err := r.LinksOfWebUser(user)
	for _, l := range links {
		accounts = append(accounts, l.Account)
	}
	return accounts, true, err
}

// sensitiveInside is a command that needs entitlements inside a masquerade alone, by what it is about.
type sensitiveInside interface {
	entitlementsInside(Reader) ([]string, error)
}

func authoriseMasquerade(r Reader, cmd Command) error {
	a := r.Actor()
	raises := false
	switch cmd.(type) {
	case *EndMasquerade:
		return nil
	case *StartMasquerade:
		return Err(CodeMasqueradeNested)
	case *RaiseMasquerade:
		raises = true
	}
	if !a.Mode.Changes() && !raises {
		return Err(CodeReadOnly)
	}
	policy, err := r.Policy()
	if err != nil {
		return err
	}
	if err := policy.MasqueradeOff(a); err != nil || raises {
		return err // how far it may be raised is the command's own to judge
	}
	if !policy.Allows(a, MayAct) {
		return Err(CodeNoPermission, "permission", string(MayAct))
	}
	if _, ok := cmd.(Assisting); !ok && a.Mode == ModeAssist {
		return Err(CodeReadOnly)
	}
	self, ok := cmd.(SelfService)
	if !ok {
		return Err(CodeNoPermission, "permission", string(cmd.Permission()))
	}
	if _, err := policy.entitled(r, cmd); err != nil {
		return err
	}
	if err := verified(r, policy, cmd); err != nil { // a masquerade is no way around the level that its command wants at the desk
		return err
	}
	return mayAt(r, a.OnBehalfOf, self.AccountNumber(), rightOf(cmd))
}

// mayAt says whether a web user's own link to an account has a right.
func mayAt(r Reader, webUserID, account string, right Right) error {
	link, err := Find[WebUserAccount](r, webUserID, account)
	if errors.Is(err, ErrNotHere) {
		return nil
	}
	if CodeOf(err) == CodeNotFound {
		return Err(CodeNotLinked, "username", webUserID, "account", account)
	}
	if err != nil {
		return err
	}
	if !link.May(right) {
		return Err(CodeNoPermission, "permission", string(MayChange))
	}
	return nil
}
