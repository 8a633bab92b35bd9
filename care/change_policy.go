package care

import (
	"maps"
	"slices"
	"strconv"
)

// ChangePolicy sets keys of the policy, or takes them back to their defaults. It is asked of the portal, never queued: a
// policy that is in force on one desk only would be none.
type ChangePolicy struct {
	Changes map[string]string `json:"changes"` // by key; "" takes back to the default
	Seen    map[string]string `json:"seen"`    // what the administrator saw of each of these keys; "" for what was not set
	Words   string            `json:"words,omitempty"`
}

const mostPolicyChanges = 200

// Kind is policy.change.
func (*ChangePolicy) Kind() string { return "policy.change" }

// Permission is MayAdminister.
func (*ChangePolicy) Permission() Permission { return MayAdminister }

// Targets are none: policy stands in every scope.
func (*ChangePolicy) Targets() []Ref { return nil }

// Validate refuses keys that there are not, and values that they do not take.
func (q *ChangePolicy) Validate() error {
	switch {
	case len(q.Changes) == 0:
		return Err(CodeNothingToChange)
	case len(q.Changes) > mostPolicyChanges:
		return Err(CodeTooLong, "field", "changes", "most", "200")
	case len(q.Words) > 500:
		return Err(CodeTooLong, "field", "words", "most", "500")
	}
	for _, key := range slices.Sorted(maps.Keys(q.Changes)) {
		k, ok := PolicyKeyOf(key)
		if !ok {
			return Err(CodeInvalid, "field", key, "problem", "is no key of the policy")
		}
		if value := q.Changes[key]; value != "" {
			if err := k.Valid(value); err != nil {
				return err
			}
		}
	}
	return nil
}

// With is the policy as it is after changes.
func (p Policy) With(changes map[string]string) Policy {
	next := maps.Clone(p)
	if next == nil {
		next = Policy{}
	}
	for key, value := range changes {
		if value == "" {
			delete(next, key)
		} else {
			next[key] = value
		}
	}
	return next
}

// StaleKeys names the keys that somebody else changed since they were seen, in order.
func (q *ChangePolicy) StaleKeys(now Policy) []string {
	var stale []string
	for key, wanted := range q.Changes {
		if now[key] != q.Seen[key] && now[key] != wanted {
			stale = append(stale, key)
		}
	}
	slices.Sort(stale)
	return stale
}

// KeepsAnAdministrator says whether somebody could still change the policy.
func (p Policy) KeepsAnAdministrator(staff []Staff) bool {
	return slices.ContainsFunc(staff, func(s Staff) bool {
		who := Actor{ID: s.ID, Role: s.Role}
		return s.Active && p.Allows(who, MayAdminister) && p.Allows(who, MayView)
	})
}

// Effect is one thing that a change of policy changes for a member of staff.
type Effect struct {
	Staff   string `json:"csr_id"`
	Name    string `json:"name"`
	What    string `json:"what"`    // a permission, an entitlement with "entitlements." before it, or a key of the policy; "masquerade.mode" is that of the role
	Before  string `json:"before"`  // allow, deny, second_person; a mode; the key's value
	After   string `json:"after"`   //
	Because string `json:"because"` // the key that decides after the change; "" for what the role brings
}

// DryRun lists what changes for whom among the active staff, in the order of their IDs. What changes for everybody alike,
// such as a text, is the change itself and not listed.
func (p Policy) DryRun(changes map[string]string, staff []Staff) []Effect {
	next := p.With(changes)
	effects := []Effect{}
	kinds := slices.DeleteFunc(verifiable(), func(kind string) bool { return p.VerifyLevel(kind) == next.VerifyLevel(kind) })
	for _, s := range staff {
		if !s.Active {
			continue
		}
		who := Actor{ID: s.ID, Role: s.Role, Origin: OriginDesk}
		note := func(what, before, after, because string) {
			if before != after {
				effects = append(effects, Effect{Staff: s.ID, Name: s.Name, What: what, Before: before, After: after, Because: because})
			}
		}
		for _, perm := range Permissions() {
			note(string(perm), allowed(p.Allows(who, perm)), allowed(next.Allows(who, perm)), next.decides("permissions.", who, string(perm)))
		}
		for _, task := range Entitlements() {
			note("entitlements."+task, p.ofActor("entitlements.", who, task), next.ofActor("entitlements.", who, task), next.decides("entitlements.", who, task))
		}
		note("masquerade.mode", string(p.MasqueradeMode(s.Role)), string(next.MasqueradeMode(s.Role)), "masquerade.mode."+string(s.Role))
		note("console.enabled", p.console(who), next.console(who), "console.enabled")
		if next.Allows(who, MayMasquerade) {
			note("portal.hand_over", p.HandOver(), next.HandOver(), "portal.hand_over")
		}
		for _, kind := range kinds {
			if next.Allows(who, permissionOf(kind)) {
				note("verify."+kind, p.level(kind), next.level(kind), next.levelKey(kind))
			}
		}
	}
	return effects
}

// console says whether the desk is switched on for somebody.
func (p Policy) console(who Actor) string {
	if p.ConsoleOff(who) {
		return "off"
	}
	return "on"
}

// verifiable are the kinds for which policy can want the caller verified.
func verifiable() []string {
	return slices.Concat([]string{"account.view"}, CommandKinds(), QuestionKinds())
}

// permissionOf is what somebody needs for a kind of command or question, or to open an account.
func permissionOf(kind string) Permission {
	if command, ok := commands[kind]; ok {
		return command().Permission()
	}
	if question, ok := questions[kind]; ok {
		return question().Permission()
	}
	return MayView
}

func (p Policy) level(kind string) string { return strconv.FormatInt(p.VerifyLevel(kind), 10) }

// levelKey is the key that decides how far a caller is to be verified before a kind.
func (p Policy) levelKey(kind string) string {
	if p.verifyLevel(kind) < p.verifyLevel(noLess[kind]) {
		kind = noLess[kind]
	}
	return "verify." + kind
}

func allowed(yes bool) string {
	if yes {
		return "allow"
	}
	return "deny"
}

// decides is the key that says whether an actor may; "" where it is the role alone.
func (p Policy) decides(group string, a Actor, what string) string {
	for _, key := range []string{group + "staff." + a.ID + "." + what, group + string(a.Role) + "." + what, group + what} {
		if p[key] != "" {
			return key
		}
	}
	return ""
}

// Entitlements lists the sensitive tasks, in the order in which people read them.
func Entitlements() []string {
	var tasks []string
	for _, k := range policyKeys {
		if k.Group == "entitlements" {
			tasks = append(tasks, k.Key[len("entitlements."):])
		}
	}
	return tasks
}

// Standing is what a member of staff may, and which key decides it.
type Standing struct {
	What string `json:"what"`
	Is   string `json:"is"`            // allow, deny, second_person; a mode
	Key  string `json:"key,omitempty"` // "" for what the role brings
}

// Explain lists what a member of staff may and why: every permission, every entitlement, the mode of masquerade, whether the desk is
// switched on for them, and how far their callers are to be verified before what.
func (p Policy) Explain(s Staff) []Standing {
	who := Actor{ID: s.ID, Role: s.Role, Origin: OriginDesk}
	var all []Standing
	for _, perm := range Permissions() {
		all = append(all, Standing{string(perm), allowed(s.Active && p.Allows(who, perm)), p.decides("permissions.", who, string(perm))})
	}
	for _, task := range Entitlements() {
		all = append(all, Standing{"entitlements." + task, p.ofActor("entitlements.", who, task), p.decides("entitlements.", who, task)})
	}
	all = append(all, Standing{"masquerade.mode", string(p.MasqueradeMode(s.Role)), "masquerade.mode." + string(s.Role)},
		Standing{"console.enabled", p.console(who), "console.enabled"})
	for _, kind := range verifiable() {
		if p.VerifyLevel(kind) > 0 && p.Allows(who, permissionOf(kind)) {
			all = append(all, Standing{"verify." + kind, p.level(kind), p.levelKey(kind)})
		}
	}
	return all
}
