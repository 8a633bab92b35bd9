package portal

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"meterside/care"
)

// Figures are what a portal counts of itself, for whoever watches over it. Other packages register theirs beside them.
type Figures struct {
	*prometheus.Registry

	wait     prometheus.Histogram // from a command's arrival to the turn of its group, s
	group    prometheus.Histogram // commands to a transaction
	commits  prometheus.Counter   // of commands
	commands *prometheus.CounterVec
	age      prometheus.Histogram // from when a command was made to when it arrived, s
}

func newFigures() *Figures {
	f := &Figures{
		Registry: prometheus.NewRegistry(),
		wait: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "meterside_clock_wait_seconds", Help: "From a command's arrival to the clock being taken for it.", Buckets: prometheus.ExponentialBuckets(.0005, 4, 9),
		}),
		group: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "meterside_group_commands", Help: "Commands that share a transaction.", Buckets: prometheus.ExponentialBuckets(1, 2, 7),
		}),
		commits:  prometheus.NewCounter(prometheus.CounterOpts{Name: "meterside_commits_total", Help: "Transactions of commands."}),
		commands: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "meterside_commands_total", Help: "Commands, by how they ended."}, []string{"outcome"}),
		age: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "meterside_outbox_age_seconds", Help: "From when a desk's command was made to when it arrived.", Buckets: []float64{.1, 1, 10, 60, 600, 3600, 4 * 3600, 24 * 3600, 7 * 24 * 3600},
		}),
	}
	f.MustRegister(f.wait, f.group, f.commits, f.commands, f.age)
	return f
}

// turn notes that a group of commands takes the clock.
func (f *Figures) turn(all []*waiting, now time.Time) {
	f.commits.Inc()
	f.group.Observe(float64(len(all)))
	for _, w := range all {
		f.wait.Observe(now.Sub(w.now).Seconds())
		if w.actor.Desk != "" && w.env.CreatedAt > 0 {
			f.age.Observe(max(0, w.now.Sub(time.UnixMilli(w.env.CreatedAt)).Seconds()))
		}
	}
}

// decided notes how a command ended.
func (f *Figures) decided(v care.Verdict, err error) {
	outcome := string(v.Outcome)
	if err != nil {
		outcome = "undecided"
	}
	f.commands.WithLabelValues(outcome).Inc()
}
