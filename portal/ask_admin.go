package portal

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"meterside/care"
	"meterside/records"
)

// changePolicy sets keys of the policy. What was changed meanwhile by somebody else is refused, so that no administrator
// undoes another's change unseen; and one always stays who may change it back.
func changePolicy(ctx context.Context, a *asked, q *care.ChangePolicy) (any, error) {
	before, err := a.tx.Policy()
	if err != nil {
		return nil, err
	}
	if stale := q.StaleKeys(before); len(stale) > 0 {
		return nil, care.Err(care.CodeStale, "fields", strings.Join(stale, ", "))
	}
	staff, err := records.Select[care.Staff](ctx, a.tx.Conn, "")
	if err != nil {
		return nil, err
	}
	if !before.With(q.Changes).KeepsAnAdministrator(staff) {
		return nil, care.Err(care.CodeLastAdministrator)
	}
	changed := map[string]care.Change{}
	for _, key := range slices.Sorted(maps.Keys(q.Changes)) {
		if before[key] == q.Changes[key] {
			continue
		}
		changed[key] = care.Change{Before: before[key], After: q.Changes[key]}
		entry := care.PolicyEntry{Key: key, Value: q.Changes[key], By: a.actor.ID, At: a.now.UnixMilli()}
		if entry.Value == "" {
			err = a.tx.Delete(&entry)
		} else {
			err = a.tx.Put(&entry)
		}
		if err != nil {
			return nil, err
		}
	}
	return changed, care.Log(a.tx, care.Activity{Sort: "policy.changed", Detail: care.Detail(map[string]any{"changes": changed, "words": q.Words})})
}

// aPage is how much of a history is answered at once.
const aPage = 50

// policyHistory lists the newest changes of the policy before a time.
func policyHistory(ctx context.Context, a *asked, q *care.PolicyHistory) (any, error) {
	if err := care.Log(a.tx, care.Activity{Sort: "policy.read"}); err != nil {
		return nil, err
	}
	before := q.Before
	if before == 0 {
		before = a.now.UnixMilli() + 1
	}
	return records.Select[care.Activity](ctx, a.tx.Conn, `WHERE kind IN ('policy.changed', 'staff.changed', 'reason.changed', 'device.revoked', 'device.allowed')
		AND happened_at < $1 ORDER BY happened_at DESC, activity_id DESC LIMIT $2`, before, aPage)
}

// changeStaff makes or changes a member of staff, and their password where one is given.
func changeStaff(ctx context.Context, a *asked, q *care.ChangeStaff) (any, error) {
	before, err := care.Find[care.Staff](a.tx, q.ID)
	there := err == nil
	switch {
	case err != nil && care.CodeOf(err) != care.CodeNotFound:
		return nil, err
	case there && q.New:
		return nil, care.Err(care.CodeInvalid, "field", "csr_id", "problem", "is taken")
	case !there && !q.New:
		return nil, err
	}
	if err := knownDistricts(a.tx, q.Districts); err != nil {
		return nil, err
	}
	after := care.Staff{ID: q.ID, Name: q.Name, Role: q.Role, Team: q.Team, Districts: q.Districts, Active: q.Active, OwnUsers: before.OwnUsers}
	if q.OwnUsers != nil {
		if after.OwnUsers, err = ownUsers(ctx, a, q.OwnUsers); err != nil {
			return nil, err
		}
	}
	if err := a.tx.Put(&after); err != nil {
		return nil, err
	}
	policy, err := a.tx.Policy()
	if err != nil {
		return nil, err
	}
	all, err := records.Select[care.Staff](ctx, a.tx.Conn, "")
	if err != nil {
		return nil, err
	}
	if !policy.KeepsAnAdministrator(all) {
		return nil, care.Err(care.CodeLastAdministrator)
	}
	if q.Password != "" {
		hash, err := a.hashPassword(string(q.Password))
		if err != nil {
			return nil, err
		}
		if err := a.signOutEverywhere(ctx, a.tx, q.ID); err != nil {
			return nil, err
		}
		if _, err := a.tx.Conn.ExecContext(ctx, keepStaffHash, q.ID, hash); err != nil {
			return nil, fmt.Errorf("setting a password: %w", err)
		}
	}
	from, to := map[string]any{}, map[string]any{}
	if there {
		records.Difference(&before, &after, from, to)
	} else {
		records.Difference(nil, &after, from, to)
	}
	detail := map[string]any{"csr_id": q.ID, "before": from, "after": to, "password": q.Password != ""}
	return after, care.Log(a.tx, care.Activity{Sort: "staff.changed", Detail: care.Detail(detail)})
}

// ownUsers are the web users that somebody of the staff has, by their user names: each must be there. A masquerade as one of
// them ends.
func ownUsers(ctx context.Context, a *asked, names care.List) (care.List, error) {
	var own care.List
	for _, name := range names {
		found, err := records.Select[care.WebUser](ctx, a.tx.Conn, "WHERE username = $1", name)
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			return nil, care.Err(care.CodeInvalid, "field", "own_users", "problem", name+" is no user name on the customers' portal")
		}
		if slices.Contains(own, name) {
			continue
		}
		own = append(own, name)
		if err := a.endMasquerades(ctx, a.tx, "permission_lost", "web_user_id = $1", found[0].ID); err != nil {
			return nil, err
		}
	}
	return own, nil
}

// changeReason makes or changes an entry of a catalogue of reasons.
func changeReason(_ context.Context, a *asked, q *care.ChangeReason) (any, error) {
	entry := care.Reason{Sort: q.Sort, ID: q.ID, Rank: q.Rank, English: q.English, Spanish: q.Spanish, Retired: q.Retired}
	if err := a.tx.Put(&entry); err != nil {
		return nil, err
	}
	return entry, care.Log(a.tx, care.Activity{Sort: "reason.changed", Detail: care.Detail(q)})
}

func listDevices(ctx context.Context, a *asked, _ *care.Devices) (any, error) {
	return a.Devices(ctx)
}

func logDevices(_ context.Context, a *asked, _ *care.Devices) (any, error) {
	return nil, care.Log(a.tx, care.Activity{Sort: "devices.read"})
}

// changeDevice takes a desk its access or gives it back. Nobody takes it from the desk at which they sit.
func changeDevice(ctx context.Context, a *asked, q *care.ChangeDevice) (any, error) {
	if q.Revoked && q.Device == a.actor.Desk {
		return nil, care.Err(care.CodeInvalid, "field", "device_id", "problem", "is the desk at which you sit")
	}
	at := int64(0)
	if q.Revoked {
		at = a.now.UnixMilli()
	}
	return nil, a.revoke(ctx, a.tx, q.Device, at)
}

func logLetter(_ context.Context, a *asked, q *care.TryLetter) (any, error) {
	return nil, care.Log(a.tx, care.Activity{Sort: "letter.tried", Detail: care.Detail(map[string]string{"template": q.Template, "language": q.Language})})
}

// tryLetter writes a message as it would go out after a change of the policy.
func tryLetter(ctx context.Context, a *asked, q *care.TryLetter) (any, error) {
	policy, err := a.Policy(ctx)
	if err != nil {
		return nil, err
	}
	if a.Letters == nil {
		return nil, care.Err(care.CodeNotFound, "what", "letter", "id", q.Template)
	}
	return a.Letters(policy.With(q.Changes), q.Template, q.Language, a.now), nil
}
