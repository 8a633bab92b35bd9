package masquerade

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestSafeName(t *testing.T) {
	for in, want := range map[string]string{
		"Bill June.pdf":                   "Bill June.pdf",
		"Factura año.PDF":                 "Factura año.pdf",
		"../../etc/passwd":                "passwd.download",
		`..\..\Windows\win.pdf`:           "win.pdf",
		"/abs/usage.csv":                  "usage.csv",
		"C:evil.pdf":                      "C_evil.pdf",
		"bill.pdf:stream":                 "bill.pdf_stream.download",
		"bill.exe":                        "bill.exe.download",
		"bill.pdf.lnk":                    "bill.pdf.lnk.download",
		"bill.pdf. . ":                    "bill.pdf.download",
		".bashrc":                         "bashrc.download",
		".pdf":                            "pdf.download",
		"":                                "file_.download",
		"..":                              "file_.download",
		"CON.pdf":                         "file_CON.pdf",
		"nul":                             "file_nul.download",
		"com1.tar.pdf":                    "file_com1.tar.pdf",
		"LPT¹.csv":                        "file_LPT¹.csv",
		"COM10.csv":                       "COM10.csv",
		"conference.pdf":                  "conference.pdf",
		"a\u202efdp.exe":                  "afdp.exe.download",
		"line\r\nbreak\x00.pdf":           "line break.pdf",
		"a<b>|c?*\".csv":                  "a_b__c___.csv",
		"%APPDATA%.txt":                   "_APPDATA_.txt",
		strings.Repeat("é", 300) + ".pdf": strings.Repeat("é", maxFileName-1) + ".pdf",
	} {
		t.Run(in[:min(len(in), 20)], func(t *testing.T) {
			if got := safeName(in); got != want {
				t.Errorf("safeName(%q) = %q, want %q", in, got, want)
			}
		})
	}
}

func FuzzSafeName(f *testing.F) {
	f.Add("../CON.pdf")
	f.Add("a\\b:c.pdf ")
	f.Fuzz(func(t *testing.T, in string) {
		got := safeName(in)
		stem, _, _ := strings.Cut(got, ".")
		if got == "" || got[0] == '.' || strings.HasSuffix(got, ".") || strings.ContainsAny(got, "/\\:<>\"|?*\x00\n") || reserved(strings.TrimSpace(stem)) || !utf8.ValidString(got) || len(got) > 500 {
			t.Errorf("safeName(%q) = %q", in, got)
		}
		if !keptTypes[filepath.Ext(got)] && filepath.Ext(got) != ".download" {
			t.Errorf("safeName(%q) = %q, a type that may run", in, got)
		}
	})
}

func TestDownloadsAreSaved(t *testing.T) {
	p := newPortal(t)
	serve := func(path, kind, disposition string) {
		p.pages.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			if disposition != "" {
				w.Header().Set("Content-Disposition", disposition)
			}
			_, _ = io.WriteString(w, "content of "+path)
		})
	}
	serve("/bills/7.pdf", "application/pdf", "")
	serve("/bills/8", "application/pdf", "inline")
	serve("/usage", "text/csv", `attachment; filename="../../usage.csv"`)
	serve("/accents", "text/csv", `attachment; filename*=UTF-8''a%C3%B1o.csv`)
	serve("/broken", "text/html", `attachment; filename="a`)
	serve("/page", "text/html", "inline")
	r := open(t, p.greeting(t))
	folder := r.greeting.Downloads

	for _, c := range []struct{ path, name string }{
		{"/bills/7.pdf", "7.pdf"}, {"/bills/7.pdf", "7 (2).pdf"}, {"/bills/8", "8.pdf"},
		{"/usage", "usage.csv"}, {"/accents", "año.csv"}, {"/broken", "broken.download"},
	} {
		got := r.get(r.at(c.path))
		if got.status != http.StatusNoContent || got.body != "" || got.header.Get("Content-Disposition") != "" {
			t.Errorf("%s: %d %q", c.path, got.status, got.body)
		}
		if e := r.next(); e.Type != Downloaded || e.Path != filepath.Join(folder, c.name) {
			t.Errorf("%s: event %+v", c.path, e)
		}
		if b, err := os.ReadFile(filepath.Join(folder, c.name)); err != nil || string(b) != "content of "+c.path {
			t.Errorf("%s: %q, %v", c.path, b, err)
		}
	}
	if got := r.get(r.at("/page")); got.status != http.StatusOK || got.body != "content of /page" {
		t.Errorf("an inline page: %d %q", got.status, got.body)
	}
	if got := r.send(http.MethodHead, r.at("/usage"), ""); got.status != http.StatusOK {
		t.Errorf("HEAD of a file: %d", got.status)
	}
	if names, _ := os.ReadDir(folder); len(names) != 6 {
		t.Errorf("%d files, want 6", len(names))
	}
	beat := r.send(http.MethodPost, r.ShellURL()+"hb", "", with("Origin", r.shell.origin))
	if !strings.Contains(beat.body, `"saved":"broken.download"`) {
		t.Errorf("the banner does not know: %s", beat.body)
	}
}

func TestDownloadLeavesNoHalfFile(t *testing.T) {
	p := newPortal(t)
	p.pages.HandleFunc("/cut.pdf", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/pdf")
		w.Header().Set("Content-Length", "1000")
		_, _ = io.WriteString(w, "half")
	})
	p.pages.HandleFunc("/endless.pdf", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/pdf")
		_, _ = io.Copy(w, io.LimitReader(zeros{}, maxDownload+1))
	})
	r := open(t, p.greeting(t))
	for _, path := range []string{"/cut.pdf", "/endless.pdf"} {
		if got := r.get(r.at(path)); got.status != http.StatusBadGateway {
			t.Errorf("%s: %d", path, got.status)
		}
	}
	if names, _ := os.ReadDir(r.greeting.Downloads); len(names) != 0 {
		t.Errorf("left behind: %v", names)
	}
	if e := r.next(); e.Type != Blocked || e.Code != CodeDownload {
		t.Errorf("event %+v", e)
	}
}

func TestDownloadDoesNotFollowLinks(t *testing.T) {
	p := newPortal(t)
	p.pages.HandleFunc("/a.pdf", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/pdf")
		_, _ = io.WriteString(w, "new")
	})
	r := open(t, p.greeting(t))
	outside := filepath.Join(t.TempDir(), "outside.pdf")
	if err := os.Symlink(outside, filepath.Join(r.greeting.Downloads, "a.pdf")); err != nil {
		t.Skip("this system makes no symbolic links:", err)
	}
	if got := r.get(r.at("/a.pdf")); got.status != http.StatusNoContent {
		t.Errorf("status %d", got.status)
	}
	if _, err := os.Stat(outside); !os.IsNotExist(err) {
		t.Error("the link was followed")
	}
}

// zeros is an endless file.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) { return len(b), nil }
