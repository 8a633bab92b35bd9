// Command centrifuge is the peer that the portal's hub is held against: the hub of the centrifuge library, at its defaults
// where they cost nothing, doing what the storm tells its children. It is a module of its own, so that nothing of it is in
// what ships.
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"strconv"
	"syscall"
	"time"

	"github.com/centrifugal/centrifuge"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "centrifuge:", err)
		os.Exit(1)
	}
}

// run serves until it is told to end. Its arguments are how many bytes a message has, and to how many rooms one goes each
// second; a client says in the address which room it is in.
func run(ctx context.Context) error {
	if len(os.Args) != 3 {
		return errors.New("usage: centrifuge BYTES ROOMS")
	}
	size, err := strconv.Atoi(os.Args[1])
	if err != nil {
		return err
	}
	rooms, err := strconv.Atoi(os.Args[2])
	if err != nil {
		return err
	}
	node, err := centrifuge.New(centrifuge.Config{})
	if err != nil {
		return err
	}
	node.OnConnecting(func(ctx context.Context, _ centrifuge.ConnectEvent) (centrifuge.ConnectReply, error) {
		room, _ := ctx.Value(inRoom{}).(string)
		return centrifuge.ConnectReply{Subscriptions: map[string]centrifuge.SubscribeOptions{room: {}}}, nil
	})
	if err := node.Run(); err != nil {
		return err
	}
	ws := centrifuge.NewWebsocketHandler(node, centrifuge.WebsocketConfig{ReadBufferSize: 1024, WriteBufferSize: 1024, UseWriteBufferPool: true})
	server := &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := context.WithValue(r.Context(), inRoom{}, r.URL.Query().Get("room"))
		ws.ServeHTTP(w, r.WithContext(centrifuge.SetCredentials(ctx, &centrifuge.Credentials{UserID: "desk"})))
	})}
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(ln) }()
	fmt.Println("listening", ln.Addr())
	err = obey(ctx, rooms, func(room int) error {
		_, err := node.Publish(strconv.Itoa(room), make([]byte, size))
		return err
	})
	err = errors.Join(err, server.Close(), node.Shutdown(context.WithoutCancel(ctx)))
	if ended := <-served; !errors.Is(ended, http.ErrServerClosed) {
		err = errors.Join(err, ended)
	}
	return err
}

type inRoom struct{}

// obey does what the input says, as the storm's other children do.
func obey(ctx context.Context, rooms int, publish func(room int) error) error {
	words := make(chan string)
	go func() {
		defer close(words)
		for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
			words <- lines.Text()
		}
	}()
	tick := time.NewTicker(time.Second / time.Duration(rooms))
	defer tick.Stop()
	busy := false
	for i := 0; ; {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			if !busy {
				continue
			}
			if err := publish(i % rooms); err != nil {
				return err
			}
			i++
		case word, ok := <-words:
			if !ok {
				return nil
			}
			switch word {
			case "memory":
				fmt.Println("memory", held())
			case "cpu":
				fmt.Println("cpu", used())
			case "change", "hush":
				busy = word == "change"
			}
		}
	}
}

func held() uint64 {
	for range 3 {
		runtime.GC()
	}
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}

func used() int64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return u.Utime.Nano() + u.Stime.Nano()
}
