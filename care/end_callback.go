package care

import "slices"

// EndCallback says what became of a promised call.
type EndCallback struct {
	CallbackID string `json:"callback_id"`
	Account    string `json:"account"`
	Outcome    string `json:"outcome"` // one of CallbackOutcomes
}

// CallbackOutcomes are how a promised call ends: the customer was called, was called and not reached, or it is not needed
// any more.
var CallbackOutcomes = []string{"kept", "unreached", "dropped"}

// Kind is callback.done.
func (*EndCallback) Kind() string { return "callback.done" }

// Permission is MayContact.
func (*EndCallback) Permission() Permission { return MayContact }

// Targets is the account.
func (c *EndCallback) Targets() []Ref { return []Ref{{KindAccount, c.Account}} }

// Validate wants a callback, its account and an outcome.
func (c *EndCallback) Validate() error {
	switch {
	case c.CallbackID == "":
		return missing("callback_id")
	case c.Account == "":
		return missing("account")
	case !slices.Contains(CallbackOutcomes, c.Outcome):
		return Err(CodeNoChoice, "field", "outcome", "choices", List(CallbackOutcomes).String())
	}
	return nil
}

// Check wants the promise to be open.
func (c *EndCallback) Check(r Reader) error {
	if c.CallbackID == "" {
		return nil
	}
	_, err := c.promise(r)
	return err
}

func (c *EndCallback) promise(r Reader) (Callback, error) {
	promise, err := Find[Callback](r, c.CallbackID)
	switch {
	case err != nil:
	case promise.Account != c.Account:
		err = Err(CodeNotFound, "what", "callback", "id", c.CallbackID)
	case promise.DoneAt != 0:
		err = Err(CodeCallbackDone, "by", promise.DoneBy)
	}
	return promise, err
}

// Apply ends the promise.
func (c *EndCallback) Apply(tx Tx) error {
	promise, err := c.promise(tx)
	if err != nil {
		return err
	}
	promise.DoneAt, promise.DoneBy, promise.Outcome = tx.Now().UnixMilli(), tx.Actor().ID, c.Outcome
	if err := tx.Put(&promise); err != nil {
		return err
	}
	return Log(tx, Activity{Account: c.Account, Sort: "callback.done", Detail: Detail(map[string]string{"callback_id": promise.ID, "outcome": c.Outcome})})
}
