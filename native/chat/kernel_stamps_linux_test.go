package chat

import (
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.k6.io/k6/v2/lib/netext"
)

// What is read late was there when the kernel says, and not when it was read.
func TestBytesThatAreReadLateHaveTheirArrival(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = listener.Close() }()
	dialed, err := net.Dial("tcp", listener.Addr().String())
	require.NoError(t, err)
	server, err := listener.Accept()
	require.NoError(t, err)
	defer func() { _ = server.Close() }()

	var received int64
	conn, ok := quickly(&netext.Conn{Conn: dialed, BytesRead: &received, BytesWritten: new(int64)}).(*quickConn)
	require.True(t, ok)
	defer func() { _ = conn.Close() }()
	const late = 150 * time.Millisecond
	for round := range 4 {
		before := time.Now()
		_, err = server.Write([]byte("frame"))
		require.NoError(t, err)
		written := time.Now()
		time.Sleep(late)
		n, err := conn.Read(make([]byte, 64))
		require.NoError(t, err)
		require.Equal(t, 5, n)
		// The kernel begins to stamp a moment after it was first asked to.
		if round == 0 {
			continue
		}
		require.WithinRange(t, conn.stamps.arrivedAt, before.Add(-time.Millisecond), written.Add(time.Millisecond))
	}
	require.Equal(t, int64(20), received)
}
