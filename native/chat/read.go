package chat

import (
	"errors"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"nuc-k6/native/conversation"
	"nuc-k6/native/frame"
)

// A frame is read into, and opened in, buffers that all sockets share: between frames a socket has none.
var frameBuffers = sync.Pool{New: func() any { return new(frameBuffer) }}

// stampedWire is a connection that knows when the kernel had what was read.
type stampedWire interface {
	// lastRead is when the kernel had what was read last, and how many bytes that was.
	lastRead() (at time.Time, count int)
	// hasUnread tells whether the kernel has more.
	hasUnread() bool
}

type frameBuffer struct {
	sealed []byte
	opened []byte
}

// read reads to the connection's end. After over is closed, it no longer waits for the event loop.
func (s *chatSocket) read(conn *websocket.Conn, over <-chan struct{}) {
	for {
		kind, reader, err := conn.NextReader()
		if err == nil {
			err = s.take(kind, reader)
		}
		if err != nil {
			s.closed(err)
			return
		}
		s.isWaiting.Store(true)
		s.dispatcher.waitForRoom(over)
		s.isWaiting.Store(false)
	}
}

func (s *chatSocket) take(kind int, reader io.Reader) error {
	buffer := frameBuffers.Get().(*frameBuffer) //nolint:forcetypeassert // It holds nothing else.
	defer frameBuffers.Put(buffer)
	sealed, chars, err := readFrame(buffer.sealed[:0], reader, s.maxChars)
	buffer.sealed = sealed
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	// Under the lock, so that frames and questions have the order of their times.
	arrival := s.arrivalOf(time.Now(), len(sealed))
	if s.isClosing {
		return nil
	}
	s.taking = arrival.At
	defer func() { s.taking = time.Time{} }()
	s.metrics.messageReceived(arrival.At)
	switch {
	case kind != websocket.TextMessage:
		s.conversation.Binary(arrival)
	case s.maxChars > 0 && chars > s.maxChars:
		s.conversation.TooLong(chars, arrival)
	default:
		buffer.opened = s.conversation.Text(buffer.opened, sealed, arrival)
	}
	s.watchLimits()
	return nil
}

// mostHeader is the longest header of a frame.
const mostHeader = 14

// arrivalOf is what is known of a frame of so many bytes that was read by now: by the kernel's stamp of what
// was read last, where it has one. It is called with mu held.
func (s *chatSocket) arrivalOf(now time.Time, size int) conversation.Arrival {
	at, isUncertain := now, false
	if wire, ok := s.wire.(stampedWire); ok {
		var count int
		at, count = wire.lastRead()
		isUncertain = count > size+mostHeader
	}
	isBefore := at.Before(s.askedAt)
	if at.Before(s.latestAt) {
		// Of frames that were read together, or one that had come before the question.
		at = now
		if s.latestIsFrame {
			at = s.latestAt
		}
	}
	s.latestAt, s.latestIsFrame = at, true
	return conversation.Arrival{At: at, IsBefore: isBefore, IsUncertain: isUncertain}
}

// takenAt is when the frame arrived that is being taken, or now. It is called with mu held.
func (s *chatSocket) takenAt() time.Time {
	if s.taking.IsZero() {
		return time.Now()
	}
	return s.taking
}

// readFrame appends the next frame to a buffer, and counts its UTF-16 units. Of a frame that is longer
// than the limit no more than that is kept; 0 is no limit.
func readFrame(buffer []byte, reader io.Reader, limit int) ([]byte, int, error) {
	chars := 0
	for {
		if len(buffer) == cap(buffer) {
			buffer = append(buffer, 0)[:len(buffer)]
		}
		n, err := reader.Read(buffer[len(buffer):cap(buffer)])
		chars += frame.UTF16Length(buffer[len(buffer) : len(buffer)+n])
		buffer = buffer[:len(buffer)+n]
		if limit > 0 && chars > limit {
			buffer = buffer[:0]
		}
		if errors.Is(err, io.EOF) {
			return buffer, chars, nil
		}
		if err != nil {
			return buffer, chars, err
		}
	}
}

// closed tells of the end: with the code of the close frame, or 0 and what went wrong instead.
func (s *chatSocket) closed(err error) {
	_ = s.conn.Close()
	s.mu.Lock()
	s.conversation.Closed()
	s.stopTimer()
	s.metrics.closed(s.startedAt)
	s.mu.Unlock()

	code, text := 0, strings.TrimPrefix(err.Error(), "websocket: ")
	var closeError *websocket.CloseError
	if errors.As(err, &closeError) {
		// Its text is the server's, and nobody needs it.
		code, text = closeError.Code, ""
	}
	// Of what was asked it is told first, also where the answer was faster than that.
	s.asked.Wait()
	s.dispatcher.close(func() error { return s.listener.call("onClose", code, text) })
}
