package procs

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestOneThreadOnlyAfterALongTimeWithLittleToDo(t *testing.T) {
	t.Parallel()
	var c choice
	for range 3 * idleLooks {
		require.False(t, c.look(idleCores), "a third of a core is not little")
	}
	for range idleLooks - 1 {
		require.False(t, c.look(0.1))
	}
	require.False(t, c.look(1.5), "a burst begins the wait anew")
	for range idleLooks - 1 {
		require.False(t, c.look(0.1))
	}
	require.True(t, c.look(0.1))
	require.True(t, c.isOne)
}

func TestAllThreadsAtOnceWhereOneIsBusy(t *testing.T) {
	t.Parallel()
	c := choice{isOne: true}
	// More than would make it one thread, but one bears it: it does not go to and fro.
	require.False(t, c.look(busyCores-0.01))
	require.True(t, c.look(busyCores))
	require.False(t, c.isOne)
	require.False(t, c.look(0))
}
