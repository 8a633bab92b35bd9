package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

// TestMain lets this program be its own child.
func TestMain(m *testing.M) {
	if os.Getenv(childVariable) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// A small storm: every desk is live before and after its portal was started again, and every figure is a number.
func TestASmallStorm(t *testing.T) {
	for _, kill := range []bool{false, true} {
		t.Run(fmt.Sprintf("killed %v", kill), func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
			defer cancel()
			var out, log bytes.Buffer
			args := []string{"--desks", "50", "--districts", "5", "--before", "1s", "--after", "1s", fmt.Sprintf("--kill=%v", kill)}
			if err := run(ctx, args, strings.NewReader(""), &out, &log); err != nil {
				t.Fatalf("%v\n%s", err, log.String())
			}
			t.Logf("\n%s%s", out.String(), log.String())
			for _, name := range []string{"storm_desk_memory", "storm_delivery_cpu_bare", "storm_all_live", "storm_change_p99_during", "storm_change_p99_after"} {
				if !strings.Contains(out.String(), "bench "+name+" ") {
					t.Errorf("there is no %s", name)
				}
			}
		})
	}
}
