package web

import (
	"net/http"
	"strconv"
)

// mostShown bounds a list on a page, however much of it is asked for.
const mostShown = 2000

// newest is how much of a list a page shows, the newest first.
type newest struct {
	shown int
	more  bool // there is more of it
}

// newestOf is how much of a list is asked for, which is first where nothing is said of it.
func newestOf(r *http.Request, first int) newest {
	asked, _ := strconv.Atoi(r.URL.Query().Get("shown")) // a word is as good as nothing
	return newest{shown: min(max(asked, first), mostShown)}
}

// read is how many to read, one more than are shown.
func (n *newest) read() int { return n.shown + 1 }

// cut leaves what is shown of what was read.
func cut[T any](n *newest, all []T) []T {
	n.more = len(all) > n.shown
	return all[:min(n.shown, len(all))]
}

// older is the address of the same page with more of its list, or "" where it shows all that it can.
func (p page) older(n newest) string {
	if n.shown >= mostShown {
		return ""
	}
	return p.link(p.path, append(p.more, "shown", strconv.Itoa(min(4*n.shown, mostShown)))...)
}
