package procs

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestOneThreadWhereTheMeanIsLittle(t *testing.T) {
	t.Parallel()
	var c choice
	for range 3 * idleLooks {
		require.False(t, c.look(idleCores), "a third of a core is not little")
	}
	// A collection of the garbage takes all for a moment.
	for look := range idleLooks - 1 {
		cores := 0.1
		if look%10 == 0 {
			cores = 1
		}
		require.False(t, c.look(cores))
	}
	require.True(t, c.look(0.1))
	require.True(t, c.isOne)
}

func TestAllThreadsWhereOneIsBusyForAWhile(t *testing.T) {
	t.Parallel()
	c := choice{isOne: true}
	for range 100 {
		// More than would make it one thread, but one bears it: it does not go to and fro.
		require.False(t, c.look(busyCores-0.01))
		for range busyLooks - 1 {
			require.False(t, c.look(1))
		}
	}
	require.False(t, c.look(0.1))
	for range busyLooks - 1 {
		require.False(t, c.look(busyCores))
	}
	require.True(t, c.look(busyCores))
	require.False(t, c.isOne)
	require.False(t, c.look(0))
}
