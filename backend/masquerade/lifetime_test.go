package masquerade

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestEndsInTime(t *testing.T) {
	for name, c := range map[string]struct {
		left, idle time.Duration
		touches    []time.Duration // since the start
		reason     string
		after      time.Duration
	}{
		"idle":                       {30 * time.Minute, 10 * time.Minute, nil, ReasonIdle, 10 * time.Minute},
		"idle after the last page":   {30 * time.Minute, 10 * time.Minute, []time.Duration{time.Minute, 9 * time.Minute}, ReasonIdle, 19 * time.Minute},
		"use does not extend it":     {30 * time.Minute, 10 * time.Minute, []time.Duration{9 * time.Minute, 18 * time.Minute, 27 * time.Minute}, ReasonMax, 30 * time.Minute},
		"shorter than the idle time": {5 * time.Minute, 10 * time.Minute, nil, ReasonMax, 5 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				l := newLifetime(c.left, c.idle)
				for _, at := range c.touches {
					time.AfterFunc(at, l.touch)
				}
				reason := l.watch(t.Context(), func() {})
				if after := time.Since(start); reason != c.reason || after != c.after {
					t.Errorf("ended after %v because of %q, want %v and %q", after, reason, c.after, c.reason)
				}
			})
		})
	}
}

func TestSilentBannerIsNoticedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		l := newLifetime(time.Hour, time.Hour)
		start := time.Now()
		var fell []time.Duration
		go l.watch(ctx, func() { fell = append(fell, time.Since(start)) })
		time.Sleep(time.Minute)
		if l.beat() {
			t.Error("it came back without having gone")
		}
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		if len(fell) != 1 || fell[0] != time.Minute+silence {
			t.Errorf("fell silent at %v", fell)
		}
		if !l.beat() {
			t.Error("its return is not noticed")
		}
		cancel()
	})
}

func TestTimeLeftByThePortalsClock(t *testing.T) {
	now := time.Now().Truncate(time.Second)
	ahead := now.Add(3 * time.Hour) // the portal's clock
	date := ahead.UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT")
	for name, c := range map[string]struct {
		granted, greeted time.Time
		want             time.Duration
	}{
		"granted":          {ahead.Add(30 * time.Minute), time.Time{}, 30 * time.Minute},
		"greeted is first": {ahead.Add(30 * time.Minute), ahead.Add(20 * time.Minute), 20 * time.Minute},
		"granted is first": {ahead.Add(10 * time.Minute), ahead.Add(20 * time.Minute), 10 * time.Minute},
		"over":             {ahead.Add(-time.Minute), time.Time{}, -time.Minute},
		"endless":          {time.Time{}, time.Time{}, maxSession},
	} {
		t.Run(name, func(t *testing.T) {
			ms := func(t time.Time) int64 {
				if t.IsZero() {
					return 0
				}
				return t.UnixMilli()
			}
			if got := timeLeft(ms(c.granted), ms(c.greeted), date); got != c.want {
				t.Errorf("left %v, want %v", got, c.want)
			}
		})
	}
}
