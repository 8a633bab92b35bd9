package app

import (
	"meterside/backend"
	"meterside/care"
)

// SaveBill asks the portal for a bill as the customer can print it and writes it into a file that the user chooses; false
// where they chose none.
func (d *Desk) SaveBill(q care.AskBillPDF) (bool, error) { return d.saveDocument(&q) }

// SaveGreenButton does the same with what the account's meters counted.
func (d *Desk) SaveGreenButton(q care.AskGreenButton) (bool, error) { return d.saveDocument(&q) }

func (d *Desk) saveDocument(q care.Question) (bool, error) {
	document, err := d.backend.Document(d.ctx, q)
	if err != nil {
		return false, err
	}
	path, err := d.chooseFile(document.Name)
	if err != nil || path == "" {
		return false, err
	}
	return true, backend.SaveDocument(document, path)
}
