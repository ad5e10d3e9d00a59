package conversation_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"nuc-k6/native/conversation"
	"nuc-k6/native/envelope"
)

// recorder writes down what it hears, one line for each call.
type recorder struct {
	lines   []string
	figures conversation.Figures
}

func (r *recorder) note(format string, args ...any) {
	r.lines = append(r.lines, fmt.Sprintf(format, args...))
}

func (r *recorder) FirstText(ms float64) { r.note("first text %g", ms) }
func (r *recorder) Frames(count int)     { r.note("frames %d", count) }
func (r *recorder) Frame(index int, keys [][]byte, ms float64) {
	r.note("frame %d %s %g", index, keys, ms)
}
func (r *recorder) Unusable(phase, reason, text string) { r.note("%s/%s %s", phase, reason, text) }
func (r *recorder) Stray(why string)                    { r.note("stray: %s", why) }
func (r *recorder) LimitPassed(reason string)           { r.note("limit %s", reason) }
func (r *recorder) Answered(figures conversation.Figures) {
	r.figures = figures
	r.note("answered %s", figures.Text)
}

// chat is a conversation with a clock of its own, in milliseconds.
type chat struct {
	*conversation.Conversation
	*recorder
	t      *testing.T
	sealer *envelope.Envelope
	start  time.Time
}

func newChat(t *testing.T, options conversation.Options) *chat {
	t.Helper()
	sealer := envelope.New("--", nil)
	heard := &recorder{}
	return &chat{conversation.New(sealer, options, heard), heard, t, sealer, time.Now()}
}

func (c *chat) at(ms int) time.Time { return c.start.Add(time.Duration(ms) * time.Millisecond) }

func (c *chat) arrival(ms int) conversation.Arrival { return conversation.Arrival{At: c.at(ms)} }

func (c *chat) frame(ms int, text string) {
	c.t.Helper()
	c.frameOf(c.arrival(ms), text)
}

func (c *chat) frameOf(arrival conversation.Arrival, text string) {
	c.t.Helper()
	sealed, err := c.sealer.Seal(text)
	require.NoError(c.t, err)
	c.Text(nil, []byte(sealed), arrival)
}

func (c *chat) heard(lines ...string) {
	c.t.Helper()
	require.Equal(c.t, lines, c.lines)
	c.lines = nil
}

func (c *chat) answer(askedAt, answeredAt int, text string) {
	c.t.Helper()
	c.Ask(c.at(askedAt))
	c.frame(answeredAt, text)
	c.lines = nil
}

func TestFiguresOfAnAnswer(t *testing.T) {
	t.Parallel()
	c := newChat(t, conversation.Options{})
	c.Ask(c.at(1000))
	c.frame(1100, `{"response_chunk":"\n"}`)
	c.frame(1150, `{"response_chunk":"x\ud83d"}`)
	c.frame(1350, `{"response_chunk":"\ude00y"}`)
	c.frame(1400, `{"complete_response":"\nx😀y"}`)
	c.heard("first text 150", "frames 4", "answered \nx😀y")
	require.Equal(t, conversation.Figures{
		FirstTextMs: 150, ResponseMs: 400, Frames: 4, Chars: 5, GapMeanMs: 100, GapMaxMs: 200,
		Text: []byte("\nx😀y"), JoinsUp: true, At: c.at(1400),
	}, c.figures)
}

func TestAnswerOfOneFrameHasNoGaps(t *testing.T) {
	t.Parallel()
	c := newChat(t, conversation.Options{})
	c.Ask(c.at(0))
	c.frame(30, `{"complete_response":" "}`)
	c.heard("frames 1", "answered  ")
	require.Equal(t, conversation.Figures{
		FirstTextMs: -1, ResponseMs: 30, Frames: 1, Chars: 1, GapMeanMs: -1, GapMaxMs: -1,
		Text: []byte(" "), JoinsUp: true, At: c.at(30),
	}, c.figures)
}

func TestChunksThatDoNotJoinUp(t *testing.T) {
	t.Parallel()
	c := newChat(t, conversation.Options{})
	c.Ask(c.at(0))
	c.frame(1, `{"response_chunk":"a"}`)
	c.frame(2, `{"complete_response":"b"}`)
	require.False(t, c.figures.JoinsUp)
}

func TestFramesAreToldInSteps(t *testing.T) {
	t.Parallel()
	c := newChat(t, conversation.Options{})
	c.Ask(c.at(0))
	for i := range 20 {
		c.frame(i, `{"response_chunk":""}`)
	}
	c.heard("frames 16")
	c.frame(5014, `{"response_chunk":""}`)
	c.heard()
	c.frame(5015, `{"response_chunk":""}`)
	c.heard("frames 6")
	c.End()
	c.heard()
	c.frame(1030, `{"complete_response":"a"}`)
	c.heard()
}

func TestEachFrameIsToldWhereAskedFor(t *testing.T) {
	t.Parallel()
	c := newChat(t, conversation.Options{EachFrame: true})
	c.frame(0, `{"a":1}`)
	c.heard("stray: no question was open", "frame 0 [a] 0")
	c.Ask(c.at(10))
	c.frame(15, `{"response_chunk":"a","message_id":null}`)
	c.heard("frame 1 [response_chunk] 5", "first text 5")
}

func TestUnusableFramesEndNothing(t *testing.T) {
	t.Parallel()
	c := newChat(t, conversation.Options{MaxChars: 2048})
	c.Ask(c.at(0))
	c.Binary(c.arrival(1))
	c.TooLong(2049, c.arrival(2))
	c.Text(nil, []byte("x"), c.arrival(3))
	c.frame(4, "x")
	c.frame(5, `{"response_chunk":7}`)
	c.heard(
		"protocol/not_text frame: expected text, got binary data",
		"protocol/too_big frame: expected at most 2 kB, got 3 kB; NUC_MAX_MESSAGE_KB sets the bound",
		"decrypt/envelope envelope: structure: expected 3 parts between separators, got 1",
		"protocol/not_json frame: expected JSON, got other text",
		"protocol/bad_field frame: response_chunk: expected a string, got a number",
	)
	c.frame(6, `{"complete_response":"a"}`)
	c.heard("first text 6", "frames 2", "answered a")
}

func TestAttributesAreTheLatestOfAnyFrame(t *testing.T) {
	t.Parallel()
	c := newChat(t, conversation.Options{})
	require.Equal(t, "{}", c.Attributes())
	c.frame(0, `{"session_attributes":{"n":0.15317734307609499}}`)
	require.Equal(t, `{"n":0.15317734307609499}`, c.Attributes())
	c.Ask(c.at(1))
	c.frame(2, `{"complete_response":"a","session_attributes": { "n" : "\ud83d" } }`)
	require.Equal(t, `{ "n" : "\ud83d" }`, c.Attributes())
	c.frame(3, `{"session_attributes":7}`)
	require.Equal(t, `{ "n" : "\ud83d" }`, c.Attributes())
}

func TestMessageIDOfAnEarlierAnswerIsAStray(t *testing.T) {
	t.Parallel()
	c := newChat(t, conversation.Options{})
	c.Ask(c.at(0))
	c.frame(1, `{"response_chunk":"a","message_id":"m"}`)
	c.frame(2, `{"response_chunk":"b","message_id":"m"}`)
	c.frame(3, `{"complete_response":"ab"}`)
	c.heard("first text 1", "frames 3", "answered ab")
	c.Ask(c.at(10))
	c.frame(11, `{"complete_response":"late","message_id":"\u006d"}`)
	c.heard("stray: its message_id was seen in an earlier answer")
	c.frame(12, `{"complete_response":"c","message_id":""}`)
	c.heard("first text 2", "frames 1", "answered c")
}

const end = `{"complete_response":"a"}`

func TestRepeatOfTheLastEndIsSetAside(t *testing.T) {
	t.Parallel()
	options := conversation.Options{RepeatWait: 5 * time.Second}

	t.Run("and is a stray where the answer comes", func(t *testing.T) {
		t.Parallel()
		c := newChat(t, options)
		c.answer(0, 1, end)
		c.Ask(c.at(10))
		c.frame(20, end)
		c.heard()
		c.frame(30, end)
		c.heard("stray: it repeats the end of the last answer")
		c.frame(40, `{"complete_response":"b"}`)
		c.heard("stray: it repeats the end of the last answer", "first text 30", "frames 1", "answered b")
	})

	t.Run("and is the answer where nothing else comes", func(t *testing.T) {
		t.Parallel()
		c := newChat(t, options)
		c.answer(0, 1, end)
		c.Ask(c.at(10))
		c.frame(20, end)
		at, ok := c.Deadline()
		require.True(t, ok)
		require.Equal(t, c.at(5020), at)
		c.Tick(c.at(5019))
		c.heard()
		c.Tick(at)
		c.heard("first text 10", "frames 1", "answered a")
		require.InDelta(t, 10, c.figures.ResponseMs, 0)
		require.True(t, c.figures.At.IsZero())
	})

	t.Run("and is the answer where a limit passes first, or the socket closes", func(t *testing.T) {
		t.Parallel()
		c := newChat(t, conversation.Options{
			RepeatWait: 5 * time.Second, Limits: conversation.Limits{Response: time.Second},
		})
		c.answer(0, 1, end)
		c.Ask(c.at(10))
		c.frame(20, end)
		c.Tick(c.at(1010))
		c.heard("first text 10", "frames 1", "answered a")
		c.Ask(c.at(2000))
		c.frame(2005, end)
		c.Closed()
		c.heard("first text 5", "frames 1", "answered a")
	})

	t.Run("and is a stray where the session ends", func(t *testing.T) {
		t.Parallel()
		c := newChat(t, options)
		c.answer(0, 1, end)
		c.Ask(c.at(10))
		c.frame(20, end)
		c.End()
		c.heard("stray: it repeats the end of the last answer")
	})

	t.Run("but ends an answer whose chunks it joins up to", func(t *testing.T) {
		t.Parallel()
		c := newChat(t, options)
		c.answer(0, 1, end)
		c.Ask(c.at(10))
		c.frame(20, `{"response_chunk":"a"}`)
		c.frame(30, end)
		c.heard("first text 10", "frames 2", "answered a")
	})
}

func TestLimits(t *testing.T) {
	t.Parallel()
	limits := conversation.Limits{FirstText: 100 * time.Millisecond, Stall: 300 * time.Millisecond, Response: time.Second}
	for _, row := range []struct {
		name    string
		frames  []int
		passes  int
		reason  string
		hasText bool
	}{
		{"nothing comes", nil, 100, "first_chunk_timeout", false},
		{"no text comes", []int{50, 90}, 100, "first_chunk_timeout", false},
		{"it stops", []int{50, 90}, 390, "stall", true},
		{"it does not end", []int{50, 250, 450, 650, 850}, 1000, "response_timeout", true},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			c := newChat(t, conversation.Options{Limits: limits})
			c.Ask(c.at(0))
			for _, ms := range row.frames {
				text := `{}`
				if row.hasText {
					text = `{"response_chunk":"a"}`
				}
				c.frame(ms, text)
			}
			at, ok := c.Deadline()
			require.True(t, ok)
			require.Equal(t, c.at(row.passes), at)
			c.lines = nil
			c.Tick(at.Add(-1))
			c.heard()
			c.Tick(at)
			require.Equal(t, "limit "+row.reason, c.lines[len(c.lines)-1])
			require.True(t, c.IsOver())
			_, ok = c.Deadline()
			require.False(t, ok)
		})
	}
}

func TestFrameAfterALimitDoesNotSaveTheAnswer(t *testing.T) {
	t.Parallel()
	options := conversation.Options{Limits: conversation.Limits{Response: time.Second}}
	c := newChat(t, options)
	c.Ask(c.at(0))
	c.frame(1000, end)
	c.heard("first text 1000", "frames 1", "answered a")
	c.Ask(c.at(2000))
	c.frame(3001, `{"complete_response":"b"}`)
	c.heard("limit response_timeout")
}

func TestNothingIsWatchedBetweenQuestions(t *testing.T) {
	t.Parallel()
	c := newChat(t, conversation.Options{Limits: conversation.Limits{Stall: time.Second}})
	_, ok := c.Deadline()
	require.False(t, ok)
	c.answer(0, 1, end)
	_, ok = c.Deadline()
	require.False(t, ok)
}

func TestAFrameOfBeforeTheQuestionIsNoAnswers(t *testing.T) {
	t.Parallel()
	c := newChat(t, conversation.Options{})
	c.Ask(c.at(10))
	c.frameOf(conversation.Arrival{At: c.at(11), IsBefore: true}, `{"complete_response":"old"}`)
	c.heard("stray: it came before the question")
	c.frame(12, `{"complete_response":"a"}`)
	c.heard("first text 2", "frames 1", "answered a")
}

func TestAFrameThatMayHaveComeEarlierPassesOnlyTheAnswersLimit(t *testing.T) {
	t.Parallel()
	limits := conversation.Limits{
		FirstText: time.Second, Stall: time.Second, Response: 5 * time.Second,
	}
	c := newChat(t, conversation.Options{Limits: limits})
	c.Ask(c.at(0))
	c.frameOf(conversation.Arrival{At: c.at(3000), IsUncertain: true}, `{"response_chunk":"a"}`)
	c.heard("first text 3000")
	c.frameOf(conversation.Arrival{At: c.at(5001), IsUncertain: true}, `{"response_chunk":"b"}`)
	c.heard("frames 1", "limit response_timeout")
}
