package care

import (
	"errors"
	"slices"
	"time"
)

// ScopeAll holds what every desk has: districts, staff, policy.
const ScopeAll = "g"

// ScopeNoDistrict holds persons who belong to no account, and so to no district. It goes with "all" districts.
const ScopeNoDistrict = "d:-"

// ScopeDistrict, ScopeUser and ScopeTeam name the scopes of a district, a CSR and a team.
func ScopeDistrict(id string) string { return "d:" + id }

// ScopeUser is the scope of one member of staff.
func ScopeUser(id string) string { return "u:" + id }

// ScopeTeam is the scope of a team.
func ScopeTeam(team string) string { return "t:" + team }

// ScopesOf lists the scopes that a member of staff may hold, given every district there is.
func ScopesOf(s Staff, districts []string) List {
	scopes := List{ScopeAll, ScopeUser(s.ID)}
	if s.Team != "" {
		scopes = append(scopes, ScopeTeam(s.Team))
	}
	if s.AllDistricts() {
		scopes = append(scopes, ScopeNoDistrict)
	}
	for _, d := range districts {
		if s.AllDistricts() || slices.Contains(s.Districts, d) {
			scopes = append(scopes, ScopeDistrict(d))
		}
	}
	slices.Sort(scopes)
	return scopes
}

// Scopes derives where a record may be seen. A record past the replica's depth stands nowhere: desks ask for it.
func Scopes(r Reader, rec Record) (List, error) {
	switch v := rec.(type) {
	case *District, *Staff, *PolicyEntry, *Reason:
		return List{ScopeAll}, nil
	case *Premise:
		return List{ScopeDistrict(v.DistrictID)}, nil
	case *Account:
		return List{ScopeDistrict(v.DistrictID)}, nil
	case *Person:
		return districtScopes(r.DistrictsOfPerson(v.ID))
	case *WebUser:
		return districtScopes(r.DistrictsOfWebUser(v.ID))
	case *WebUserLock:
		return districtScopes(r.DistrictsOfWebUser(v.WebUserID))
	case *WebUserLogon:
		return districtScopes(r.DistrictsOfWebUser(v.WebUserID))
	case *AccountPerson:
		return accountScope(r, v.Account)
	case *WebUserAccount:
		return accountScope(r, v.Account)
	case *Bill:
		return recent(r, "replica.bills", day(v.PeriodEnd), v.Account)
	case *Payment:
		return recent(r, "replica.bills", v.CreatedAt, v.Account)
	case *Adjustment:
		return recent(r, "replica.bills", day(v.On), v.Account)
	case *Usage:
		return recent(r, "replica.bills", day(v.To), v.Account)
	case *Notification:
		return happened(r, v.SentAt, v.Account, v.WebUserID)
	case *Activity:
		return happened(r, v.At, v.Account, v.WebUserID)
	case *Note:
		return accountScope(r, v.Account)
	case *Task:
		return withTeam(r, v.Account, v.CSRID)
	case *Masquerade:
		return withTeam(r, v.Account, v.CSRID)
	case *Contact:
		if old, err := tooOld(r, "replica.activity", v.OpenedAt); old || err != nil {
			return nil, err
		}
		return withUser(r, v.Account, v.CSRID)
	case *Callback:
		return withUser(r, v.Account, v.CSRID)
	case *Recovery:
		return districtScopes(r.DistrictsOfWebUser(v.WebUserID))
	}
	return nil, Err(CodeFault)
}

func districtScopes(districts []string, err error) (List, error) {
	if err != nil {
		return nil, err
	}
	if len(districts) == 0 {
		return List{ScopeNoDistrict}, nil
	}
	var scopes List
	for _, d := range districts {
		scopes = append(scopes, ScopeDistrict(d))
	}
	slices.Sort(scopes)
	return slices.Compact(scopes), nil
}

func accountScope(r Reader, number string) (List, error) {
	account, err := Find[Account](r, number)
	if errors.Is(err, ErrNotHere) {
		return List{ScopeNoDistrict}, nil
	}
	if err != nil {
		return nil, err
	}
	return List{ScopeDistrict(account.DistrictID)}, nil
}

func withTeam(r Reader, account, csr string) (List, error) {
	scopes, err := accountScope(r, account)
	if err != nil || csr == "" {
		return scopes, err
	}
	staff, err := Find[Staff](r, csr)
	if errors.Is(err, ErrNotHere) || CodeOf(err) == CodeNotFound {
		return scopes, nil
	}
	if err == nil && staff.Team != "" {
		scopes = append(scopes, ScopeTeam(staff.Team))
	}
	return scopes, err
}

// withUser is withTeam and the scope of the member of staff: what is theirs they hold, in whatever district it is.
func withUser(r Reader, account, csr string) (List, error) {
	scopes, err := withTeam(r, account, csr)
	if err != nil || csr == "" {
		return scopes, err
	}
	return append(scopes, ScopeUser(csr)), nil
}

// happened is where something stands that happened about an account, or about a web user who has none.
func happened(r Reader, at int64, account, webUser string) (List, error) {
	if account != "" {
		return recent(r, "replica.activity", at, account)
	}
	if old, err := tooOld(r, "replica.activity", at); old || err != nil {
		return nil, err
	}
	return districtScopes(r.DistrictsOfWebUser(webUser))
}

// recent is the account's scope, or none where the record lies before the policy's depth.
func recent(r Reader, depthKey string, at int64, account string) (List, error) {
	if old, err := tooOld(r, depthKey, at); old || err != nil {
		return nil, err
	}
	return accountScope(r, account)
}

func tooOld(r Reader, depthKey string, at int64) (bool, error) {
	policy, err := r.Policy()
	return err == nil && at < Depth(policy, depthKey, r.Now()).UnixMilli(), err
}

// Depth is the oldest instant that a desk keeps of "replica.bills" (months) or "replica.activity" (days).
func Depth(p Policy, key string, now time.Time) time.Time {
	if key == "replica.bills" {
		return now.AddDate(0, -p.Int(key), 0)
	}
	return now.AddDate(0, 0, -p.Int(key))
}

func day(civil string) int64 {
	t, err := time.Parse(time.DateOnly, civil)
	if err != nil {
		return 0
	}
	return t.UnixMilli()
}
