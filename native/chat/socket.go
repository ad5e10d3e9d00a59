package chat

import (
	"context"
	"errors"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/js/common"

	"nuc-k6/native/conversation"
	"nuc-k6/native/envelope"
	"nuc-k6/native/procs"
)

const (
	// writeWait is how long a frame may take to leave.
	writeWait = 10 * time.Second
	// closeWait is how long a server may take to answer a close.
	closeWait = 10 * time.Second
	// behindWait is how long a limit waits for a reader that is behind, before it looks again; mostBehind is
	// how long it does so.
	behindWait = 10 * time.Millisecond
	mostBehind = 10 * time.Second
	// catchUpTime is how long a question waits for what came before it; a server may send without end.
	catchUpTime  = time.Second
	catchUpPause = 100 * time.Microsecond
)

// chatSocket is one WebSocket, and the chat over it. One goroutine opens and reads it.
type chatSocket struct {
	module     *module
	dispatcher *dispatcher
	listener   *scriptListener
	sealer     *envelope.Envelope
	// maxChars is how long a frame may be, in UTF-16 units; 0 is no limit.
	maxChars  int
	startedAt time.Time
	// cancel ends the connecting, and afterwards the waiting for the event loop.
	cancel context.CancelFunc

	// writing is held while a frame leaves.
	writing sync.Mutex
	// isWaiting is whether the reader waits for the event loop.
	isWaiting atomic.Bool
	// isPonging is whether a pong leaves.
	isPonging atomic.Bool
	// asked are the questions that leave, or have left and are not told of yet.
	asked sync.WaitGroup

	// mu guards what follows.
	mu           sync.Mutex
	conn         *websocket.Conn
	metrics      wsMetrics
	conversation *conversation.Conversation
	isClosing    bool
	// wire is the connection below TLS. askedAt is when the last question left, latestAt when that did or the
	// last frame arrived.
	wire          net.Conn
	askedAt       time.Time
	latestAt      time.Time
	latestIsFrame bool
	// taking is when the frame arrived that is being taken; zero between frames.
	taking  time.Time
	timer   *time.Timer
	timerAt time.Time
	// behindSince is when a limit first waited for the reader; zero where none does.
	behindSince time.Time
}

// newChatSocket is `new ChatSocket(envelope, url, options, listener)`.
func (m *module) newChatSocket(call sobek.ConstructorCall) *sobek.Object {
	rt := m.vu.Runtime()
	state := m.vu.State()
	if state == nil {
		common.Throw(rt, common.NewInitContextError("ChatSocket cannot be used in the init context"))
	}
	procs.Adapt()
	sealer := m.envelopeOf(call.Argument(0))
	address, err := url.Parse(call.Argument(1).String())
	if err != nil || (address.Scheme != "ws" && address.Scheme != "wss") {
		// The address itself stays out of the message: it holds the token.
		panic(rt.NewTypeError("ChatSocket: url: expected a URL of the scheme ws or wss"))
	}
	options, tags := m.optionsOf(call.Argument(2))
	ctx, cancel := context.WithCancel(m.vu.Context())
	s := &chatSocket{
		module:     m,
		dispatcher: newDispatcher(m.vu.RegisterCallback),
		sealer:     sealer,
		maxChars:   options.MaxChars,
		startedAt:  time.Now(),
		cancel:     cancel,
		metrics:    wsMetrics{ctx: m.vu.Context(), state: state, tags: tags},
	}
	s.listener = &scriptListener{
		module:     m,
		dispatcher: s.dispatcher,
		object:     m.listenerOf(call.Argument(3)),
		onFrames:   func() { s.metrics.flushReceived(time.Now()) },
		arrivedAt:  s.takenAt,
		stop:       s.abort,
	}
	s.conversation = conversation.New(sealer, options.conversation(), s.listener)

	object := call.This
	define(rt, object, "ask", s.ask)
	define(rt, object, "end", s.end)
	define(rt, object, "close", s.close)
	if err := object.DefineAccessorProperty("attributes", rt.ToValue(s.attributes), nil,
		sobek.FLAG_FALSE, sobek.FLAG_TRUE); err != nil {
		common.Throw(rt, err)
	}
	go s.run(ctx, address, &options)
	return object
}

// attributes is the JSON text of the latest session_attributes, of what has arrived by now.
func (s *chatSocket) attributes() (string, error) {
	err := s.catchUp()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conversation.Attributes(), err
}

// catchUp has what arrived by now taken, on the event loop: a flood may have filled its queue, and the
// kernel's, with frames that are not to be found after the question.
func (s *chatSocket) catchUp() error {
	until := time.Now().Add(catchUpTime)
	for s.isBehind() && time.Now().Before(until) {
		if err := s.dispatcher.now(); err != nil {
			return err
		}
		time.Sleep(catchUpPause)
	}
	return nil
}

// ask seals and sends a question. What arrives from here on may be its answer.
func (s *chatSocket) ask(message string) error {
	sealed, err := s.sealer.Seal(message)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn == nil || s.isClosing || s.conversation.IsOver() {
		return errors.New("ChatSocket: ask: the socket is not open")
	}
	sentAt := time.Now()
	s.askedAt, s.latestAt, s.latestIsFrame = sentAt, sentAt, false
	s.conversation.Ask(sentAt)
	s.watchLimits()
	// Not on the event loop: a server that reads nothing would hold up all of the virtual user.
	s.asked.Add(1)
	go func() {
		defer s.asked.Done()
		if s.write(websocket.TextMessage, []byte(sealed)) {
			s.listener.Sent(float64(time.Since(sentAt)) / float64(time.Millisecond))
		}
	}()
	return nil
}

// end gives up what is open: after what was already known has been told, no frame is opened any more.
func (s *chatSocket) end() error {
	s.mu.Lock()
	s.conversation.End()
	s.stopTimer()
	s.mu.Unlock()
	return s.dispatcher.now()
}

// close ends the conversation, and closes the socket normally.
func (s *chatSocket) close() error {
	err := s.end()
	s.sendClose()
	return err
}

func (s *chatSocket) sendClose() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.isClosing {
		return
	}
	s.isClosing = true
	s.cancel()
	if s.conn != nil {
		_ = s.conn.SetReadDeadline(time.Now().Add(closeWait))
		go s.write(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""))
	}
}

// abort drops the connection.
func (s *chatSocket) abort() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.isClosing = true
	s.cancel()
	if s.conn != nil {
		_ = s.conn.Close()
	}
}

// write returns false where the message could not leave.
func (s *chatSocket) write(kind int, data []byte) bool {
	s.writing.Lock()
	defer s.writing.Unlock()
	_ = s.conn.SetWriteDeadline(time.Now().Add(writeWait))
	if err := s.conn.WriteMessage(kind, data); err != nil {
		// The reader then tells of the end.
		_ = s.conn.Close()
		return false
	}
	s.metrics.messageSent()
	return true
}

// pong answers a ping, unless the last answer still leaves: a server that does not read need not have all.
func (s *chatSocket) pong(data string) error {
	if s.isPonging.Swap(true) {
		return nil
	}
	go func() {
		defer s.isPonging.Store(false)
		s.writing.Lock()
		defer s.writing.Unlock()
		_ = s.conn.SetWriteDeadline(time.Now().Add(writeWait))
		// What goes wrong shows in the next question, or to the reader.
		_ = s.conn.WriteMessage(websocket.PongMessage, []byte(data))
	}()
	return nil
}

// watchLimits has one timer for all limits. It is set anew when it fires, or for an earlier limit: a
// frame costs no timer of its own. It is called with mu held.
func (s *chatSocket) watchLimits() {
	at, ok := s.conversation.Deadline()
	if !ok || (!s.timerAt.IsZero() && !at.Before(s.timerAt)) {
		return
	}
	s.timerAt = at
	if s.timer == nil {
		s.timer = time.AfterFunc(time.Until(at), s.limitDue)
	} else {
		s.timer.Reset(time.Until(at))
	}
}

func (s *chatSocket) limitDue() {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	s.timerAt = time.Time{}
	if at, ok := s.conversation.Deadline(); ok && !now.Before(at) && s.isBehind() {
		if s.behindSince.IsZero() {
			s.behindSince = now
		}
		if now.Sub(s.behindSince) < mostBehind {
			s.timerAt = now.Add(behindWait)
			s.timer.Reset(behindWait)
			return
		}
	}
	s.behindSince = time.Time{}
	s.conversation.Tick(now)
	s.watchLimits()
}

// isBehind tells whether frames wait that came in time: on a busy machine, or one that stood still, a timer
// fires before they are read. By the frames' own times the limit is judged too.
func (s *chatSocket) isBehind() bool {
	if s.isWaiting.Load() {
		return true
	}
	wire, ok := s.wire.(stampedWire)
	return ok && wire.hasUnread()
}

// stopTimer is called with mu held.
func (s *chatSocket) stopTimer() {
	if s.timer != nil {
		s.timer.Stop()
	}
	s.timerAt = time.Time{}
}
