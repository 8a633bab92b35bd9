// Package care is the language that the desk and the portal both speak: records, commands, permissions and policy.
// It does no input or output and imports nothing else of this project.
package care

import (
	"errors"
	"slices"
	"strings"
)

// Code names a refusal for machines. Codes are only ever added; the sentence for people comes from care/text.
type Code string

// Error is the one error that crosses a boundary: on the wire, in HTTP, in the window, on the command line.
// Anything else is a fault: people read "Something went wrong" and the log holds the rest.
type Error struct {
	Code   Code              `json:"code" cbor:"1,keyasint"`
	Params map[string]string `json:"params,omitempty" cbor:"2,keyasint,omitempty"`
}

// Err makes an Error of a code and its parameters as name, value, name, value.
func Err(code Code, pairs ...string) Error {
	e := Error{Code: code}
	for i := 0; i+1 < len(pairs); i += 2 {
		if e.Params == nil {
			e.Params = map[string]string{}
		}
		e.Params[pairs[i]] = pairs[i+1]
	}
	return e
}

// Error gives the code and its parameters in a fixed order, for logs.
func (e Error) Error() string {
	names := make([]string, 0, len(e.Params))
	for name := range e.Params {
		names = append(names, name)
	}
	slices.Sort(names)
	var b strings.Builder
	b.WriteString(string(e.Code))
	for _, name := range names {
		b.WriteString(" " + name + "=" + e.Params[name])
	}
	return b.String()
}

// CodeOf returns the code of the Error in err's chain, or CodeFault for any other error, or "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	return AsError(err).Code
}

// AsError returns the Error in err's chain; any other error becomes CodeFault, whose text says nothing of its cause.
func AsError(err error) Error {
	var e Error
	if errors.As(err, &e) {
		return e
	}
	return Err(CodeFault)
}

// ErrNotHere says that a desk does not hold a record. It is not a refusal: the portal may hold it, and decides.
var ErrNotHere = errors.New("the record is not on this desk")

// The codes. Each has a sentence in every language of care/text; a test holds them together.
const (
	CodeFault             Code = "fault"              // something went wrong
	CodeInvalid           Code = "invalid"            // field, problem
	CodeMissing           Code = "field_missing"      // field
	CodeTooLong           Code = "field_too_long"     // field, most
	CodeNoChoice          Code = "field_no_choice"    // field, choices
	CodePlaceholder       Code = "field_placeholder"  // field, placeholders: those that it may hold, "" for none
	CodePortalAddress     Code = "portal_address"     //
	CodeUnknownCommand    Code = "unknown_command"    // kind
	CodeNotFound          Code = "not_found"          // what, id
	CodeNoPermission      Code = "no_permission"      // permission
	CodeOutOfScope        Code = "out_of_scope"       // what, id
	CodeNotSignedIn       Code = "not_signed_in"      //
	CodeSignInFailed      Code = "signin_failed"      //
	CodeSignInThrottled   Code = "signin_throttled"   // minutes
	CodeStaffInactive     Code = "staff_inactive"     // id
	CodeSignInLocked      Code = "signin_locked"      // customers' page: password locked
	CodeSignOutUnsent     Code = "signout_unsent"     // count
	CodeOffline           Code = "offline"            // address
	CodeOnlineOnly        Code = "online_only"        //
	CodeNotThePortal      Code = "not_the_portal"     // address
	CodeOtherServer       Code = "other_server"       // address
	CodeTooOld            Code = "too_old"            // need, have
	CodeLapsed            Code = "lapsed"             // minutes
	CodeClonedDesk        Code = "cloned_desk"        //
	CodeConflict          Code = "conflict"           // fields: held, a person decides
	CodeAfterRefused      Code = "after_refused"      // held, since one that it builds on was not done
	CodeStale             Code = "stale"              // fields: refused
	CodeOverwrote         Code = "overwrote"          // fields: done, over what somebody else had changed
	CodeConfirmOnline     Code = "confirm_online"     // a draft that nobody confirmed while online
	CodeBusy              Code = "busy"               // ms
	CodeAlreadyLocked     Code = "already_locked"     // username
	CodeNotLocked         Code = "not_locked"         // username, lock
	CodeNotLinked         Code = "not_linked"         // username, account
	CodeAccountClosed     Code = "account_closed"     // account
	CodeNothingToChange   Code = "nothing_to_change"  //
	CodeEntitlement       Code = "entitlement"        // task
	CodeReadOnly          Code = "read_only"          // the masquerade's mode does not allow changes
	CodeModeDenied        Code = "mode_denied"        // mode
	CodeNotAcknowledged   Code = "not_acknowledged"   //
	CodeReasonMissing     Code = "reason_missing"     //
	CodeWebUserLocked     Code = "web_user_locked"    // username
	CodeMasqueradeOpen    Code = "masquerade_open"    // username
	CodeMasqueradeOwn     Code = "masquerade_own"     //
	CodeMasqueradeStaff   Code = "masquerade_staff"   // username, name
	CodeMasqueradeNested  Code = "masquerade_nested"  //
	CodeMasqueradeEnded   Code = "masquerade_ended"   //
	CodeMasqueradeMethod  Code = "masquerade_method"  // a kind of request that no masquerade sends
	CodeMasqueradeForeign Code = "masquerade_foreign" // a request that its page did not send
	CodeOtherRefused      Code = "other_refused"      // host: an origin
	CodeOthersRefused     Code = "others_refused"     // more than are told apart
	CodeOnlyCustomer      Code = "only_customer"      // who somebody is, is theirs alone
	CodeNotInside         Code = "not_inside"         // a masquerade lets itself change things, nobody else does
	CodeTicketUsed        Code = "ticket_used"        //
	CodeTicketExpired     Code = "ticket_expired"     //
	CodeTicketInvalid     Code = "ticket_invalid"     //
	CodeAnsweredOnce      Code = "answered_once"      //
	CodeAskThrottled      Code = "ask_throttled"      // seconds
	CodeNotOnFile         Code = "not_on_file"        //
	CodeLastAdministrator Code = "last_administrator" //
	CodeConsoleOff        Code = "console_off"        // the utility switched the console off
	CodePortalOff         Code = "portal_off"         // the utility does without the customers' portal
	CodeVerifyFirst       Code = "verify_first"       // level: the caller must be verified so far
	CodeDatabase          Code = "database_unsupported"
	CodeNoKeyring         Code = "no_keyring"
	CodeKeyringLocked     Code = "keyring_locked"
	CodeSuperseded        Code = "superseded" // another search began
	CodePopMalformed      Code = "pop_malformed"
	CodeProfileInUse      Code = "profile_in_use"
	CodeUnreadable        Code = "import_unreadable"      // file, line, problem
	CodeFileDamaged       Code = "file_damaged"           // a ready-made replica is not what the portal said it is
	CodeFileGone          Code = "file_gone"              // a ready-made replica is no longer kept
	CodeDiskFull          Code = "disk_full"              // folder
	CodeNoProgress        Code = "no_progress"            // seconds
	CodeTooManyDesks      Code = "too_many_desks"         // most
	CodeTooManyHere       Code = "too_many_here"          // most
	CodeCertificate       Code = "portal_certificate"     // address, problem
	CodeAuthorities       Code = "authorities_unreadable" // file, problem
	CodeProxy             Code = "proxy_refused"          // address, problem

	CodeTaskFinal           Code = "task_final"            // status, at: nothing can become of the task any more
	CodeTaskEnded           Code = "task_ended"            // status: the same, and since when is not on file
	CodeNotUndoable         Code = "not_undoable"          //
	CodeUndoChanged         Code = "undo_changed"          //
	CodeStillQueued         Code = "still_queued"          // address
	CodeNotResent           Code = "not_resent"            // template: it lets somebody in, and is made anew instead
	CodeNoAddress           Code = "no_address"            //
	CodePaymentNotScheduled Code = "payment_not_scheduled" // status
	CodePaymentDayPast      Code = "payment_day_past"      // on: the bank pays what was scheduled for that day

	CodeContactsOpen    Code = "contacts_open"    // most
	CodeContactOpen     Code = "contact_open"     // account
	CodeContactClosed   Code = "contact_closed"   //
	CodeNoOverride      Code = "no_override"      // policy rules it out
	CodeVerifyOver      Code = "verify_over"      // minutes: the contact lasts longer than policy lets a verification
	CodeOverrideOnline  Code = "override_online"  // the portal can be asked
	CodeFactAnswered    Code = "fact_answered"    // fact: it was answered rightly already
	CodePassphraseShort Code = "passphrase_short" // least: letters and digits
	CodeCallbackPast    Code = "callback_past"    //
	CodeCallbackDone    Code = "callback_done"    // by

	CodeDeskLocked   Code = "desk_locked"   // nothing is told until its user's password was given
	CodeUnlockFailed Code = "unlock_failed" // left: wrong passwords until the desk signs out
	CodeUnlockWait   Code = "unlock_wait"   // seconds
	CodeUnlockTries  Code = "unlock_tries"  // tries: so many were wrong, and the desk signed out
	CodeUnlockOnline Code = "unlock_online" // address: nothing to compare with is kept here

	CodeDeviceRevoked  Code = "device_revoked"        //
	CodeReplicaDiffers Code = "replica_differs"       // it is fetched anew
	CodeReplicaAgain   Code = "replica_differs_again" // and again, within an hour: somebody must choose
	CodeBackupUnusable Code = "backup_unusable"       // problem
	CodeStoreFilled    Code = "store_filled"          // database
	CodeImportRunning  Code = "import_running"        // since
	CodeNothingBefore  Code = "nothing_before"        //

	CodeDeactivated     Code = "deactivated"      // username
	CodeNotDeactivated  Code = "not_deactivated"  // username
	CodeNotEnrolled     Code = "not_enrolled"     // username: the address was never validated
	CodeAlreadyEnrolled Code = "already_enrolled" // username
	CodeNoEmail         Code = "no_email"         // username
	CodeNoCode          Code = "no_code"          // username
	CodeSameEmail       Code = "same_email"       // username: the address is theirs already
	CodeNoNewEmail      Code = "no_new_email"     // username: no other address waits to be confirmed
	CodeTooManyEmails   Code = "too_many_emails"  // most: letters to new addresses within a day
	CodeCodeWrong       Code = "code_wrong"       // customers' page: no such code, or it works no more
	CodeNotProven       Code = "not_proven"       // customers' page: it was not shown that an account is theirs
	CodeNameTaken       Code = "name_taken"       // customers' page: another has the user name
	CodeLinkEnded       Code = "link_ended"       // customers' page: a link of a message that works no more
	CodeNoGuest         Code = "no_guest"         // username: who has an account of their own, or is oneself
	CodeTooManyInvited  Code = "too_many_invited" // most
	CodeAlreadyLinked   Code = "already_linked"   // username, account
	CodePaymentsOpen    Code = "payments_open"    // count
	CodePaymentTwice    Code = "payment_twice"    // on: the same amount is to be paid on that day already
	CodePaymentsChanged Code = "payments_changed" // count: others are open than those that were confirmed
	CodeSecondPerson    Code = "second_person"    // somebody else than who asked for it must confirm
	CodeWaitsForSecond  Code = "waits_for_second" // task: nothing is refused; it waits until a second person approves it
	CodeMakerMayNot     Code = "maker_may_not"    // csr: who asked for it may not do it any more

	CodeProfilesOff      Code = "profiles_off"      // the utility names no service for the facts of web users
	CodeProfilesSlow     Code = "profiles_slow"     // seconds
	CodeProfilesDown     Code = "profiles_down"     // nobody answers at its address
	CodeProfilesRefused  Code = "profiles_refused"  // status: it does not take who the portal says it is
	CodeProfilesUntrue   Code = "profiles_untrue"   // problem: its answer is no profile, or not the one asked for
	CodeProfilesAddress  Code = "profiles_address"  // its address is neither https nor on the portal's own computer
	CodeProfileUnknown   Code = "profile_unknown"   // username: the service knows no such web user
	CodeProfileLocked    Code = "profile_locked"    // username: it answered, and the lock still stands
	CodeProfileUncertain Code = "profile_uncertain" // seconds: it was asked to unlock, and whether it did is not known
)
