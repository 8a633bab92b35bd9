package masquerade

import (
	"net/http"
	"strings"
)

// What a request may carry up to the portal and an answer down to the page, beside what the proxy sets itself. All
// else is dropped, so a header nobody thought of carries nothing out and switches nothing on.
var (
	upHeaders   = []string{"Accept", "Accept-Language", "Content-Type", "Hx-Boosted", "Hx-Request", "Hx-Target", "Hx-Trigger", "Hx-Trigger-Name", "User-Agent"}
	downHeaders = []string{"Allow", "Content-Encoding", "Content-Language", "Content-Length", "Content-Type", "Hx-Refresh", "Hx-Reselect", "Hx-Reswap", "Hx-Retarget", "Hx-Trigger", "Retry-After"}
	// pathHeaders name places; each is rewritten to stay under the prefix, or the answer is refused.
	pathHeaders = []string{"Location", "Hx-Push-Url", "Hx-Redirect", "Hx-Replace-Url"}
)

// denied are the browser's powers; WebView2 grants all of them to any page unless told otherwise.
var denied = strings.Join(strings.Fields(`
	accelerometer=() ambient-light-sensor=() autoplay=() bluetooth=() browsing-topics=() camera=() clipboard-read=()
	clipboard-write=() display-capture=() encrypted-media=() fullscreen=() gamepad=() geolocation=() gyroscope=() hid=()
	identity-credentials-get=() idle-detection=() keyboard-map=() local-fonts=() magnetometer=() microphone=() midi=()
	otp-credentials=() payment=() picture-in-picture=() publickey-credentials-create=() publickey-credentials-get=()
	screen-wake-lock=() serial=() speaker-selection=() storage-access=() usb=() web-share=() window-management=()
	xr-spatial-tracking=()`), ", ")

// copyHeaders copies the named headers that are there.
func copyHeaders(to, from http.Header, names []string) {
	for _, name := range names {
		if v := from.Values(name); len(v) > 0 {
			to[name] = append([]string(nil), v...)
		}
	}
}

// fence sets what every answer of both doors says to the browser.
func fence(h http.Header, csp string) {
	h.Set("Content-Security-Policy", csp)
	h.Set("Cache-Control", "no-store")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Origin-Agent-Cluster", "?1") // the page's loops need not stop the banner's clock
	h.Set("Permissions-Policy", denied)
	h.Set("Referrer-Policy", "same-origin")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Dns-Prefetch-Control", "off")
}

// pageCSP is for the customer's pages: their own files, and those of the origins that the utility allows, framed by the shell only.
// No page of others opens in the frame, and no form goes to them, whatever is allowed. What is refused is reported: by report-uri, which
// every browser heeds at once, where report-to would have Chromium keep a report for a minute.
func pageCSP(shell, report string, others []string) string { return csp(shell, report, others, "", "") }

// otherCSP is for the utility's own portal: as pageCSP, and what it writes into its pages.
func otherCSP(shell, report string, others []string) string {
	return csp(shell, report, others, " 'unsafe-inline'", " data:")
}

func csp(shell, report string, others []string, inline, fonts string) string {
	from := strings.Join(append([]string{"'self'"}, others...), " ")
	return "default-src 'none'; script-src " + from + inline + "; style-src " + from + inline + "; img-src " + from + " data:; font-src " + from + fonts +
		"; connect-src " + from + "; form-action 'self'; worker-src 'none'; base-uri 'none'; frame-ancestors " + shell + "; report-uri " + report
}

// shellCSP is for the banner: its two files, its two requests, and one origin in the frame. frame-src also stops the
// page from leading the frame elsewhere, which is reported too.
func shellCSP(page, report string) string {
	return "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src " + page +
		"; form-action 'none'; worker-src 'none'; base-uri 'none'; frame-ancestors 'none'; report-uri " + report
}
