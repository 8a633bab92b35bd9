// Package bus says that the portal's clock moved. It is a doorbell, never the truth: who is rung reads the database.
package bus

import "sync"

// Local rings within one process.
type Local struct {
	mu        sync.Mutex
	listeners map[chan struct{}]bool
}

// NewLocal gives a bus with no listeners.
func NewLocal() *Local { return &Local{listeners: map[chan struct{}]bool{}} }

// Ring wakes every listener. One that was woken before and has not looked yet is not woken twice.
func (b *Local) Ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for c := range b.listeners {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

// Listen gives a channel that is rung, and the function that ends it.
func (b *Local) Listen() (rung <-chan struct{}, stop func()) {
	c := make(chan struct{}, 1)
	b.mu.Lock()
	b.listeners[c] = true
	b.mu.Unlock()
	return c, func() {
		b.mu.Lock()
		delete(b.listeners, c)
		b.mu.Unlock()
	}
}
