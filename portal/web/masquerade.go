package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"meterside/care"
	"meterside/portal"
)

// maxReason is how long the reason for an end may be.
const maxReason = 100

// redeem exchanges a ticket for a masquerade's credential: POST /masquerade/redeem.
func (s *site) redeem(w http.ResponseWriter, r *http.Request) {
	var ask struct {
		Ticket   string `json:"ticket"`
		Verifier string `json:"verifier"`
		Device   string `json:"device"`
	}
	err := s.ask(r, &ask)
	if err == nil && (ask.Ticket == "" || ask.Verifier == "" || ask.Device == "") {
		err = care.Err(care.CodeTicketInvalid)
	}
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	redeemed, err := s.portal.RedeemTicket(r.Context(), ask.Ticket, ask.Verifier, ask.Device, addressOf(r))
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	s.answer(w, http.StatusOK, redeemed)
}

// endMasquerade ends the session whose credential is given: POST /masquerade/end. Every mode may end itself.
func (s *site) endMasquerade(w http.ResponseWriter, r *http.Request) {
	v := &visit{language: "en"}
	if err := s.masquerading(w, r, v); err != nil {
		s.refuse(w, r, err)
		return
	}
	var ask struct {
		Reason string `json:"reason"`
	}
	// A body that cannot be read is no reason to keep a session open.
	if err := s.ask(r, &ask); err != nil || ask.Reason == "" || len(ask.Reason) > maxReason {
		ask.Reason = "closed"
	}
	if err := s.portal.EndMasquerade(r.Context(), v.actor, v.session.ID, ask.Reason); err != nil {
		s.refuse(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// raise lets the session whose credential is given change things, as far as its CSR may: POST /masquerade/mode with mode and
// acknowledged.
func (s *site) raise(w http.ResponseWriter, r *http.Request) {
	v := &visit{language: "en"}
	if err := s.masquerading(w, r, v); err != nil {
		s.refuse(w, r, err)
		return
	}
	var ask struct {
		Mode         care.Mode `json:"mode"`
		Acknowledged bool      `json:"acknowledged"`
	}
	err := s.ask(r, &ask)
	if err == nil {
		err = s.portal.RaiseMasquerade(r.Context(), v.actor, v.session, ask.Mode, ask.Acknowledged)
	}
	raised := struct {
		Mode     care.Mode        `json:"mode"`
		HandOver *portal.HandOver `json:"hand_over,omitempty"`
	}{Mode: ask.Mode}
	if err == nil {
		raised.HandOver, err = s.portal.HandOver(r.Context(), v.actor, v.session, ask.Mode)
	}
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	s.answer(w, http.StatusOK, raised)
}

// pass records what the session whose credential is given is about to send to the utility's own portal, or refuses it:
// POST /masquerade/pass with method, path and page.
func (s *site) pass(w http.ResponseWriter, r *http.Request) {
	v := &visit{language: "en"}
	if err := s.masquerading(w, r, v); err != nil {
		s.refuse(w, r, err)
		return
	}
	var ask portal.Sending
	err := s.ask(r, &ask)
	if err == nil && (ask.Method == "" || !strings.HasPrefix(ask.Path, "/")) {
		err = care.Err(care.CodeInvalid, "field", "path", "problem", "is no path")
	}
	if err == nil {
		err = s.portal.Sent(r.Context(), v.actor, v.session, ask)
	}
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// refusedInWindow records what the session whose credential is given was refused in its window: POST /masquerade/refused with origins
// and more, and with pages.
func (s *site) refusedInWindow(w http.ResponseWriter, r *http.Request) {
	v := &visit{language: "en"}
	if err := s.masquerading(w, r, v); err != nil {
		s.refuse(w, r, err)
		return
	}
	var ask struct {
		portal.RefusedOthers
		Pages []portal.RefusedPage `json:"pages"`
	}
	err := s.ask(r, &ask)
	if err == nil {
		err = s.portal.RefusedOthers(r.Context(), v.actor, v.session, ask.RefusedOthers)
	}
	if err == nil {
		err = s.portal.RefusedPages(r.Context(), v.actor, v.session, ask.Pages)
	}
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// ask reads a request's JSON, for programs alone: a browser's request from another site is refused.
func (s *site) ask(r *http.Request, into any) error {
	if err := http.NewCrossOriginProtection().Check(r); err != nil {
		return errCrossSite
	}
	err := json.NewDecoder(r.Body).Decode(into)
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		return errTooLarge
	}
	if err != nil {
		return care.Err(care.CodeInvalid, "field", "body", "problem", "is not the JSON that is wanted")
	}
	return nil
}

func (s *site) refuse(w http.ResponseWriter, r *http.Request, err error) {
	over(w, err)
	status, _ := s.explain(r, "en", err)
	e := care.AsError(err)
	switch {
	case errors.Is(err, errTooLarge):
		e = care.Err(care.CodeInvalid, "field", "body", "problem", "is larger than 64 KB")
	case errors.Is(err, errCrossSite):
		e = care.Err(care.CodeNoPermission, "permission", string(care.MayMasquerade))
	case status == http.StatusUnauthorized && e.Code == care.CodeFault:
		e = care.Err(care.CodeNotSignedIn)
	}
	s.answer(w, status, e)
}

func (s *site) answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	say(w, status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		s.log.Warn("an answer was cut short", "error", err)
	}
}
