package care

import "time"

// The sorts of recoveries.
const (
	RecoverByLink  = "link"
	RecoverByCode  = "code"
	RecoverByEmail = "email" // a link to a new address of theirs, which it proves
)

// Live says whether a link or a code still works at a time.
func (r *Recovery) Live(now time.Time) bool {
	return r.UsedAt == 0 && r.RevokedAt == 0 && now.UnixMilli() < r.EndsAt
}

// signable gives a web user who could sign in if they knew their password: neither locked nor deactivated, and with a
// validated address (R50). Recovery is for nobody else.
func signable(r Reader, webUserID string) (WebUser, error) {
	user, err := Find[WebUser](r, webUserID)
	if err != nil {
		return user, err
	}
	locks, err := r.Locks(webUserID)
	switch {
	case err != nil:
		return user, err
	case Deactivated(user, locks):
		return user, Err(CodeDeactivated, "username", user.Username)
	case len(locks) > 0:
		return user, Err(CodeWebUserLocked, "username", user.Username)
	case user.Enrolment != Enrolled:
		return user, Err(CodeNotEnrolled, "username", user.Username)
	}
	return user, nil
}

// give writes a new recovery of a sort, which ends after what policy says under key, and revokes the earlier ones: of each
// sort one works at a time.
func give(tx Tx, user WebUser, sort, address, key string) (Recovery, error) {
	policy, err := tx.Policy()
	if err != nil {
		return Recovery{}, err
	}
	if _, err := revoke(tx, user.ID, sort); err != nil {
		return Recovery{}, err
	}
	given := Recovery{
		ID: tx.NewID("R"), WebUserID: user.ID, Sort: sort, Address: address, By: tx.Actor().ID,
		At: tx.Now().UnixMilli(), EndsAt: tx.Now().Add(policy.Duration(key)).UnixMilli(),
	}
	return given, tx.Put(&given)
}

// revoke ends what works of a sort, and says how many that were.
func revoke(tx Tx, webUserID, sort string) (int, error) {
	live, err := liveOf(tx, webUserID, sort)
	for _, old := range live {
		old.RevokedAt, old.RevokedBy = tx.Now().UnixMilli(), tx.Actor().ID
		if err := tx.Put(&old); err != nil {
			return 0, err
		}
	}
	return len(live), err
}

// liveOf are a web user's recoveries of a sort that work now.
func liveOf(r Reader, webUserID, sort string) ([]Recovery, error) {
	all, err := r.Recoveries(webUserID)
	var live []Recovery
	for _, each := range all {
		if each.Sort == sort && each.Live(r.Now()) {
			live = append(live, each)
		}
	}
	return live, err
}
