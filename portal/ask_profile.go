package portal

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"meterside/care"
	"meterside/portal/external"
	"meterside/portal/store"
	"meterside/records"
)

// logProfile logs that the service for web users is asked about one, before it is.
func logProfile(_ context.Context, a *asked, q *care.AskProfile) (any, error) {
	if err := q.Check(a.tx); err != nil {
		return nil, err
	}
	return nil, care.LogProfile(a.tx, q.WebUserID, q.Account, care.ProfileAsked, nil)
}

// readProfile gives what the service says of a web user.
func readProfile(ctx context.Context, a *asked, q *care.AskProfile) (any, error) {
	service, from, user, err := a.profiles(ctx, q.WebUserID)
	if err != nil {
		return nil, err
	}
	return answerOf(service.Facts(ctx, from, user, uuid.NewString()))
}

// logUnlock logs that the service is asked to lift a password lock, before it is.
func logUnlock(_ context.Context, a *asked, q *care.UnlockProfile) (any, error) {
	if err := q.Check(a.tx); err != nil {
		return nil, err
	}
	return nil, care.LogProfile(a.tx, q.WebUserID, q.Account, care.ProfileUnlockAsked, map[string]string{"reason": q.Reason, "words": q.Words})
}

// readUnlock has the service lift the lock, and logs what became of it, though whoever asked has gone.
func readUnlock(ctx context.Context, a *asked, q *care.UnlockProfile) (any, error) {
	ctx = context.WithoutCancel(ctx)
	service, from, user, err := a.profiles(ctx, q.WebUserID)
	if err != nil {
		return nil, err
	}
	given, err := service.Unlock(ctx, from, user, a.ID, external.Unlocking{Reason: q.Reason, Words: q.Words})
	sort, detail := care.ProfileUnlocked, map[string]string{"reason": q.Reason, "words": q.Words}
	if err != nil {
		sort, detail = care.ProfileUnlockFailed, map[string]string{"code": string(care.CodeOf(err))}
	}
	_, unlogged := a.Store.Update(store.Recording(ctx), store.Options{Actor: a.actor, Now: a.Now(), Command: uuid.NewString()}, func(tx *store.Tx) error {
		return care.LogProfile(tx, q.WebUserID, q.Account, sort, detail)
	})
	return answerOf(given, errors.Join(err, unlogged))
}

// profiles are the service that policy names, in whose name it is asked, and whom about.
func (a *asked) profiles(ctx context.Context, webUserID string) (s external.Profiles, from external.From, user care.WebUser, err error) {
	policy, err := records.LoadPolicy(ctx, a.Store.Reader())
	if err != nil {
		return s, from, user, err
	}
	s = external.Profiles{Address: policy.ProfilesElsewhere(), Within: a.ProfilesWithin}
	if s.Address == "" {
		return s, from, user, care.Err(care.CodeProfilesOff)
	}
	if ok, err := records.Load(ctx, a.Store.Reader(), &user, webUserID); err != nil || !ok {
		return s, from, user, errorOr(err, notFound(care.KindWebUser, webUserID))
	}
	from, err = a.from(ctx, a.actor)
	return s, from, user, err
}

func answerOf(facts care.ProfileFacts, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return facts, nil
}
