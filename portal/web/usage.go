package web

import (
	"bytes"
	"net/http"
	"slices"
	"strconv"
	"time"

	"meterside/care"
)

// barsShown is two years of months.
const barsShown = 24

// usages is what the page of usage shows.
type usages struct {
	page
	account  care.Account
	services []service
	metered  bool
	from, to string // of the file that is offered
	problem  string
}

// service is what was used of one service, the oldest period first.
type service struct {
	name    string
	periods []care.Usage
	most    int64
}

// showUsage is GET /usage.
func (s *site) showUsage(w http.ResponseWriter, r *http.Request, v *visit) error {
	return s.usagePage(w, r, v, http.StatusOK, nil)
}

func (s *site) usagePage(w http.ResponseWriter, r *http.Request, v *visit, status int, refused error) error {
	account, ok, err := s.chosen(r, v, care.SeeUsage)
	if err != nil {
		return err
	}
	u := usages{page: s.newPage(v, catalogues[v.language].Say("usage.title"), "/usage", account.Number), account: account}
	if !ok {
		return s.render(w, r, http.StatusOK, noAccount(u.page))
	}
	all, err := s.portal.Usage(r.Context(), account.Number)
	if err != nil {
		return err
	}
	for _, each := range all {
		last := len(u.services) - 1
		if last < 0 || u.services[last].name != each.Service {
			u.services = append(u.services, service{name: each.Service})
			last++
		}
		u.services[last].periods = append(u.services[last].periods, each)
	}
	for i := range u.services {
		one := &u.services[i]
		one.periods = one.periods[max(0, len(one.periods)-barsShown):]
		for _, p := range one.periods {
			one.most = max(one.most, p.Quantity)
		}
	}
	if u.metered, err = s.portal.Metered(r.Context(), account.Number); err != nil {
		return err
	}
	today := v.now.In(u.zone())
	u.from, u.to = today.AddDate(-1, 0, 0).Format(time.DateOnly), today.AddDate(0, 0, 1).Format(time.DateOnly)
	if refused != nil {
		u.problem = sentence(v.language, care.AsError(refused))
	}
	return s.render(w, r, status, usagePage(u))
}

// downloadUsage is GET /usage/greenbutton: the account's readings as a Green Button file, whole or not at all.
func (s *site) downloadUsage(w http.ResponseWriter, r *http.Request, v *visit) error {
	account, ok, err := s.chosen(r, v, care.SeeUsage)
	if err != nil {
		return err
	}
	if !ok {
		return errNoPage
	}
	var file bytes.Buffer
	asked := r.URL.Query()
	err = s.portal.GreenButton(r.Context(), &file, account.Number, asked.Get("from"), asked.Get("to"))
	switch care.CodeOf(err) {
	case "":
	case care.CodeInvalid:
		return s.usagePage(w, r, v, http.StatusBadRequest, err)
	default:
		return err
	}
	s.attach(w, "application/xml; charset=utf-8", "green-button-"+attachmentName(account.Number)+".xml", file.Bytes())
	return nil
}

// attachmentName leaves of a number what a file may be called.
func attachmentName(number string) string {
	return string(slices.DeleteFunc([]rune(number), func(r rune) bool {
		return r != '-' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}))
}

// The chart's measures, in its own units.
const (
	chartWide = 720
	chartHigh = 200
)

// bar is one period of the chart.
type bar struct{ x, y, wide, high, label string }

// bars draws the periods beside each other, each as high as what was used.
func (one service) bars() []bar {
	step := float64(chartWide) / float64(max(len(one.periods), 1))
	number := func(f float64) string { return strconv.FormatFloat(f, 'f', 1, 64) }
	all := make([]bar, 0, len(one.periods))
	for i, p := range one.periods {
		high := 0.0
		if one.most > 0 && p.Quantity > 0 {
			high = float64(p.Quantity) / float64(one.most) * chartHigh
		}
		all = append(all, bar{number(float64(i)*step + step*.1), number(chartHigh - high), number(step * .8), number(high), p.From})
	}
	return all
}

// used is what was used in a period.
func (u usages) used(p care.Usage) string { return u.quantity(&p.Quantity, p.Unit) }
