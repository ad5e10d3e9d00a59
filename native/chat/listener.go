package chat

import (
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/js/common"

	"nuc-k6/native/conversation"
	"nuc-k6/native/frame"
)

// scriptListener passes what happens on to the script's listener object, on the event loop. The methods
// of conversation.Listener may be called from any goroutine.
type scriptListener struct {
	module     *module
	dispatcher *dispatcher
	object     *sobek.Object
	// onFrames is called before frames are told of.
	onFrames func()
	// arrivedAt is when the frame arrived that is told of.
	arrivedAt func() time.Time
	// stop ends the socket where the script's own code fails.
	stop func()
}

var _ conversation.Listener = (*scriptListener)(nil)

func (l *scriptListener) FirstText(ms float64) { l.postTimed("onFirstText", ms) }

func (l *scriptListener) Frames(count int) {
	// What k6 counts of frames is told in the same steps.
	l.onFrames()
	l.postTimed("onFrames", count)
}

// Sent tells how long a question took to leave.
func (l *scriptListener) Sent(ms float64) { l.post("onSent", ms) }

func (l *scriptListener) Unusable(phase, reason, text string) {
	l.dispatcher.postCounted(phase+reason+text, func(count int) error {
		return l.call("onUnusable", phase, reason, text, count)
	})
}

func (l *scriptListener) Stray(why string) {
	l.dispatcher.postCounted(why, func(count int) error { return l.call("onStray", why, count) })
}

func (l *scriptListener) LimitPassed(reason string) { l.post("onLimit", reason) }

// Frame copies the keys: they lie in the frame's memory.
func (l *scriptListener) Frame(index int, keys [][]byte, ms float64) {
	names := make([]string, len(keys))
	for i, key := range keys {
		names[i] = string(key)
	}
	l.dispatcher.post(func() error {
		list := make([]any, len(names))
		for i, name := range names {
			list[i] = l.text([]byte(name))
		}
		return l.call("onFrame", index, l.module.vu.Runtime().NewArray(list...), ms)
	})
}

func (l *scriptListener) Answered(figures conversation.Figures) {
	l.dispatcher.post(func() error {
		rt := l.module.vu.Runtime()
		answer := rt.NewObject()
		define(rt, answer, "firstChunkMs", orNull(figures.FirstTextMs))
		define(rt, answer, "responseMs", figures.ResponseMs)
		define(rt, answer, "frames", figures.Frames)
		define(rt, answer, "chars", figures.Chars)
		define(rt, answer, "gapMeanMs", orNull(figures.GapMeanMs))
		define(rt, answer, "gapMaxMs", orNull(figures.GapMaxMs))
		define(rt, answer, "text", l.text(figures.Text))
		define(rt, answer, "joinsUp", figures.JoinsUp)
		define(rt, answer, "lagMs", lagMs(figures.At))
		return l.call("onAnswer", answer)
	})
}

// postTimed gives the script, beside the argument, how late it is for the call in milliseconds.
func (l *scriptListener) postTimed(method string, argument any) {
	at := l.arrivedAt()
	l.dispatcher.post(func() error { return l.call(method, argument, lagMs(at)) })
}

func (l *scriptListener) post(method string, arguments ...any) {
	l.dispatcher.post(func() error { return l.call(method, arguments...) })
}

// call has to be made on the event loop. After the virtual user was stopped it does nothing: its script
// runs no more.
func (l *scriptListener) call(method string, arguments ...any) error {
	if l.module.vu.Context().Err() != nil {
		return nil
	}
	rt := l.module.vu.Runtime()
	function, ok := sobek.AssertFunction(l.object.Get(method))
	if !ok {
		l.stop()
		return fmt.Errorf("ChatSocket: listener: expected a method %s", method)
	}
	values := make([]sobek.Value, len(arguments))
	for i, argument := range arguments {
		values[i] = rt.ToValue(argument)
	}
	if _, err := function(l.object, values...); err != nil {
		l.stop()
		return err
	}
	return nil
}

// text makes a string of the script, which may hold half a surrogate pair.
func (l *scriptListener) text(text []byte) sobek.Value {
	if utf8.Valid(text) {
		return l.module.vu.Runtime().ToValue(string(text))
	}
	return sobek.StringFromUTF16(frame.UTF16(text))
}

// lagMs is how late the script is for an answer's last frame; 0 where it was not waited for.
func lagMs(at time.Time) float64 {
	if at.IsZero() {
		return 0
	}
	return float64(time.Since(at)) / float64(time.Millisecond)
}

func orNull(ms float64) any {
	if ms < 0 {
		return nil
	}
	return ms
}

func (m *module) listenerOf(value sobek.Value) *sobek.Object {
	if common.IsNullish(value) {
		panic(m.vu.Runtime().NewTypeError("ChatSocket: listener: expected an object"))
	}
	return value.ToObject(m.vu.Runtime())
}
