package procs

import "time"

const (
	// lookTime is how often the CPU that was used is looked at.
	lookTime = 100 * time.Millisecond
	// busyCores of one thread, for busyLooks in a row: all threads are let run. It is more than a
	// collection of the garbage takes.
	busyCores = 0.5
	busyLooks = 5
	// idleCores of all threads, as the mean of idleLooks: one is enough.
	idleCores = 0.3
	idleLooks = 50
)

// choice is how many threads run Go code at once: all, or one.
type choice struct {
	isOne bool
	// looks were taken since the last choice or mean, busy of them in a row until now, with cores in sum.
	looks int
	busy  int
	cores float64
}

// look takes how many cores were used since the last look. It returns true where the choice is another
// one now.
func (c *choice) look(cores float64) bool {
	if c.isOne {
		c.busy++
		if cores < busyCores {
			c.busy = 0
		}
		if c.busy < busyLooks {
			return false
		}
		*c = choice{}
		return true
	}
	c.looks++
	c.cores += cores
	if c.looks < idleLooks {
		return false
	}
	*c = choice{isOne: c.cores/idleLooks < idleCores}
	return c.isOne
}
