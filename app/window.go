package app

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/wailsapp/wails/v2"
	"github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/options/assetserver"
	"github.com/wailsapp/wails/v2/pkg/options/linux"
	"github.com/wailsapp/wails/v2/pkg/options/windows"
	"github.com/wailsapp/wails/v2/pkg/runtime"

	"meterside/backend"
	"meterside/backend/masquerade"
)

// farewell is how long the banner says why a session has ended before its window goes.
const farewell = 1200 * time.Millisecond

// runMasquerade is the second window: it opens the session that the desk tells it on in, shows the loopback shell, and
// tells the desk on out what happens. It binds no methods, and what its browser keeps is in a folder that the desk gave it
// and that goes with it, whichever of the two is the last.
func runMasquerade(browser string, in *bufio.Reader, out io.Writer, log *slog.Logger) int {
	// A desk that died hears nothing more: a word to it must fail, not end this process before it has cleaned up.
	signal.Ignore(syscall.SIGPIPE)
	tell := func(e masquerade.Event) {
		if err := masquerade.WriteLine(out, e); err != nil {
			log.Debug("the desk does not hear", "error", err)
		}
	}
	fail := func(err error) int {
		log.Error("the masquerade was not opened", "error", err)
		tell(masquerade.RefusedBy(err))
		return 1
	}
	greeting, err := masquerade.ReadGreeting(in)
	if err != nil {
		return fail(err)
	}
	if err := keepIn(browser); err != nil {
		return fail(err)
	}
	defer forget(browser, log)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	trust, err := backend.TLS()
	if err != nil {
		return fail(err)
	}
	session, err := masquerade.Open(ctx, greeting, masquerade.Options{Tell: tell, Log: log, TLS: trust})
	if err != nil {
		return fail(err)
	}
	go obey(in, session)
	err = wails.Run(&options.App{
		Title: session.Title(), Width: 1100, Height: 760,
		AssetServer: &assetserver.Options{Handler: hop(session.ShellURL())},
		OnStartup: func(window context.Context) {
			go func() {
				<-session.Done()
				time.Sleep(farewell)
				runtime.Quit(window)
			}()
		},
		Linux:   &linux.Options{WebviewGpuPolicy: linux.WebviewGpuPolicyNever, ProgramName: "meterside-masquerade"},
		Windows: &windows.Options{WebviewUserDataPath: browser},
	})
	session.Close(masquerade.ReasonClosed)
	cancel()
	session.Wait()
	if err != nil {
		return fail(err)
	}
	return 0
}

// obey follows the desk's orders. The end of its words means that the desk is gone.
func obey(in *bufio.Reader, session *masquerade.Session) {
	for {
		order, err := masquerade.ReadOrder(in)
		if errors.Is(err, io.EOF) || err != nil {
			session.Close(masquerade.ReasonDesk)
			return
		}
		if order.Type == masquerade.OrderEnd {
			session.Close(order.Reason)
		}
	}
}

// hop is the window's first page: it goes on to the loopback shell at once, so that no page of the portal ever stands on
// the origin that Wails trusts.
func hop(shell string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		target, err := json.Marshal(shell)
		if err != nil {
			http.Error(w, "no shell", http.StatusInternalServerError)
			return
		}
		_, _ = fmt.Fprintf(w, "<!doctype html><html><head></head><body><script>location.replace(%s)</script></body></html>", target)
	})
}

// forget takes the browser's folder away. Its own processes may write there for a moment still, so it looks again until
// the folder stays away; what one of them leaves after that goes with the desk's sweep.
func forget(browser string, log *slog.Logger) {
	for tries, away := 0, 0; away < 5 && tries < 30; tries++ {
		if _, missing := os.Stat(browser); errors.Is(missing, os.ErrNotExist) {
			away++
		} else if err := os.RemoveAll(browser); err != nil {
			log.Debug("the browser's folder is still in use", "error", err)
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// keepIn has everything that the browser in this window keeps in a folder.
func keepIn(browser string) error {
	if browser == "" {
		return errors.New("the desk gave no folder for the window's browser")
	}
	for name, sub := range map[string]string{"XDG_DATA_HOME": "data", "XDG_CACHE_HOME": "cache", "XDG_CONFIG_HOME": "config"} {
		if err := os.Setenv(name, filepath.Join(browser, sub)); err != nil {
			return fmt.Errorf("placing what the window's browser keeps: %w", err)
		}
	}
	return nil
}
