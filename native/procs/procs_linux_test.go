package procs

import (
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A process with nothing to do goes on by one thread, and by all of them again when it has.
func TestThreadsFollowWhatIsUsed(t *testing.T) {
	t.Setenv("GOMAXPROCS", "")
	before := runtime.GOMAXPROCS(2)
	defer runtime.SetDefaultGOMAXPROCS()
	if runtime.NumCPU() < 2 || before < 2 {
		t.Skip("one thread only")
	}
	Adapt()
	const limit = 60 * time.Second
	isOne := func() bool { return runtime.GOMAXPROCS(0) == 1 }
	require.Eventually(t, isOne, limit, lookTime)

	var isOver atomic.Bool
	defer isOver.Store(true)
	go func() {
		for !isOver.Load() {
			runtime.Gosched()
		}
	}()
	require.Eventually(t, func() bool { return runtime.GOMAXPROCS(0) > 1 }, limit, lookTime)
}
