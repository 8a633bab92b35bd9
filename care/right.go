package care

import "slices"

// Right is one of the things that a web user may do at an account, by their role there.
type Right string

// The rights at an account.
const (
	SeeBills   Right = "bills"  // bills, what is owed, and what was paid
	SeeUsage   Right = "usage"  // what was used
	MakePays   Right = "pay"    // schedule a payment, and take it back
	ChangeIt   Right = "change" // preferences, profile, requests
	LetOtherIn Right = "people" // invite guests, and take what they may away
	OwnMatters Right = "own"    // what concerns nobody but themselves: every role that is known has it
)

// rights are what each role may do; whatever is not named here, it may not. The first is the customer's own, the others are
// guests'.
var rights = map[string][]Right{
	"owner":   {SeeBills, SeeUsage, MakePays, ChangeIt, LetOtherIn},
	"manager": {SeeBills, SeeUsage, MakePays, ChangeIt},
	"payer":   {SeeBills, MakePays},
	"viewer":  {SeeBills, SeeUsage},
	"bills":   {SeeBills},
	"usage":   {SeeUsage},
}

// webRoles are the roles that a web user can have at an account, from most to least.
var webRoles = append([]string{"owner"}, guestRoles...)

var guestRoles = []string{"manager", "payer", "viewer", "bills", "usage"}

// GuestRoles are the roles that a customer can give to others, from most to least.
func GuestRoles() []string { return slices.Clone(guestRoles) }

// May says whether a role at an account has a right. A role that is not known has none.
func (r *WebUserAccount) May(right Right) bool {
	all, known := rights[r.Role]
	return known && right == OwnMatters || slices.Contains(all, right)
}

// rightful is a command of customers that needs another right than to change the account.
type rightful interface{ Right() Right }

// rightOf is what a web user needs to send a command.
func rightOf(cmd Command) Right {
	if r, ok := cmd.(rightful); ok {
		return r.Right()
	}
	return ChangeIt
}
