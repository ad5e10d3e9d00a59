// Package procs lets Go run on one thread while a run has little to do.
//
// On several threads, each frame that wakes a goroutine wakes a further thread to look for more work, and
// there is none: at the recorded pace with 500 sessions a frame took 38 µs so, and 28 on one thread. One
// thread is not enough for a fast load, so what is used is looked at again and again.
package procs

import (
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"syscall"
	"time"
)

var once sync.Once

// collect is done once, after the sessions have begun. What they needed for that is garbage now, of which the
// next collection would be long in coming: until then a run of 500 sessions grew by a half.
var collect sync.Once

// Adapt begins to choose, for the rest of the process, unless the user has chosen by GOMAXPROCS or there
// is one thread only. Further calls do nothing.
func Adapt() {
	once.Do(func() {
		if os.Getenv("GOMAXPROCS") == "" && runtime.GOMAXPROCS(0) > 1 {
			go adapt()
		}
	})
}

func adapt() {
	var chosen choice
	at, used := time.Now(), cpuTime()
	for range time.Tick(lookTime) {
		now, usedNow := time.Now(), cpuTime()
		isOther := chosen.look(float64(usedNow-used) / float64(now.Sub(at)))
		at, used = now, usedNow
		switch {
		case isOther && chosen.isOne:
			runtime.GOMAXPROCS(1)
			collect.Do(debug.FreeOSMemory)
		case isOther:
			// As many as Go itself would take here.
			runtime.SetDefaultGOMAXPROCS()
		}
	}
}

// cpuTime is what this process has used of all cores.
func cpuTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
