package care

import (
	"encoding/json"
	"slices"
	"time"
)

// MayConfirm refuses whoever asked for something that a second person has to confirm, who may not review, who is offline, and
// what does not fit any more; a task that needs nobody is for all.
func MayConfirm(r Reader, task Task) (err error) {
	if task.NeedsSecond() {
		_, _, err = confirmable(r, task)
	}
	return err
}

// confirmable is the command that a task keeps, and who sent it, where the actor may confirm it.
func confirmable(r Reader, task Task) (Command, Actor, error) {
	policy, err := r.Policy()
	if err == nil {
		err = secondTo(policy, r.Actor(), task)
	}
	if err == nil && r.Actor().Offline {
		err = Err(CodeOnlineOnly)
	}
	if err != nil {
		return nil, Actor{}, err
	}
	return asAsked(r, task)
}

// secondTo refuses whoever is no second person to a task.
func secondTo(policy Policy, who Actor, task Task) error {
	if task.CSRID == who.ID || !policy.Allows(who, MayReview) {
		return Err(CodeSecondPerson)
	}
	return nil
}

// asAsked is the command that a task keeps and who sent it, if they may still send it, and it can still be done.
func asAsked(r Reader, task Task) (Command, Actor, error) {
	asked, _ := task.Asked()
	var cmd Command = &UnlinkWebUser{WebUserID: task.WebUserID, Account: task.Account, Words: asked.Words}
	if asked.Command != "" {
		var err error
		if cmd, err = Decode(asked.Command, asked.Args); err != nil {
			return nil, Actor{}, err
		}
	}
	maker, err := makerOf(r, task, asked)
	if err != nil {
		return nil, maker, err
	}
	if err := stillMay(acting{r, maker, time.UnixMilli(task.CreatedAt)}, cmd, task); err != nil {
		return nil, maker, err
	}
	if err := cmd.Validate(); err != nil {
		return nil, maker, err
	}
	return cmd, maker, cmd.Check(acting{r, maker, r.Now()})
}

// makerOf is who asked for what a task keeps, with what they are by now.
func makerOf(r Reader, task Task, asked AskedOfSecond) (Actor, error) {
	staff, err := Find[Staff](r, task.CSRID)
	if err == nil && !staff.Active || CodeOf(err) == CodeNotFound {
		err = Err(CodeMakerMayNot, "csr", task.CSRID)
	}
	maker := Actor{
		ID: task.CSRID, Name: staff.Name, Origin: task.Origin, Role: staff.Role, Team: staff.Team, IP: task.IP, Desk: asked.Desk,
		Session: task.Session, Mode: asked.Mode, Offline: task.Offline, Contact: task.ContactID,
	}
	if maker.Origin == OriginMasquerade {
		maker.OnBehalfOf = task.WebUserID
	}
	return maker, err
}

// stillMay refuses what its maker could not send any more, as they are by now and with the caller of then.
func stillMay(r Reader, cmd Command, task Task) error {
	policy, err := r.Policy()
	if err != nil {
		return err
	}
	who, gone := r.Actor(), Err(CodeMakerMayNot, "csr", task.CSRID)
	if who.Origin == OriginMasquerade {
		if !who.Mode.Within(policy.MasqueradeLimit(who)) {
			return gone
		}
		user, err := Find[WebUser](r, who.OnBehalfOf)
		if err == nil {
			err = notLocked(r, user)
		}
		if err != nil {
			return err
		}
	}
	switch err := Authorise(r, cmd); CodeOf(err) {
	case CodeNoPermission, CodeEntitlement, CodeReadOnly, CodeConsoleOff, CodePortalOff, CodeVerifyFirst:
		return gone
	case "":
	default:
		return err
	}
	account, err := Find[Account](r, task.Account)
	if err != nil {
		return err
	}
	staff, err := Find[Staff](r, who.ID)
	if err != nil || staff.AllDistricts() || slices.Contains(staff.Districts, account.DistrictID) {
		return err
	}
	if beyond, err := Beyond(r, cmd, task.Account); err != nil || beyond {
		return err
	}
	return gone
}

// acting is a Reader with another actor, at another time.
type acting struct {
	Reader
	actor Actor
	now   time.Time
}

// Actor is the other.
func (a acting) Actor() Actor { return a.actor }

// Now is the other time.
func (a acting) Now() time.Time { return a.now }

// approve does what a task asks a second person for: the command as it was sent, in the name of who sent it, with the task
// itself as the one that the command makes. It refuses what would change something else than what the second person sees.
func approve(tx Tx, task Task, words string) error {
	cmd, maker, err := confirmable(tx, task)
	if err != nil {
		return err
	}
	asked, _ := task.Asked()
	would, err := rehearse(&approved{Tx: tx, maker: maker}, cmd)
	if err != nil {
		return err
	}
	if stale := otherwise(asked.Fields, would.fields()); len(stale) > 0 {
		return Err(CodeStale, "fields", List(stale).String())
	}
	doing := &approved{Tx: tx, maker: maker, task: task, second: tx.Actor().ID, words: words}
	if err := cmd.Apply(doing); err != nil {
		return err
	}
	if !doing.done {
		done := task
		done.Status, done.Detail = TaskComplete, Detail(asked.Fields)
		if err := doing.end(&done); err != nil {
			return err
		}
	}
	return logTask(tx, task, ApprovalGiven, map[string]any{"made_by": task.CSRID, "words": words})
}

// otherwise names the fields that are not before as a second person sees them, or would not be after.
func otherwise(seen, would map[string]json.RawMessage) (fields []string) {
	for field, was := range seen {
		var change Change
		isChange := json.Unmarshal(was, &change) == nil && (change.Before != nil || change.After != nil)
		if isChange && string(would[field]) != string(was) {
			fields = append(fields, field)
		}
	}
	slices.Sort(fields)
	return fields
}

// approved is a Tx in which a command is done in the name of who asked for it.
type approved struct {
	Tx
	maker  Actor
	task   Task   // the one that waited; it becomes the first that the command makes
	second string // who approved it
	words  string
	given  bool // its ID
	done   bool
}

// Actor is who asked for it.
func (a *approved) Actor() Actor { return a.maker }

// NewID gives the command's first task the ID of the one that waited.
func (a *approved) NewID(prefix string) string {
	if prefix == "T" && a.task.ID != "" && !a.given {
		a.given = true
		return a.task.ID
	}
	return a.Tx.NewID(prefix)
}

// Put writes the task that waited as what became of it.
func (a *approved) Put(rec Record) error {
	if task, ok := rec.(*Task); ok && a.given && task.ID == a.task.ID {
		return a.end(task)
	}
	return a.Tx.Put(rec)
}

// end writes the task that waited, made by who asked for it and approved by the second.
func (a *approved) end(task *Task) error {
	a.done = true
	task.CreatedAt, task.Assignee, task.Meta = a.task.CreatedAt, a.task.Assignee, a.task.Meta
	if task.Final() {
		task.HandledBy, task.HandledAt, task.Words = a.second, a.Now().UnixMilli(), a.words
	}
	detail := map[string]json.RawMessage{}
	_ = json.Unmarshal([]byte(task.Detail), &detail) // one without a detail gets its first
	detail["approved_by"] = json.RawMessage(Detail(a.second))
	task.Detail = Detail(detail)
	return a.Tx.Put(task)
}
