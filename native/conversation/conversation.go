// Package conversation decides what a frame means: which answer it belongs to, what the answer's
// figures are, and which limit passes. It knows neither sockets nor k6, and no clock: times are given.
package conversation

import (
	"bytes"
	"fmt"
	"time"

	"nuc-k6/native/envelope"
	"nuc-k6/native/frame"
)

// Frames of an open answer are told of in steps, so that a run that is killed loses few of them. A step
// runs the script, which costs as much as some frames: at the recorded pace it is 16 frames, in 3 s.
const (
	stepFrames = 16
	stepTime   = 5 * time.Second
)

// Listener hears what happens. A call must not call the conversation back.
type Listener interface {
	// FirstText came so many milliseconds after the question.
	FirstText(ms float64)
	// Frames of the open answer came, so many since the last call.
	Frames(count int)
	// Frame is called for each frame that was opened, where Options.EachFrame asks for it. The index
	// counts from 1 within its answer; it is 0, as is the time, outside of any.
	Frame(index int, keys [][]byte, ms float64)
	// Unusable is a frame, or a field of one, that could not be used. The conversation goes on.
	Unusable(phase, reason, text string)
	// Stray is a frame that is no answer's, and why.
	Stray(why string)
	// Answered ends an answer.
	Answered(figures Figures)
	// LimitPassed ends the conversation.
	LimitPassed(reason string)
}

// Options of a conversation.
type Options struct {
	Limits Limits
	// RepeatWait is after how long without another frame a repeat of the last answer's end is the
	// answer.
	RepeatWait time.Duration
	// MaxChars is how long a sealed frame may be, in UTF-16 units; 0 is no limit.
	MaxChars int
	// EachFrame asks for Listener.Frame.
	EachFrame bool
}

// Arrival is what is known of a frame's arrival.
type Arrival struct {
	// At is when it came, or the latest that it can have been.
	At time.Time
	// IsBefore is whether it came before the question that is open.
	IsBefore bool
	// IsUncertain is whether it was read together with later ones, and may have come before At.
	IsUncertain bool
}

// Conversation is a chat's questions and answers, one at a time. It is not safe for concurrent use.
type Conversation struct {
	envelope *envelope.Envelope
	options  Options
	listener Listener

	attributes []byte
	earlier    earlier

	isOpen      bool
	isOver      bool
	progress    progress
	lastArrival time.Time
	// toldFrames of the open answer were told of, the last of them at toldAt.
	toldFrames int
	toldAt     time.Time
	toldText   bool

	// A repeat of the last answer's end that may be the answer after all; nil where there is none.
	aside   []byte
	asideAt time.Time
}

// New makes a conversation in which nothing was asked yet.
func New(sealer *envelope.Envelope, options Options, listener Listener) *Conversation {
	return &Conversation{
		envelope:   sealer,
		options:    options,
		listener:   listener,
		attributes: []byte("{}"),
		earlier:    newEarlier(),
	}
}

// Attributes is the JSON text of the latest session_attributes, as it came.
func (c *Conversation) Attributes() string { return string(c.attributes) }

// Ask opens an answer: what comes from here on may be a part of it.
func (c *Conversation) Ask(at time.Time) {
	c.isOpen = true
	c.progress.begin(at, c.options.MaxChars)
	c.lastArrival = at
	c.toldFrames, c.toldAt, c.toldText = 0, at, false
	c.earlier.open = c.earlier.open[:0]
}

// End gives the open answer up. Nothing that comes later is opened.
func (c *Conversation) End() {
	c.dropAside()
	c.tellFrames()
	c.isOpen = false
	c.isOver = true
}

// IsOver tells whether the conversation has ended.
func (c *Conversation) IsOver() bool { return c.isOver }

// Closed ends the conversation with its socket: nothing more comes.
func (c *Conversation) Closed() {
	c.takeAside()
	c.End()
}

// Deadline tells when Tick has to be called if nothing else happens; false where there is no limit.
func (c *Conversation) Deadline() (time.Time, bool) {
	if !c.isOpen || c.isOver {
		return time.Time{}, false
	}
	at, reason := c.options.Limits.next(c.progress.sentAt, c.lastArrival, c.progress.hasText)
	if c.aside != nil {
		if wait := c.asideAt.Add(c.options.RepeatWait); reason == "" || wait.Before(at) {
			return wait, true
		}
	}
	return at, reason != ""
}

// Tick looks whether a limit has passed.
func (c *Conversation) Tick(now time.Time) {
	at, ok := c.Deadline()
	if !ok || now.Before(at) {
		return
	}
	if c.takeAside() {
		return
	}
	_, reason := c.options.Limits.next(c.progress.sentAt, c.lastArrival, c.progress.hasText)
	c.pass(reason)
}

func (c *Conversation) pass(reason string) {
	c.End()
	c.listener.LimitPassed(reason)
}

// Binary takes a frame that is not text.
func (c *Conversation) Binary(arrival Arrival) {
	if c.arrived(arrival) {
		c.listener.Unusable("protocol", "not_text", "frame: expected text, got binary data")
	}
}

// TooLong takes a frame of so many UTF-16 units, of which no more is kept.
func (c *Conversation) TooLong(chars int, arrival Arrival) {
	if c.arrived(arrival) {
		c.listener.Unusable("protocol", "too_big", fmt.Sprintf("frame: expected at most %d kB, got %d kB; NUC_MAX_MESSAGE_KB sets the bound",
			kilobytes(c.options.MaxChars), kilobytes(chars)))
	}
}

// Text takes a sealed frame. It is opened in the buffer, or in a longer one: what is returned can be the
// buffer of the next frame.
func (c *Conversation) Text(buffer, sealed []byte, arrival Arrival) []byte {
	if !c.arrived(arrival) {
		return buffer
	}
	text, err := c.envelope.Open(buffer, sealed)
	if err != nil {
		c.listener.Unusable("decrypt", "envelope", err.Error())
		return buffer
	}
	f, err := frame.Parse(text, c.badField)
	if err != nil {
		c.badField(err.(*frame.Error)) //nolint:errorlint // Parse has no other.
		return text
	}
	if f.Attributes != nil {
		c.attributes = append(c.attributes[:0], f.Attributes...)
	}
	c.opened(&f, text, arrival)
	return text
}

// arrived notes that something came. It returns false where the conversation is over, be it by a limit
// that had passed before. Of a frame that may have come earlier only the whole answer's limit is judged: for
// the others it may have been in time, and a process that did not stand still has a timer for them.
func (c *Conversation) arrived(arrival Arrival) bool {
	if limit, ok := c.Deadline(); ok && arrival.At.After(limit) {
		response := c.options.Limits.Response
		if !arrival.IsUncertain {
			c.Tick(arrival.At)
		} else if response > 0 && arrival.At.After(c.progress.sentAt.Add(response)) && !c.takeAside() {
			c.pass(ResponseTimeout)
		}
	}
	c.lastArrival = arrival.At
	return !c.isOver
}

func (c *Conversation) badField(err *frame.Error) {
	c.listener.Unusable("protocol", err.Reason, err.Text)
}

// opened finds out whose frame it is.
func (c *Conversation) opened(f *frame.Frame, text []byte, arrival Arrival) {
	switch {
	case !c.isOpen:
		c.listener.Stray("no question was open")
	case arrival.IsBefore:
		c.listener.Stray("it came before the question")
	case c.earlier.has(f.MessageID):
		c.listener.Stray("its message_id was seen in an earlier answer")
	case f.Complete == nil || !c.earlier.repeats(text) || c.endsChunks(f):
		c.dropAside()
		c.add(f, text, arrival.At)
		return
	case c.aside != nil:
		c.listener.Stray(repeatsLastEnd)
	default:
		c.aside, c.asideAt = bytes.Clone(text), arrival.At
	}
	if c.options.EachFrame {
		c.listener.Frame(0, f.Keys(text), 0)
	}
}

const repeatsLastEnd = "it repeats the end of the last answer"

// endsChunks tells whether the open answer has chunks that make this frame's complete_response.
func (c *Conversation) endsChunks(f *frame.Frame) bool {
	return len(c.progress.chunks) > 0 && c.progress.joinsUpTo(f.Complete)
}

func (c *Conversation) dropAside() {
	if c.aside != nil {
		c.aside = nil
		c.listener.Stray(repeatsLastEnd)
	}
}

// takeAside makes the frame that was set aside the end of the open answer: nothing else came.
func (c *Conversation) takeAside() bool {
	if c.aside == nil {
		return false
	}
	text := c.aside
	c.aside = nil
	// It was parsed before, without an error, and its fields were told of.
	f, _ := frame.Parse(text, func(*frame.Error) {})
	if figures, ended := c.progress.add(&f, c.asideAt); ended {
		c.tellFirstText()
		figures.At = time.Time{}
		c.answered(figures, text)
	}
	return true
}

// add gives a frame to the open answer.
func (c *Conversation) add(f *frame.Frame, text []byte, at time.Time) {
	figures, ended := c.progress.add(f, at)
	c.earlier.note(f.MessageID)
	if c.options.EachFrame {
		c.listener.Frame(c.progress.frames, f.Keys(text), milliseconds(at.Sub(c.progress.sentAt)))
	}
	if c.progress.frames-c.toldFrames >= stepFrames || at.Sub(c.toldAt) >= stepTime {
		c.tellFrames()
		c.toldAt = at
	}
	c.tellFirstText()
	if ended {
		c.answered(figures, text)
	}
}

func (c *Conversation) answered(figures Figures, text []byte) {
	c.tellFrames()
	c.isOpen = false
	c.earlier.ended(text)
	c.listener.Answered(figures)
}

func (c *Conversation) tellFirstText() {
	if c.progress.hasText && !c.toldText {
		c.toldText = true
		c.listener.FirstText(c.progress.firstTextMs)
	}
}

func (c *Conversation) tellFrames() {
	if count := c.progress.frames - c.toldFrames; c.isOpen && count > 0 {
		c.toldFrames = c.progress.frames
		c.listener.Frames(count)
	}
}

func kilobytes(chars int) int {
	return (chars + 1023) / 1024
}
