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
	queue  []queued
	wake   func(func() error)
	closed bool
	// taken is closed when the queue was taken; nil where nobody waits for that.
	taken chan struct{}
}

// queued is a call that waits: one of its own, or one that stands for several that would tell the same.
type queued struct {
	call    func() error
	what    string
	counted func(count int) error
	count   int
}

func (q *queued) run() error {
	if q.counted != nil {
		return q.counted(q.count)
	}
	return q.call()
}

// newDispatcher has to be called on the event loop.
func newDispatcher(register func() func(func() error)) *dispatcher {
	return &dispatcher{register: register, wake: register()}
}

// post queues a call. After close it does nothing.
func (d *dispatcher) post(call func() error) {
	d.add(queued{call: call}, false)
}

// postCounted queues a call that tells of something, or counts it to the last one where that tells the same:
// a flood of frames that are no answer's costs the script one call.
func (d *dispatcher) postCounted(what string, call func(count int) error) {
	d.add(queued{what: what, counted: call, count: 1}, false)
}

// close queues the last call.
func (d *dispatcher) close(last func() error) {
	d.add(queued{call: last}, true)
}

func (d *dispatcher) add(call queued, isLast bool) {
	d.mu.Lock()
	if d.closed {
		d.mu.Unlock()
		return
	}
	d.closed = isLast
	if last := len(d.queue) - 1; call.counted != nil && last >= 0 && d.queue[last].what == call.what {
		d.queue[last].count++
	} else {
		d.queue = append(d.queue, call)
	}
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
func (d *dispatcher) take() []queued {
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

func run(calls []queued) error {
	for index := range calls {
		if err := calls[index].run(); err != nil {
			return err
		}
	}
	return nil
}
