package procs

import (
	"runtime"
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

	stop := make(chan struct{})
	defer close(stop)
	go func() {
		for {
			select {
			case <-stop:
				return
			default:
			}
		}
	}()
	require.Eventually(t, func() bool { return runtime.GOMAXPROCS(0) > 1 }, limit, lookTime)
}
