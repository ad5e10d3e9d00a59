package conversation

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"nuc-k6/native/frame"
)

func TestOfChunksLongerThanAFrameTheRestIsNotKept(t *testing.T) {
	t.Parallel()
	const maxChars = 400
	var p progress
	p.begin(time.Now(), maxChars)
	chunk := bytes.Repeat([]byte("x"), 100)
	for range 1000 {
		p.add(&frame.Frame{Chunk: chunk}, time.Now())
	}
	require.LessOrEqual(t, len(p.chunks), mostBytes*maxChars+len(chunk))
	figures, ended := p.add(&frame.Frame{Complete: bytes.Repeat(chunk, 4)}, time.Now())
	require.True(t, ended)
	require.False(t, figures.JoinsUp)
	require.Equal(t, 1001, figures.Frames)
}
