package app

import (
	"meterside/backend"
	"meterside/care"
)

// CompleteTask says that what a task asked for is done.
func (d *Desk) CompleteTask(c care.CompleteTask) (backend.Queued, error) {
	return d.backend.Do(d.ctx, &c)
}

// RejectTask says that what a task asked for is not done, and why.
func (d *Desk) RejectTask(c care.RejectTask) (backend.Queued, error) { return d.backend.Do(d.ctx, &c) }

// CancelTask takes a task back.
func (d *Desk) CancelTask(c care.CancelTask) (backend.Queued, error) { return d.backend.Do(d.ctx, &c) }

// AssignTask says whose a task is to do.
func (d *Desk) AssignTask(c care.AssignTask) (backend.Queued, error) { return d.backend.Do(d.ctx, &c) }

// CommentTask writes something down about a task.
func (d *Desk) CommentTask(c care.CommentTask) (backend.Queued, error) {
	return d.backend.Do(d.ctx, &c)
}

// UndoTask puts back what a task changed.
func (d *Desk) UndoTask(c care.UndoTask) (backend.Queued, error) { return d.backend.Do(d.ctx, &c) }

// ResendNotification sends a message to a customer once more.
func (d *Desk) ResendNotification(c care.ResendNotification) (backend.Queued, error) {
	return d.backend.Do(d.ctx, &c)
}

// CancelPayment asks the portal to take a scheduled payment back, and gives the payment as it stands then.
func (d *Desk) CancelPayment(c care.CancelPayment) (care.Payment, error) {
	return d.backend.CancelPayment(d.ctx, c)
}
