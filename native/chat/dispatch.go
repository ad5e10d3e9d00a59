package chat

import "sync"

// mostQueued is how many calls may wait for the event loop before the one who posts has to: so a flood
// takes no memory, and the event loop comes to its timers between such lots.
const mostQueued = 256

// dispatcher brings calls from other goroutines onto the virtual user's event loop, in order. Between
// calls it keeps one callback registered, so that the iteration does not end before it is closed.
type dispatcher struct {
	register func() func(func() error)

	mu     sync.Mutex
	queue  []func() error
	wake   func(func() error)
	closed bool
	// taken is closed when the queue was taken; nil where nobody waits for that.
	taken chan struct{}
}

// newDispatcher has to be called on the event loop.
func newDispatcher(register func() func(func() error)) *dispatcher {
	return &dispatcher{register: register, wake: register()}
}

// post queues a call. After close it does nothing.
func (d *dispatcher) post(call func() error) {
	d.add(call, false)
}

// close queues the last call.
func (d *dispatcher) close(last func() error) {
	d.add(last, true)
}

func (d *dispatcher) add(call func() error, isLast bool) {
	d.mu.Lock()
	if d.closed {
		d.mu.Unlock()
		return
	}
	d.closed = isLast
	d.queue = append(d.queue, call)
	wake := d.wake
	d.wake = nil
	d.mu.Unlock()
	if wake != nil {
		wake(d.drain)
	}
}

// waitForRoom returns when there is room in the queue, or nobody needs any: over is closed. Not with a
// lock held that a call may want.
func (d *dispatcher) waitForRoom(over <-chan struct{}) {
	d.mu.Lock()
	if len(d.queue) < mostQueued || d.closed {
		d.mu.Unlock()
		return
	}
	if d.taken == nil {
		d.taken = make(chan struct{})
	}
	taken := d.taken
	d.mu.Unlock()
	select {
	case <-taken:
	case <-over:
	}
}

// take empties the queue. It is called with mu held.
func (d *dispatcher) take() []func() error {
	calls := d.queue
	d.queue = nil
	if d.taken != nil {
		close(d.taken)
		d.taken = nil
	}
	return calls
}

// drain runs on the event loop.
func (d *dispatcher) drain() error {
	d.mu.Lock()
	calls := d.take()
	if !d.closed {
		d.wake = d.register()
	}
	d.mu.Unlock()
	return run(calls)
}

// now runs what is queued at once; it has to be called on the event loop.
func (d *dispatcher) now() error {
	d.mu.Lock()
	calls := d.take()
	d.mu.Unlock()
	return run(calls)
}

func run(calls []func() error) error {
	for _, call := range calls {
		if err := call(); err != nil {
			return err
		}
	}
	return nil
}
