//go:build e2e

// Command masquerade stands up a session for the browser tests: a portal whose pages attack their frame, and the
// real shell and proxy around it. It prints where the shell is, then the session's events and what the portal is told was refused,
// one JSON line each, and takes the orders "down" (the portal goes away), "up" (it is back), "end" and "locked" (the customer is) on standard input, whose end
// ends it all. With --greet it opens no session and says how the program's own window is greeted to open one.
package main

import (
	"bufio"
	"context"
	"embed"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"meterside/backend/masquerade"
	"meterside/care"
)

//go:embed site
var site embed.FS

// canary is the credential that the tests look for wherever a page can look.
const canary = "CREDENTIAL-canary-5d0e"

func main() {
	language := flag.String("language", "en", "language of the banner")
	limit := flag.String("limit", string(care.ModeFull), "the most that the session may be raised to")
	name := flag.String("name", "Jane Doe", "the customer's name")
	downloads := flag.String("downloads", "", "folder for files the portal offers")
	greet := flag.Bool("greet", false, "open no session: say how a window is greeted")
	flag.Parse()
	if err := run(care.Mode(*limit), *greet, masquerade.Greeting{
		Ticket: "TICKET-canary-5d0e", Verifier: "VERIFIER-canary-5d0e", SessionID: "M-1", Device: "desk-1",
		CSRID: "CSR001", CSRName: "Ann Ruiz", WebUserID: "W00000001", Username: "jdoe", CustomerName: *name, Account: "030000013",
		Mode: care.ModeView, AckText: "I know that it is real.", Banner: "Changes affect the customer's account.", IdleMS: (10 * time.Minute).Milliseconds(), Language: *language, Downloads: *downloads,
	}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run serves until standard input ends.
func run(limit care.Mode, greet bool, g masquerade.Greeting) error {
	told := make(chan json.RawMessage, 100)
	pages, err := portal(limit, told)
	if err != nil {
		return err
	}
	defer pages.Close()
	g.Portal = pages.URL
	events := make(chan masquerade.Event, 100)
	end := func(string) {}
	var first any = map[string]any{"greeting": g}
	if !greet {
		ctx, cancel := context.WithCancel(context.Background())
		s, err := masquerade.Open(ctx, g, masquerade.Options{Tell: func(e masquerade.Event) { events <- e }})
		if err != nil {
			cancel()
			return fmt.Errorf("opening the session: %w", err)
		}
		defer s.Wait()
		defer cancel()
		end = func(reason string) { go s.Close(reason) }
		first = map[string]string{"shell": s.ShellURL()}
	}
	out := json.NewEncoder(os.Stdout)
	if err := out.Encode(first); err != nil {
		return fmt.Errorf("telling what stands: %w", err)
	}
	orders := make(chan string)
	go func() {
		defer close(orders)
		for in := bufio.NewScanner(os.Stdin); in.Scan(); {
			orders <- in.Text()
		}
	}()
	for {
		select {
		case e := <-events:
			if err := masquerade.WriteLine(os.Stdout, e); err != nil {
				return err
			}
		case refused := <-told:
			if err := out.Encode(map[string]any{"type": "told", "refused": refused}); err != nil {
				return fmt.Errorf("telling what was refused: %w", err)
			}
		case order, ok := <-orders:
			switch {
			case !ok:
				return nil
			case order == "down":
				pages.CloseClientConnections()
				pages.Close()
			case order == "up":
				if pages, err = again(pages); err != nil {
					return err
				}
			case order == "end":
				end("sign-out")
			case order == "locked":
				end("customer_locked")
			}
		}
	}
}

// again serves what went away, where it was.
func again(gone *httptest.Server) (*httptest.Server, error) {
	ln, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", gone.Listener.Addr().String())
	if err != nil {
		return nil, fmt.Errorf("opening the portal's port again: %w", err)
	}
	pages := httptest.NewUnstartedServer(gone.Config.Handler)
	_ = pages.Listener.Close()
	pages.Listener = ln
	pages.Start()
	return pages, nil
}

// portal serves the attacking pages as a portal that keeps the protocol.
func portal(limit care.Mode, told chan<- json.RawMessage) (*httptest.Server, error) {
	files, err := fs.Sub(site, "site")
	if err != nil {
		return nil, fmt.Errorf("opening the pages: %w", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /masquerade/redeem", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]any{"credential": canary, "session_id": "M-1", "ends_at": time.Now().Add(30 * time.Minute).UnixMilli(), "mode": care.ModeView, "limit": limit})
	})
	mux.HandleFunc("POST /masquerade/mode", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]care.Mode{"mode": limit})
	})
	mux.HandleFunc("POST /masquerade/refused", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		told <- body
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("POST /masquerade/end", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /bill", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/pdf")
		_, _ = io.WriteString(w, "%PDF-1.4 a bill")
	})
	mux.HandleFunc("POST /save", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/next.html?saved="+r.FormValue("phone"), http.StatusSeeOther)
	})
	mux.HandleFunc("POST /upload", func(w http.ResponseWriter, r *http.Request) {
		file, head, err := r.FormFile("meter")
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		defer file.Close()
		read, err := io.Copy(io.Discard, file)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		http.Redirect(w, r, "/next.html?"+url.Values{"file": {head.Filename}, "bytes": {strconv.FormatInt(read, 10)}, "words": {r.FormValue("words")}}.Encode(), http.StatusSeeOther)
	})
	mux.HandleFunc("GET /usage.csv", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/csv")
		w.Header().Set("Content-Disposition", `attachment; filename="usage.csv"`)
		_, _ = io.WriteString(w, "day,kWh\n")
	})
	mux.HandleFunc("POST /meters", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.Copy(w, r.Body)
	})
	mux.HandleFunc("GET /away", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://127.0.0.1:9/", http.StatusSeeOther)
	})
	mux.HandleFunc("GET /nobody", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Del("Meterside-Actor")
		_, _ = io.WriteString(w, "somebody's balance")
	})
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "portal", Value: "COOKIE-canary-5d0e", Path: "/"})
		http.ServeFileFS(w, r, files, "first.html")
	})
	mux.Handle("GET /", http.FileServerFS(files))
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, "/masquerade/") && r.Header.Get("Authorization") != "Masquerade "+canary {
			http.Error(w, "not signed in", http.StatusUnauthorized)
			return
		}
		w.Header().Set("Meterside-Session", "M-1")
		w.Header().Set("Meterside-Actor", "CSR001")
		mux.ServeHTTP(w, r)
	})), nil
}
