package procs

import "time"

const (
	// lookTime is how often the CPU that was used is looked at.
	lookTime = 100 * time.Millisecond
	// busyCores of one thread: at once all threads are let run.
	busyCores = 0.5
	// idleCores of all threads, for idleLooks in a row: one is enough.
	idleCores = 0.3
	idleLooks = 50
)

// choice is how many threads run Go code at once: all, or one.
type choice struct {
	isOne bool
	// idle counts the looks in a row at which little was used.
	idle int
}

// look takes how many cores were used since the last look. It returns true where the choice is another
// one now.
func (c *choice) look(cores float64) bool {
	if c.isOne {
		if cores < busyCores {
			return false
		}
		*c = choice{}
		return true
	}
	if cores >= idleCores {
		c.idle = 0
		return false
	}
	c.idle++
	c.isOne = c.idle >= idleLooks
	return c.isOne
}
