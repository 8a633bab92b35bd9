package care

// WriteNote keeps what a CSR wrote about an account.
type WriteNote struct {
	Account string `json:"account"`
	Text    string `json:"text"`
}

const noteRunes = 10_000

// Kind is note.write.
func (*WriteNote) Kind() string { return "note.write" }

// Permission is MayNote.
func (*WriteNote) Permission() Permission { return MayNote }

// Targets is the account.
func (c *WriteNote) Targets() []Ref { return []Ref{{KindAccount, c.Account}} }

// Validate wants an account and some text.
func (c *WriteNote) Validate() error {
	if c.Account == "" {
		return missing("account")
	}
	return validWords("text", c.Text, noteRunes, "10000")
}

// Check wants the account to exist.
func (c *WriteNote) Check(r Reader) error {
	if c.Account == "" {
		return nil
	}
	_, err := Find[Account](r, c.Account)
	return err
}

// Apply writes the note, and an activity that does not repeat its text.
func (c *WriteNote) Apply(tx Tx) error {
	note := Note{ID: tx.NewID("O"), Account: c.Account, Text: c.Text, By: tx.Actor().ID, At: tx.Now().UnixMilli(), ContactID: tx.Actor().Contact}
	if err := tx.Put(&note); err != nil {
		return err
	}
	return Log(tx, Activity{Account: c.Account, Sort: "note.written", Detail: Detail(map[string]string{"note_id": note.ID})})
}
