package care

import (
	"cmp"
	"slices"
)

// The sorts of the catalogues of reasons.
const (
	ReasonContact = "contact" // why customers come (R25)
	ReasonWrapUp  = "wrap_up" // how contacts end
)

// NotVerified is the wrap-up of a contact that too many wrong answers ended. Nobody chooses it.
const NotVerified = "not_verified"

var reasons = []Reason{
	{Sort: ReasonContact, ID: "cannot_sign_in", English: "Cannot log in", Spanish: "No puede iniciar sesión"},
	{Sort: ReasonContact, ID: "cannot_reset", English: "Cannot reset the password", Spanish: "No puede restablecer la contraseña"},
	{Sort: ReasonContact, ID: "deactivate", English: "Wants to delete or deactivate", Spanish: "Quiere eliminar o desactivar la cuenta"},
	{Sort: ReasonContact, ID: "add_account", English: "Wants to add an account", Spanish: "Quiere agregar una cuenta"},
	{Sort: ReasonContact, ID: "navigate", English: "Needs help navigating", Spanish: "Necesita ayuda para navegar"},
	{Sort: ReasonContact, ID: "no_email", English: "Got no email", Spanish: "No recibió un correo"},
	{Sort: ReasonContact, ID: "autopay_paperless", English: "AutoPay or Paperless", Spanish: "AutoPay o facturas sin papel"},
	{Sort: ReasonContact, ID: "claim_account", English: "Claims a deactivated account", Spanish: "Reclama una cuenta desactivada"},
	{Sort: ReasonWrapUp, ID: "resolved", English: "Resolved", Spanish: "Resuelto"},
	{Sort: ReasonWrapUp, ID: "callback", English: "Callback promised", Spanish: "Se prometió devolver la llamada"},
	{Sort: ReasonWrapUp, ID: "transferred", English: "Transferred", Spanish: "Transferido"},
	{Sort: ReasonWrapUp, ID: "no_contact", English: "Not reached", Spanish: "Sin contacto"},
	{Sort: ReasonWrapUp, ID: "escalated", English: "Escalated", Spanish: "Escalado"},
	{Sort: ReasonWrapUp, ID: "other", English: "Other", Spanish: "Otro"},
	{Sort: ReasonWrapUp, ID: NotVerified, English: "Not verified", Spanish: "No verificado", Retired: true},
}

// ReasonsOf is the catalogue of a sort, in the order in which it is offered: what every utility begins with, and over that
// what this one stored. Retired entries are in it, for what names them.
func ReasonsOf(sort string, stored []Reason) []Reason {
	var all []Reason
	for at, r := range reasons {
		r.Rank = int64(at + 1)
		all = append(all, r)
	}
	for _, r := range stored {
		if at := slices.IndexFunc(all, func(known Reason) bool { return known.Sort == r.Sort && known.ID == r.ID }); at >= 0 {
			all[at] = r
			continue
		}
		all = append(all, r)
	}
	all = slices.DeleteFunc(all, func(r Reason) bool { return r.Sort != sort })
	slices.SortStableFunc(all, func(a, b Reason) int { return cmp.Compare(a.Rank, b.Rank) })
	return all
}

// inCatalogue refuses a reason that is not offered; "" is none and passes.
func inCatalogue(r Reader, sort, id string) error {
	if id == "" {
		return nil
	}
	var stored []Reason
	said, err := Find[Reason](r, sort, id)
	if err == nil {
		stored = []Reason{said}
	} else if err := unlessAbsent(err); err != nil {
		return err
	}
	var offered List
	for _, known := range ReasonsOf(sort, stored) {
		if known.Retired {
			continue
		}
		if known.ID == id {
			return nil
		}
		offered = append(offered, known.ID)
	}
	return Err(CodeNoChoice, "field", sort, "choices", offered.String())
}
