package care

// Task is a self-service task: something a customer could do alone, done by them or by a CSR for them (R67, R68).
type Task struct {
	ID          string    `json:"task_id" cbor:"1,keyasint" key:"1"`
	Sort        string    `json:"kind" cbor:"2,keyasint"`
	Status      string    `json:"status" cbor:"3,keyasint"` // one of TaskStatuses
	Account     string    `json:"account_number" cbor:"4,keyasint"`
	WebUserID   string    `json:"web_user_id" cbor:"5,keyasint,omitempty"` // R67's Self-Service User ID
	CreatedAt   int64     `json:"created_at" cbor:"6,keyasint"`
	CreatedBy   ActorKind `json:"created_by" cbor:"7,keyasint"`
	Origin      Origin    `json:"origin" cbor:"8,keyasint"`
	CSRID       string    `json:"csr_id" cbor:"9,keyasint,omitempty"`
	WebUserName string    `json:"web_user_name" cbor:"10,keyasint,omitempty"` // "" when a CSR made it
	Email       string    `json:"email" cbor:"11,keyasint,omitempty"`         // "" when a CSR made it: not applicable
	IP          string    `json:"ip" cbor:"12,keyasint,omitempty"`
	Session     string    `json:"session_id" cbor:"13,keyasint,omitempty"`
	Offline     bool      `json:"offline" cbor:"14,keyasint,omitempty"` // IP is where the desk came back online
	Detail      string    `json:"detail" cbor:"15,keyasint,omitempty"`  // JSON: field -> before, after
	ContactID   string    `json:"contact_id" cbor:"16,keyasint,omitempty"`
	Assignee    string    `json:"assignee" cbor:"17,keyasint,omitempty"` // the member of staff whose it is to do
	HandledBy   string    `json:"handled_by" cbor:"18,keyasint,omitempty"`
	HandledAt   int64     `json:"handled_at" cbor:"19,keyasint,omitempty"`
	Words       string    `json:"words" cbor:"20,keyasint,omitempty"` // why it was rejected or cancelled
	Meta
}

// Activity is one entry of the log of an account: what happened, when, by whom.
type Activity struct {
	ID        string    `json:"activity_id" cbor:"1,keyasint" key:"1"`
	Account   string    `json:"account_number" cbor:"2,keyasint,omitempty"`
	WebUserID string    `json:"web_user_id" cbor:"3,keyasint,omitempty"`
	At        int64     `json:"at" db:"happened_at" cbor:"4,keyasint"`
	Sort      string    `json:"kind" cbor:"5,keyasint"`
	Actor     string    `json:"actor" cbor:"6,keyasint"` // a user name or a staff ID
	ActorKind ActorKind `json:"actor_kind" cbor:"7,keyasint"`
	Session   string    `json:"session_id" cbor:"8,keyasint,omitempty"`
	IP        string    `json:"ip" cbor:"9,keyasint,omitempty"`
	Desk      string    `json:"desk" cbor:"10,keyasint,omitempty"`
	Detail    string    `json:"detail" cbor:"11,keyasint,omitempty"` // JSON
	ContactID string    `json:"contact_id" cbor:"12,keyasint,omitempty"`
	Meta
}

// Notification is a message that the portal sent to a customer.
type Notification struct {
	ID        string `json:"notification_id" cbor:"1,keyasint" key:"1"`
	Account   string `json:"account_number" cbor:"2,keyasint,omitempty"`
	WebUserID string `json:"web_user_id" cbor:"3,keyasint,omitempty"`
	Template  string `json:"template" cbor:"4,keyasint"`
	Address   string `json:"address" cbor:"5,keyasint"`
	SentAt    int64  `json:"sent_at" cbor:"6,keyasint"`
	Status    string `json:"status" cbor:"7,keyasint"`
	StatusAt  int64  `json:"status_at" cbor:"8,keyasint,omitempty"`
	History   string `json:"history" cbor:"9,keyasint,omitempty"` // JSON: the earlier statuses, each with its time, why and words
	About     string `json:"about" cbor:"10,keyasint,omitempty"`  // the ID of what it tells of: a recovery, a payment, a task, a session
	Why       string `json:"why" cbor:"11,keyasint,omitempty"`    // one of the Why…; "" where words say it all, or nothing has to be said
	Words     string `json:"words" cbor:"12,keyasint,omitempty"`  // the mail server's own, about the status
	CSRID     string `json:"csr_id" cbor:"13,keyasint,omitempty"` // who of the staff did what it tells of; "" for the customer and the portal
	Session   string `json:"session_id" cbor:"14,keyasint,omitempty"`
	Meta
}

// Note is what a CSR wrote down about an account, in a contact or about a task.
type Note struct {
	ID        string `json:"note_id" cbor:"1,keyasint" key:"1"`
	Account   string `json:"account_number" cbor:"2,keyasint"`
	Text      string `json:"text" cbor:"3,keyasint"`
	By        string `json:"written_by" cbor:"4,keyasint"`
	At        int64  `json:"written_at" cbor:"5,keyasint"`
	ContactID string `json:"contact_id" cbor:"6,keyasint,omitempty"`
	TaskID    string `json:"task_id" cbor:"7,keyasint,omitempty"`
	Meta
}

// Masquerade is one session of a CSR as a customer. Its ticket and credential stay at the portal.
type Masquerade struct {
	ID        string `json:"session_id" cbor:"1,keyasint" key:"1"`
	CSRID     string `json:"csr_id" cbor:"2,keyasint"`
	WebUserID string `json:"web_user_id" cbor:"3,keyasint"`
	Account   string `json:"account_number" cbor:"4,keyasint"`
	Mode      Mode   `json:"mode" cbor:"5,keyasint"`
	Reason    string `json:"reason" cbor:"6,keyasint,omitempty"`
	GrantedAt int64  `json:"granted_at" cbor:"7,keyasint"`
	StartedAt int64  `json:"started_at" cbor:"8,keyasint,omitempty"` // 0 until the ticket is redeemed
	EndsAt    int64  `json:"ends_at" cbor:"9,keyasint"`              // never extended
	EndedAt   int64  `json:"ended_at" cbor:"10,keyasint,omitempty"`
	EndReason string `json:"end_reason" cbor:"11,keyasint,omitempty"`
	Desk      string `json:"desk" cbor:"12,keyasint,omitempty"`
	IP        string `json:"ip" cbor:"13,keyasint,omitempty"`
	Meta
}

// RecordKind is KindTask.
func (*Task) RecordKind() Kind { return KindTask }

// RecordID is the task's ID.
func (r *Task) RecordID() string { return r.ID }

// RecordKind is KindActivity.
func (*Activity) RecordKind() Kind { return KindActivity }

// RecordID is the activity's ID.
func (r *Activity) RecordID() string { return r.ID }

// RecordKind is KindNotification.
func (*Notification) RecordKind() Kind { return KindNotification }

// RecordID is the notification's ID.
func (r *Notification) RecordID() string { return r.ID }

// RecordKind is KindNote.
func (*Note) RecordKind() Kind { return KindNote }

// RecordID is the note's ID.
func (r *Note) RecordID() string { return r.ID }

// RecordKind is KindMasquerade.
func (*Masquerade) RecordKind() Kind { return KindMasquerade }

// RecordID is the session's ID.
func (r *Masquerade) RecordID() string { return r.ID }
