// Command storm connects many simulated desks to one portal, changes something in every district each second, and starts
// the portal again under them. It prints what a desk costs and how long its changes take, in lines like those of bench:
//
//	go run -tags sqlite_fts5 ./sync/e2e/storm --desks 2000
//
// The portal, and the hubs that it is held against, a bare one and a peer's, run in processes of their own, so that their memory and their time
// on the processor are theirs alone.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "storm:", err)
		os.Exit(1)
	}
}

// options are what a storm is told.
type options struct {
	desks, districts int
	before, after    time.Duration // how long changes are watched on either side of the restart
	kill             bool          // the portal is killed, instead of being asked to end
	profile          string        // a folder for the portal's CPU profiles while it makes changes, and of its heap; "" for none
	database         string        // "" for a folder of its own
	peer             string        // the program of the peer that the hub is held against; "" for none
}

func run(ctx context.Context, args []string, in io.Reader, out, log io.Writer) error {
	var o options
	role := ""
	if len(args) > 0 && (args[0] == rolePortal || args[0] == roleBare) {
		role, args = args[0], args[1:]
	}
	flags := flag.NewFlagSet("storm", flag.ContinueOnError)
	flags.IntVar(&o.desks, "desks", 2000, "how many desks")
	flags.IntVar(&o.districts, "districts", 20, "how many districts")
	flags.DurationVar(&o.before, "before", 20*time.Second, "how long to watch before the restart")
	flags.DurationVar(&o.after, "after", 20*time.Second, "how long to watch after it")
	flags.BoolVar(&o.kill, "kill", false, "kill the portal instead of asking it to end")
	flags.StringVar(&o.database, "database", "", "the portal's database: a folder, the address of one of PostgreSQL's, or postgres for a server of its own; by default a folder of its own")
	flags.StringVar(&o.profile, "profile", "", "a folder to write profiles of the portal into: of its CPU while it makes changes, and of its heap with every desk idle")
	flags.StringVar(&o.peer, "peer", "", "the peer to hold the hub against: the program of the folder centrifuge")
	listen := flags.String("listen", "127.0.0.1:0", "of a child: where to listen")
	if err := flags.Parse(args); err != nil {
		return err
	}
	switch role {
	case rolePortal:
		return servePortal(ctx, o, *listen, in, out)
	case roleBare:
		return serveBare(ctx, *listen, in, out)
	}
	if err := enoughFiles(3*o.desks + 200); err != nil {
		return err
	}
	s := &storm{options: o, out: out, log: log, began: time.Now()}
	return s.run(ctx)
}
