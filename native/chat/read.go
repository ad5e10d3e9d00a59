package chat

import (
	"errors"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"nuc-k6/native/frame"
)

// A frame is read into, and opened in, buffers that all sockets share: between frames a socket has none.
var frameBuffers = sync.Pool{New: func() any { return new(frameBuffer) }}

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
		s.dispatcher.waitForRoom(over)
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
	at := s.arrivalOf(time.Now())
	if s.isClosing {
		return nil
	}
	s.taking = at
	defer func() { s.taking = time.Time{} }()
	s.metrics.messageReceived(at)
	switch {
	case kind != websocket.TextMessage:
		s.conversation.Binary(at)
	case s.maxChars > 0 && chars > s.maxChars:
		s.conversation.TooLong(chars, at)
	default:
		buffer.opened = s.conversation.Text(buffer.opened, sealed, at)
	}
	s.watchLimits()
	return nil
}

// arrivalOf is when a frame arrived that was read by now: by the kernel's stamp where it has one that
// leaves frames and questions in their order. It is called with mu held.
func (s *chatSocket) arrivalOf(now time.Time) time.Time {
	at := now
	if stamped, ok := s.wire.(interface{ arrivedAt() time.Time }); ok {
		at = stamped.arrivedAt()
	}
	if at.Before(s.latestAt) {
		// Of frames that were read together, or one that had come before the question.
		at = now
		if s.latestIsFrame {
			at = s.latestAt
		}
	}
	s.latestAt, s.latestIsFrame = at, true
	return at
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
