package app

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"meterside/backend/masquerade"
)

const (
	browserPrefix = "meterside-masquerade-"
	// sweptAfter is far longer than any session: what is older belongs to no window.
	sweptAfter = 24 * time.Hour
)

// child is the second window's process, from the desk's side.
type child struct {
	greeting masquerade.Greeting
	process  *exec.Cmd
	browser  string // the folder of everything that the browser in the window keeps; the desk takes it away
	orders   io.WriteCloser
	told     io.ReadCloser
	begun    chan error    // the first word: nil for started
	left     bool          // guarded by the host's mu: the process has ended
	gone     chan struct{} // closed when the end of its session is on its way too
}

// newChild prepares a window; its process is not started.
func newChild(g masquerade.Greeting) (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("finding the program: %w", err)
	}
	c := &child{greeting: g, begun: make(chan error, 1), gone: make(chan struct{})}
	if c.browser, err = os.MkdirTemp("", browserPrefix); err != nil {
		return nil, fmt.Errorf("making the folder of the window's browser: %w", err)
	}
	c.process = exec.Command(self, "--browser-folder", c.browser, "--masquerade") //nolint:gosec,noctx // itself; it ends by its input
	c.process.Stderr = os.Stderr
	var orders, told error
	c.orders, orders = c.process.StdinPipe()
	c.told, told = c.process.StdoutPipe()
	if err := errors.Join(orders, told); err != nil {
		c.discard()
		return nil, fmt.Errorf("opening the masquerade's window: %w", err)
	}
	return c, nil
}

// discard takes away what was prepared for a process that was not started.
func (c *child) discard() {
	if c.orders != nil {
		_ = c.orders.Close()
	}
	if c.told != nil {
		_ = c.told.Close()
	}
	_ = os.RemoveAll(c.browser)
}

// open greets the window and waits for its first word.
func (c *child) open() error {
	if err := masquerade.WriteLine(c.orders, c.greeting); err != nil {
		c.kill()
		return fmt.Errorf("telling the masquerade's window: %w", err)
	}
	select {
	case err := <-c.begun:
		return err
	case <-time.After(opensWithin):
		return errors.New("the masquerade's window did not open")
	}
}

// begin passes the window's first word on. Nobody may be waiting any more, so a word too many is dropped.
func (c *child) begin(err error) {
	select {
	case c.begun <- err:
	default:
	}
}

// end tells the window to close and waits until it is gone. A window that does not hear is ended by force.
func (c *child) end(reason string) {
	if err := masquerade.WriteLine(c.orders, masquerade.Order{Type: masquerade.OrderEnd, Reason: reason}); err != nil {
		c.kill()
	}
	select {
	case <-c.gone:
	case <-time.After(closesWithin):
		c.kill()
		<-c.gone
	}
}

// kill ends the process by force. The browser's own processes may hold its output for longer, so that is left as well.
func (c *child) kill() {
	_ = c.process.Process.Kill()
	_ = c.told.Close()
}

// sweepBrowsers takes away the folders of windows that were ended by force together with their desk.
func sweepBrowsers(log *slog.Logger, temp string, now time.Time) {
	left, err := filepath.Glob(filepath.Join(temp, browserPrefix+"*"))
	if err != nil {
		log.Warn("the folders of earlier masquerades cannot be listed", "error", err)
		return
	}
	for _, folder := range left {
		info, err := os.Lstat(folder)
		if err != nil || !info.IsDir() || now.Sub(info.ModTime()) < sweptAfter {
			continue
		}
		if err := os.RemoveAll(folder); err != nil {
			log.Warn("the folder of an earlier masquerade cannot be removed", "error", err)
		}
	}
}
