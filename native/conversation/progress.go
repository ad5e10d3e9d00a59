package conversation

import (
	"bytes"
	"time"

	"nuc-k6/native/frame"
)

// Figures of a complete answer; times in milliseconds. See lib/protocol/answer.ts.
type Figures struct {
	// FirstTextMs is from the question sent to the first frame with text; negative where none came.
	FirstTextMs float64
	ResponseMs  float64
	// Frames were opened, the last one included.
	Frames int
	// Chars is the length of the complete_response in UTF-16 units.
	Chars int
	// GapMeanMs and GapMaxMs are between neighbouring frames; negative where there was one only.
	GapMeanMs float64
	GapMaxMs  float64
	// Text is the complete_response; it may hold half a surrogate pair (frame.UTF16).
	Text []byte
	// JoinsUp tells whether the chunks make the complete_response; an answer without chunks does too.
	JoinsUp bool
	// At is when the last frame arrived; zero where it was not taken at once.
	At time.Time
}

// progress is one answer as its frames come in.
type progress struct {
	sentAt       time.Time
	firstFrameAt time.Time
	lastFrameAt  time.Time
	firstTextMs  float64
	gapMax       time.Duration
	frames       int
	chunks       []byte
	hasText      bool
	// maxChars is how long a frame may be, in UTF-16 units; 0 is no limit.
	maxChars int
}

func (p *progress) begin(sentAt time.Time, maxChars int) {
	*p = progress{sentAt: sentAt, firstTextMs: -1, chunks: p.chunks[:0], maxChars: maxChars}
}

// mostBytes has one UTF-16 unit of a text.
const mostBytes = 3

// add takes a frame. It returns the answer's figures, and true, where the frame ended it. Of chunks that
// are longer than a frame may be, the rest is not kept: they make no complete_response.
func (p *progress) add(f *frame.Frame, at time.Time) (Figures, bool) {
	if p.frames == 0 {
		p.firstFrameAt = at
	} else {
		p.gapMax = max(p.gapMax, at.Sub(p.lastFrameAt))
	}
	p.frames++
	p.lastFrameAt = at
	if p.maxChars == 0 || len(p.chunks) <= mostBytes*p.maxChars {
		p.chunks = frame.AppendText(p.chunks, f.Chunk)
	}
	if !p.hasText && f.HasText() {
		p.hasText = true
		p.firstTextMs = milliseconds(at.Sub(p.sentAt))
	}
	if f.Complete == nil {
		return Figures{}, false
	}
	return p.figures(f.Complete), true
}

func (p *progress) joinsUpTo(text []byte) bool {
	return len(p.chunks) == 0 || bytes.Equal(p.chunks, text)
}

func (p *progress) figures(text []byte) Figures {
	figures := Figures{
		FirstTextMs: p.firstTextMs,
		ResponseMs:  milliseconds(p.lastFrameAt.Sub(p.sentAt)),
		Frames:      p.frames,
		Chars:       frame.UTF16Length(text),
		GapMeanMs:   -1,
		GapMaxMs:    -1,
		Text:        bytes.Clone(text),
		JoinsUp:     p.joinsUpTo(text),
		At:          p.lastFrameAt,
	}
	if p.frames > 1 {
		figures.GapMeanMs = milliseconds(p.lastFrameAt.Sub(p.firstFrameAt)) / float64(p.frames-1)
		figures.GapMaxMs = milliseconds(p.gapMax)
	}
	return figures
}

func milliseconds(d time.Duration) float64 {
	return float64(d) / float64(time.Millisecond)
}
