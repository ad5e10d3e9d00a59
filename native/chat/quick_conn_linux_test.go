package chat

import (
	"io"
	"net"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.k6.io/k6/v2/lib/netext"
)

// dial returns both ends of a connection, the first one as k6's dialer makes it, and what counts its bytes.
func dial(t *testing.T) (*quickConn, *net.TCPConn, *int64) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { require.NoError(t, listener.Close()) }()
	dialed, err := net.Dial("tcp", listener.Addr().String())
	require.NoError(t, err)
	accepted, err := listener.Accept()
	require.NoError(t, err)
	t.Cleanup(func() {
		_ = dialed.Close()
		_ = accepted.Close()
	})
	var read, written int64
	quick, ok := quickly(&netext.Conn{Conn: dialed, BytesRead: &read, BytesWritten: &written}).(*quickConn)
	require.True(t, ok, "k6's connection is one that can be read quickly")
	return quick, accepted.(*net.TCPConn), &read //nolint:forcetypeassert // It was dialed as one.
}

func TestQuickReadsAreThoseOfTheConnection(t *testing.T) {
	t.Parallel()
	quick, server, read := dial(t)
	buffer := make([]byte, 4)

	// It waits for what is not there yet, and what does not fit is read next.
	go func() { _, _ = server.Write([]byte("frames")) }()
	n, err := quick.Read(buffer)
	require.NoError(t, err)
	require.Equal(t, "fram", string(buffer[:n]))
	n, err = quick.Read(buffer)
	require.NoError(t, err)
	require.Equal(t, "es", string(buffer[:n]))
	require.Equal(t, int64(len("frames")), *read)

	n, err = quick.Read(nil)
	require.NoError(t, err)
	require.Zero(t, n)

	require.NoError(t, server.Close())
	_, err = quick.Read(buffer)
	require.Equal(t, io.EOF, err)
}

// The same connection read in both ways has the same errors, text for text.
func TestQuickReadsHaveTheErrorsOfTheConnection(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*quickConn, *net.TCPConn){
		"deadline": func(quick *quickConn, _ *net.TCPConn) {
			_ = quick.SetReadDeadline(time.Now().Add(-time.Second))
		},
		"closed": func(quick *quickConn, _ *net.TCPConn) { _ = quick.Close() },
		"reset": func(quick *quickConn, server *net.TCPConn) {
			_ = server.SetLinger(0)
			_ = server.Close()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			quick, server, _ := dial(t)
			spoil(quick, server)
			buffer := make([]byte, 1)
			_, err := quick.Read(buffer)
			require.Error(t, err)
			if name == "reset" {
				// A socket tells of its error once.
				require.ErrorIs(t, err, syscall.ECONNRESET)
				require.EqualError(t, err, "read tcp "+quick.LocalAddr().String()+"->"+
					quick.RemoteAddr().String()+": read: connection reset by peer")
				return
			}
			_, plain := quick.Conn.Read(buffer)
			require.EqualError(t, err, plain.Error())
			require.Equal(t, name == "deadline", os.IsTimeout(err))
		})
	}
}
