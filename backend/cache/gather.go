package cache

import (
	"context"
	"fmt"
	"slices"
	"time"
)

const (
	// fewWaiting is up to how many unanswered commands every commit is applied as it comes.
	fewWaiting = 16
	// gatherFor is how long a commit waits for those that follow it, if any do.
	gatherFor = 2 * time.Second
)

// gathering is the commits that came and are not applied yet, as one. What came with them stands in the page.
type gathering struct {
	Commit
	began time.Time
}

// gather says whether a commit is to be applied with a later one, of which more answers are to be expected. To apply one, all
// that is unanswered is laid on anew: after so many answers as are a quarter of what waits, that comes to a few times for each
// command, however many were made offline. m becomes what is to be applied now. It is called with pageMu held.
func (c *Cache) gather(ctx context.Context, m *Commit) (bool, error) {
	first := c.page.first
	c.page.first = false
	if g := c.page.gathered; g != nil {
		g.add(*m)
		*m = g.Commit
	}
	if first || c.page.open != nil || len(m.Granted)+len(m.Taken) > 0 || c.page.gathered != nil && time.Since(c.page.gathered.began) > gatherFor {
		return false, nil
	}
	var waiting int
	if err := c.outbox.Read.QueryRowContext(ctx, "SELECT count(*) FROM command WHERE state IN ('queued', 'sent')").Scan(&waiting); err != nil {
		return false, fmt.Errorf("counting what waits for an answer: %w", err)
	}
	if waiting <= fewWaiting || 4*len(m.Verdicts) >= waiting {
		return false, nil
	}
	if c.page.gathered == nil {
		c.page.gathered = &gathering{*m, time.Now()}
	}
	return true, nil
}

// Settle applies what waits for more, as no more comes, and says whether there was any.
func (c *Cache) Settle(ctx context.Context) (bool, error) {
	c.pageMu.Lock()
	defer c.pageMu.Unlock()
	return c.settle(ctx)
}

// settle is Settle. It is called with pageMu held.
func (c *Cache) settle(ctx context.Context) (bool, error) {
	g := c.page.gathered
	if g == nil {
		return false, nil
	}
	stand := c.Stand()
	_, err := c.apply(ctx, stand.Server, stand.Epoch, g.Commit)
	return err == nil, err
}

// add puts the next commit to those that were gathered: rows are states, so that only the last place counts.
func (g *gathering) add(m Commit) {
	g.Digests = slices.DeleteFunc(slices.Clone(g.Digests), func(was ScopeDigest) bool {
		return slices.ContainsFunc(m.Digests, func(is ScopeDigest) bool { return is.Scope == was.Scope })
	})
	g.To, g.Time = max(g.To, m.To), max(g.Time, m.Time)
	g.Verdicts = append(g.Verdicts, m.Verdicts...)
	g.Digests = append(g.Digests, m.Digests...)
	g.Granted, g.Taken = m.Granted, m.Taken
}
