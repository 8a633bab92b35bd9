package hub

import "time"

// Options are what a hub may be told to do otherwise.
type Options struct {
	Beat  time.Duration // at most so long between two frames to a desk
	Check time.Duration // how often a connection's right to be there is looked at
	Poll  time.Duration // how often the clock is read where no bell rang
	Stall time.Duration // so long without progress ends a connection that has something to send

	// FileAbove is how many rows are sent one by one before a ready-made replica is offered instead.
	FileAbove int
	// CatchUps is how many desks may read the database for themselves at once; the others wait their turn.
	CatchUps int
	// SpoolBytes is how much of all catch-ups together is kept in memory between reading and sending; the rest goes to files.
	SpoolBytes int64

	// PerCSR and PerAddress bound the connections at once; 0 for no bound. Where a proxy stands in front, every desk has
	// the proxy's address.
	PerCSR, PerAddress int
	// HellosPerSecond bounds the connections that one address may open, with a burst of four seconds' worth; 0 for no bound.
	HellosPerSecond float64
}

// Defaults are what a hub does untold.
func Defaults() Options {
	return Options{
		Beat: 15 * time.Second, Check: time.Minute, Poll: time.Second, Stall: 10 * time.Second,
		FileAbove: 50_000, CatchUps: 8, SpoolBytes: 64 << 20, PerCSR: 16, PerAddress: 4000, HellosPerSecond: 500,
	}
}

// sweep is how often desks are looked over for what is due.
func (o Options) sweep() time.Duration { return max(min(time.Second, o.Beat/8), time.Millisecond) }
