package frame_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"

	"nuc-k6/native/frame"
)

type parsed struct {
	Chunk      *string
	Complete   *string
	Attributes *string
	MessageID  *string
	Keys       []string
}

type vector struct {
	Name   string
	Text   string
	Errors []string
	Frame  *parsed
}

// readVectors reads tests/vectors/frames.json, which the tests of lib/protocol read too. Go's JSON would
// put U+FFFD for half a surrogate pair: such a text is compared with UTF-16 units of its own (see
// TestHalvesOfSurrogatePairs).
func readVectors(t testing.TB) []vector {
	t.Helper()
	text, err := os.ReadFile("../../tests/vectors/frames.json")
	require.NoError(t, err)
	var vectors []vector
	require.NoError(t, json.Unmarshal(text, &vectors))
	require.NotEmpty(t, vectors)
	return vectors
}

func TestVectors(t *testing.T) {
	t.Parallel()
	for _, v := range readVectors(t) {
		t.Run(v.Name, func(t *testing.T) {
			t.Parallel()
			var told []string
			tell := func(err *frame.Error) { told = append(told, err.Reason+" "+err.Text) }
			f, err := frame.Parse([]byte(v.Text), tell)
			if err != nil {
				tell(err.(*frame.Error)) //nolint:errorlint,forcetypeassert // It has no other.
			}
			require.ElementsMatch(t, v.Errors, told)
			require.Equal(t, v.Frame == nil, err != nil)
			if v.Frame == nil {
				return
			}
			require.Equal(t, v.Frame.Chunk, text(f.Chunk))
			require.Equal(t, v.Frame.Complete, text(f.Complete))
			require.Equal(t, v.Frame.Attributes, text(f.Attributes))
			require.Equal(t, v.Frame.MessageID, text(f.MessageID))
			keys := []string{}
			for _, key := range f.Keys([]byte(v.Text)) {
				keys = append(keys, string(key))
			}
			require.Equal(t, v.Frame.Keys, keys)
		})
	}
}

// text is nil where there is none; half a surrogate pair becomes U+FFFD, as in the vectors.
func text(bytes []byte) *string {
	if bytes == nil {
		return nil
	}
	s := string(utf16.Decode(frame.UTF16(bytes)))
	return &s
}

func parseChunk(t *testing.T, chunk string) []byte {
	t.Helper()
	f, err := frame.Parse([]byte(`{"response_chunk":"`+chunk+`"}`), func(*frame.Error) {})
	require.NoError(t, err)
	return f.Chunk
}

func TestHalvesOfSurrogatePairs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		chunks []string
		units  []uint16
	}{
		{"cut in two", []string{`x\ud83d`, `\ude00y`}, utf16.Encode([]rune("x😀y"))},
		{"whole", []string{`x\ud83d\ude00`, `y`}, utf16.Encode([]rune("x😀y"))},
		{"as itself", []string{"x😀", "y"}, utf16.Encode([]rune("x😀y"))},
		{"a first half alone", []string{`\ud83d`, "é"}, []uint16{0xD83D, 0xE9}},
		{"a second half alone", []string{"é", `\ude00`}, []uint16{0xE9, 0xDE00}},
		{"the wrong order", []string{`\ude00`, `\ud83d`}, []uint16{0xDE00, 0xD83D}},
		{"two first halves", []string{`\ud83d`, `\ud83d\ude00`}, []uint16{0xD83D, 0xD83D, 0xDE00}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var joined []byte
			for _, chunk := range c.chunks {
				joined = frame.AppendText(joined, parseChunk(t, chunk))
			}
			require.Equal(t, c.units, frame.UTF16(joined))
			require.Equal(t, len(c.units), frame.UTF16Length(joined))
			whole := parseChunk(t, strings.Join(c.chunks, ""))
			require.Equal(t, whole, joined, "joined chunks are byte for byte what one chunk would be")
		})
	}
}

func TestDepth(t *testing.T) {
	t.Parallel()
	nested := func(levels int) string {
		return `{"a":` + strings.Repeat("[", levels-1) + strings.Repeat("]", levels-1) + `}`
	}
	const tooDeep = "frame: expected at most 1000 levels"
	for text, expected := range map[string]string{
		nested(1000):                                "",
		nested(1001):                                tooDeep,
		nested(1_000_000):                           tooDeep,
		strings.Repeat("[", 1_000_000):              tooDeep,
		"x" + strings.Repeat("[", 1001):             tooDeep,
		"x" + strings.Repeat("[", 1000):             "frame: expected JSON, got other text",
		`"` + strings.Repeat("[", 2000):             "frame: expected JSON, got other text",
		`{"a":"` + strings.Repeat("[", 2000) + `"}`: "",
	} {
		_, err := frame.Parse([]byte(text), func(*frame.Error) {})
		if expected == "" {
			require.NoError(t, err)
		} else {
			require.EqualError(t, err, expected)
		}
	}
}

func TestTextThatAPersonSees(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../tests/vectors/visible.json")
	require.NoError(t, err)
	var vectors struct{ Blank, Seen []string }
	require.NoError(t, json.Unmarshal(text, &vectors))
	require.NotEmpty(t, vectors.Blank)
	for _, blank := range vectors.Blank {
		require.True(t, frame.IsBlank([]byte(blank)), "%q", blank)
	}
	require.NotEmpty(t, vectors.Seen)
	for _, seen := range vectors.Seen {
		require.False(t, frame.IsBlank([]byte(seen)), "%q", seen)
	}
	f := frame.Frame{Chunk: []byte("\n\n"), Complete: []byte("a")}
	require.True(t, f.HasText())
	f = frame.Frame{Chunk: []byte("\n\n")}
	require.False(t, f.HasText())
}

// FuzzParse: what encoding/json takes for JSON is taken, and nothing else.
func FuzzParse(f *testing.F) {
	for _, v := range readVectors(f) {
		f.Add([]byte(v.Text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		before := string(text)
		parsed, err := frame.Parse(text, func(*frame.Error) {})
		require.Equal(t, before, string(text))
		if err != nil {
			if json.Valid(text) {
				require.NotEqual(t, "not_json", err.(*frame.Error).Reason) //nolint:errorlint,forcetypeassert
			}
			return
		}
		require.True(t, json.Valid(text))
		if parsed.Attributes != nil {
			require.True(t, json.Valid(parsed.Attributes))
		}
		parsed.Keys(text)
	})
}

func BenchmarkParse(b *testing.B) {
	for name, text := range map[string]string{
		"chunk": `{"response_chunk": " muscles and", "message_id": "5b1f2c7e-0d7e-4a53-9b61-6f6a4b6f2f10"}`,
		"4kB": `{"chat_user_id": 5570, "complete_response": "` +
			strings.Repeat("The skeletal system gives the body its shape. ", 90) +
			`", "session_attributes": {"a": {"b": [1, 2, 3]}}}`,
	} {
		b.Run(name, func(b *testing.B) {
			bytes := []byte(text)
			b.ReportAllocs()
			for b.Loop() {
				_, _ = frame.Parse(bytes, func(*frame.Error) {})
			}
		})
	}
}
