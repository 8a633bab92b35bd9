package web

import (
	"net/http"
	"time"

	"meterside/care"
	"meterside/portal/wording"
)

const tasksShown = 30

// requests is what the page of requests shows.
type requests struct {
	page
	account care.Account
	good    string
	forms   []form
	tasks   []care.Task
	list    newest
}

// showRequests is GET /requests.
func (s *site) showRequests(w http.ResponseWriter, r *http.Request, v *visit) error {
	return s.requestsPage(w, r, v, http.StatusOK, "", nil)
}

func (s *site) requestsPage(w http.ResponseWriter, r *http.Request, v *visit, status int, which string, refused error) error {
	account, ok, err := s.chosen(r, v, care.SeeBills)
	if err != nil {
		return err
	}
	p := requests{page: s.newPage(v, catalogues[v.language].Say("requests.title"), "/requests", account.Number), account: account, list: newestOf(r, tasksShown)}
	if !ok {
		return s.render(w, r, http.StatusOK, noAccount(p.page))
	}
	p.good = p.done(r, "requests.saved")
	for _, what := range care.Requests() {
		f := p.requestForm(what)
		if f.why, err = s.whyNot(r, p.page, &care.RequestService{Account: account.Number, What: what}); err != nil {
			return err
		}
		if refused != nil && what == which {
			for i := range f.fields {
				f.fields[i].value = wording.Shown(r.PostForm.Get(f.fields[i].name), textShown*2)
			}
			f = f.refused(v.language, refused)
		}
		p.forms = append(p.forms, f)
	}
	if p.tasks, err = s.portal.Tasks(r.Context(), account.Number, v.user.ID, p.list.read()); err != nil {
		return err
	}
	p.tasks = cut(&p.list, p.tasks)
	return s.render(w, r, status, requestsPage(p))
}

// requestForm asks for what a request needs.
func (p requests) requestForm(what string) form {
	f := form{id: what, title: p.Say("request." + what), intro: []string{p.Say("request." + what + ".intro")}, action: p.link("/requests"), submit: p.Say("request.submit"), hidden: map[string]string{"what": what}}
	day := input{name: "on", label: p.Say("request.on"), kind: "date"}
	where := input{name: "address", label: p.Say("request.address"), most: 200, fill: "address-line1"}
	words := input{name: "words", label: p.Say("request.words"), kind: "area", optional: what != care.RequestArrangement}
	switch what {
	case care.RequestStart, care.RequestMove:
		f.fields = []input{day, where, words}
	case care.RequestStop:
		f.fields = []input{day, words}
	case care.RequestReading:
		day.value = p.visit.now.In(p.zone()).Format(time.DateOnly)
		f.fields = []input{day, {name: "reading", label: p.Say("request.reading"), hint: p.Say("request.reading.hint"), most: 12, fill: "off"}}
	default:
		f.fields = []input{words}
	}
	return f
}

// request is POST /requests.
func (s *site) request(w http.ResponseWriter, r *http.Request, v *visit) error {
	account, err := s.posted(r, v, care.SeeBills)
	if err != nil {
		return err
	}
	typed := r.PostForm.Get
	cmd := &care.RequestService{Account: account.Number, What: typed("what"), On: typed("on"), Address: typed("address"), Reading: typed("reading"), Words: typed("words")}
	return s.send(w, r, v, cmd, v.at("/requests")+query(account.Number, "saved", "saved"), func(status int, refused error) error {
		return s.requestsPage(w, r, v, status, cmd.What, refused)
	})
}
