package care

// Conversing is a command or question that serves a conversation with a caller, and changes nothing of their account: the contact, who
// calls, what was noted and promised. Whoever may search all districts may send it about an account beyond their own districts,
// which their desk fetched for the contact: a caller is heard wherever their account is (R9, R25).
type Conversing interface {
	// Within says whether it has to be done under an open contact of the actor's own about the account.
	Within() bool
}

// Within is false: it begins the contact.
func (*OpenContact) Within() bool { return false }

// Within is false: it names its contact itself.
func (*UpdateContact) Within() bool { return false }

// Within is false: a contact that ended meanwhile is still wrapped up.
func (*CloseContact) Within() bool { return false }

// Within is false: it names its contact itself.
func (*OverrideVerification) Within() bool { return false }

// Within is false: it names its contact itself.
func (*VerifyCaller) Within() bool { return false }

// Within is false: it is asked when the contact begins.
func (*CallerFacts) Within() bool { return false }

// Within is true: what is noted was said in the contact.
func (*WriteNote) Within() bool { return true }

// Within is true: what is promised was promised in the contact.
func (*PlanCallback) Within() bool { return true }

// Within is false: a promise is kept long after.
func (*EndCallback) Within() bool { return false }

// Beyond says whether the actor may name an account outside of their scopes in a command or question.
func Beyond(r Reader, asked any, account string) (bool, error) {
	talk, ok := asked.(Conversing)
	if !ok || r.Actor().Origin != OriginDesk {
		return false, nil
	}
	policy, err := r.Policy()
	if err != nil || !policy.Allows(r.Actor(), MaySearchAll) {
		return false, err
	}
	if !talk.Within() {
		return true, nil
	}
	_, err = OwnOpenContact(r, r.Actor().Contact, account)
	if code := CodeOf(err); code == CodeNotFound || code == CodeContactClosed {
		return false, nil
	}
	return err == nil, err
}
