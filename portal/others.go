package portal

import (
	"context"
	"slices"
	"strings"

	"meterside/care"
)

// RefusedOthers are third parties, by their origins, that a masquerade was refused: by the browser in its window, or where a page led.
type RefusedOthers struct {
	Origins []string `json:"origins"`
	More    bool     `json:"more"` // there were others, which the window does not keep
}

const (
	mostOthers    = 20 // third parties of one session that are told apart
	longestOrigin = 260
)

// RefusedOthers records third parties that a masquerade was refused, each once for each session, and that there were more than are
// told apart. The session is the credential's own; what is no origin in plain letters is refused, for it comes from a page.
func (p *Portal) RefusedOthers(ctx context.Context, actor care.Actor, m care.Masquerade, r RefusedOthers) error {
	for _, origin := range r.Origins {
		if len(origin) > longestOrigin || len(care.WebOrigins([]string{origin})) == 0 || !plain(origin) {
			return care.Err(care.CodeInvalid, "field", "origins", "problem", "are no origins")
		}
	}
	for _, origin := range r.Origins {
		if err := p.refusedOther(ctx, actor, m, origin); err != nil {
			return err
		}
	}
	if r.More {
		return p.refusedOther(ctx, actor, m, "")
	}
	return nil
}

// RefusedPage is a request that a masquerade's window refused, and that came no further: why, and where to.
type RefusedPage struct {
	Code care.Code `json:"code"`
	Path string    `json:"path"` // without its query
}

// windowRefuses are why a window refuses a request of its page.
var windowRefuses = []care.Code{care.CodeReadOnly, care.CodeMasqueradeMethod, care.CodeMasqueradeForeign}

// RefusedPages records what a masquerade's window refused, as Refused does what the portal did.
func (p *Portal) RefusedPages(ctx context.Context, actor care.Actor, m care.Masquerade, pages []RefusedPage) error {
	for _, page := range pages {
		if !slices.Contains(windowRefuses, page.Code) || !strings.HasPrefix(page.Path, "/") || len(page.Path) > mostPath || !plain(page.Path) {
			return care.Err(care.CodeInvalid, "field", "pages", "problem", "are not what a window refuses")
		}
	}
	for _, page := range pages {
		if err := p.Refused(ctx, actor, m, page.Path, care.Err(page.Code)); err != nil {
			return err
		}
	}
	return nil
}

// plain says whether a text is of plain letters alone, without a space.
func plain(text string) bool {
	return !strings.ContainsFunc(text, func(c rune) bool { return c <= ' ' || c > '~' })
}

// refusedOther records one of them; "" for others that are not told apart.
func (p *Portal) refusedOther(ctx context.Context, actor care.Actor, m care.Masquerade, origin string) error {
	nth := p.inside.nth(m, others, origin, mostOthers+1) // the first that is one too many is said, too
	if nth == 0 {
		return nil
	}
	detail := map[string]string{"code": string(care.CodeOtherRefused), "host": origin}
	if origin == "" || nth > mostOthers {
		detail = map[string]string{"code": string(care.CodeOthersRefused)}
	}
	about := care.Activity{Sort: "masquerade.refused", Account: m.Account, WebUserID: m.WebUserID, Session: m.ID}
	err := p.recordRefused(ctx, actor, about, detail)
	if err != nil {
		p.inside.again(m, others, origin)
	}
	return err
}
