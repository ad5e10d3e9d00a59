package chat

import (
	"context"
	"errors"
	"math"
	"net"
	"net/http"
	"net/url"
	"sync"

	"github.com/gorilla/websocket"
)

// Frames that are written share their buffers: a session writes once in half a minute.
var writeBuffers sync.Pool

// A reply to an upgrade has no bound in Go's reader: a server that never ends its headers would fill the
// memory.
const mostHandshakeBytes = 1 << 20

var errHandshakeTooBig = errors.New("the reply to the upgrade is over 1 MB")

// boundedConn is a connection of which no more than so many bytes can be read.
type boundedConn struct {
	net.Conn
	left int
}

func (c *boundedConn) Read(buffer []byte) (int, error) {
	if c.left <= 0 {
		return 0, errHandshakeTooBig
	}
	n, err := c.Conn.Read(buffer)
	c.left -= n
	return n, err
}

// run opens the socket, reads it to its end, and tells of both.
func (s *chatSocket) run(ctx context.Context, address *url.URL, options *socketOptions) {
	defer s.cancel()
	conn, status, err := s.connect(ctx, address, options)
	if err != nil {
		s.dispatcher.close(func() error { return s.listener.call("onRefused", err.Error(), status) })
		return
	}
	s.mu.Lock()
	s.conn = conn
	wasClosed := s.isClosing
	s.mu.Unlock()
	if wasClosed {
		_ = conn.Close()
	} else {
		s.listener.post("onOpen")
	}
	// At the end of its time a virtual user is stopped without a word to its script.
	stopWatching := context.AfterFunc(s.module.vu.Context(), s.sendClose)
	defer stopWatching()
	conn.SetPingHandler(s.pong)
	s.read(conn, ctx.Done())
}

// connect uses what k6 itself connects with, so that its network metrics, options and blocked hosts hold.
func (s *chatSocket) connect(
	giveUp context.Context, address *url.URL, options *socketOptions,
) (*websocket.Conn, int, error) {
	state := s.module.vu.State()
	bounded := &boundedConn{left: mostHandshakeBytes}
	// The handshake itself does not look at its context.
	stopWatching := func() bool { return true }
	dialer := websocket.Dialer{
		HandshakeTimeout: duration(options.HandshakeTimeoutMs),
		Proxy:            http.ProxyFromEnvironment,
		WriteBufferPool:  &writeBuffers,
		NetDialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			dialed, err := state.Dialer.DialContext(ctx, network, address)
			if err != nil {
				return nil, err
			}
			stopWatching = context.AfterFunc(giveUp, func() { _ = dialed.Close() })
			s.wire = quickly(dialed)
			bounded.Conn = s.wire
			return bounded, nil
		},
	}
	if state.TLSConfig != nil {
		dialer.TLSClientConfig = state.TLSConfig.Clone()
		dialer.TLSClientConfig.NextProtos = []string{"http/1.1"}
	}
	if state.CookieJar != nil {
		dialer.Jar = state.CookieJar
	}
	conn, response, err := dialer.DialContext(giveUp, address.String(), options.header(state.Options.UserAgent.String))
	stopWatching()
	bounded.left = math.MaxInt
	status := 0
	if response != nil {
		status = response.StatusCode
		_ = response.Body.Close()
	}
	var remote net.Addr
	if conn != nil {
		remote = conn.RemoteAddr()
	}
	s.metrics.connected(s.startedAt, address.String(), status, remote)
	return conn, status, err
}
