// Package frame reads an opened frame of an answer: what lib/protocol/messages.ts does, without
// building anything for what is not needed.
package frame

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"
)

// Frame is what an answer needs of an opened frame. Texts may hold half a surrogate pair (see
// AppendText), and lie in the memory of the frame that was parsed.
type Frame struct {
	// Chunk is nil where there is none.
	Chunk []byte
	// Complete is nil where this is not the last frame of its answer.
	Complete []byte
	// Attributes is the JSON text of session_attributes as it came, or nil.
	Attributes []byte
	// MessageID is nil where there is none.
	MessageID []byte
}

// Error is a frame, or a field of it, that cannot be used. Its text names the kind of what came, and
// never the value, which may hold a secret.
type Error struct {
	Reason string
	Text   string
}

func (e *Error) Error() string { return e.Text }

// HasText tells whether a person would see something of it.
func (f *Frame) HasText() bool {
	return !IsBlank(f.Chunk) || !IsBlank(f.Complete)
}

// IsBlank tells whether there is nothing that a person would see: see isVisible of
// lib/protocol/messages.ts.
func IsBlank(text []byte) bool {
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		switch {
		case r <= ' ', r >= 0x7F && r <= 0xA0, r == 0xAD, r == 0x034F, r == 0x061C,
			r == 0x115F, r == 0x1160, r == 0x1680, r == 0x17B4, r == 0x17B5, r >= 0x180B && r <= 0x180F,
			r >= 0x2000 && r <= 0x200F, r >= 0x2028 && r <= 0x202F, r >= 0x205F && r <= 0x206F,
			r == 0x2800, r == 0x3000, r == 0x3164, r >= 0xFE00 && r <= 0xFE0F, r == 0xFEFF, r == 0xFFA0:
			text = text[size:]
		default:
			return false
		}
	}
	return true
}

// Parse reads one frame. A known key with null counts as not there, one with a value of the wrong kind
// too, and is told of; but complete_response ends the answer whatever it holds, lest a session wait
// for ever. A key that stands twice counts with its last value.
//
// Its error is an *Error.
func Parse(text []byte, badField func(*Error)) (Frame, error) {
	s := scanner{text: text}
	var chunk, complete, attributes, messageID []byte
	if s.next() == '{' {
		s.members(func(key []byte) {
			value := s.value()
			switch string(unquote(key)) {
			case "response_chunk":
				chunk = value
			case "complete_response":
				complete = value
			case "session_attributes":
				attributes = value
			case "message_id":
				messageID = value
			}
		})
	} else if value := s.value(); s.err == nil && s.next() == 0 && s.at == len(text) {
		return Frame{}, &Error{"not_object", "frame: expected an object, got " + kind(value)}
	}
	if s.err == nil && (s.next() != 0 || s.at != len(text)) {
		s.fail(errNotJSON)
	}
	if errors.Is(s.err, errTooDeep) || (s.err != nil && isTooDeep(text)) {
		return Frame{}, &Error{"too_big", fmt.Sprintf("frame: expected at most %d levels", maxDepth)}
	}
	if s.err != nil {
		return Frame{}, &Error{"not_json", "frame: expected JSON, got other text"}
	}

	var f Frame
	f.Chunk = textOf("response_chunk", chunk, badField)
	if isPresent(attributes) {
		if attributes[0] == '{' {
			f.Attributes = attributes
		} else {
			badField(wrongKind("session_attributes", "an object", attributes))
		}
	}
	f.Complete = textOf("complete_response", complete, badField)
	if f.Complete == nil && complete != nil {
		f.Complete = []byte{}
	}
	if messageID != nil && messageID[0] == '"' {
		f.MessageID = unquote(messageID)
	}
	return f, nil
}

func isPresent(value []byte) bool {
	return value != nil && value[0] != 'n'
}

func textOf(field string, value []byte, badField func(*Error)) []byte {
	if !isPresent(value) {
		return nil
	}
	if value[0] != '"' {
		badField(wrongKind(field, "a string", value))
		return nil
	}
	return unquote(value)
}

func wrongKind(field, expected string, value []byte) *Error {
	return &Error{"bad_field", fmt.Sprintf("frame: %s: expected %s, got %s", field, expected, kind(value))}
}

func kind(value []byte) string {
	switch value[0] {
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		if len(value) == len(`""`) {
			return "an empty text"
		}
		return "a string"
	case 't', 'f':
		return "a boolean"
	case 'n':
		return "null"
	default:
		return "a number"
	}
}

// Of a frame's keys, and of each, the log shows less than this (chunkText of lib/render/log-text.ts).
const (
	mostKeys     = 21
	mostKeyBytes = 256
)

// Keys returns the keys of a frame that was parsed, in the order of its text: for the log, and no more than
// that needs. Known keys whose values count as not there are left out.
func (f *Frame) Keys(text []byte) [][]byte {
	var keys [][]byte
	s := scanner{text: text}
	s.next()
	s.members(func(quoted []byte) {
		s.value()
		key := unquote(quoted)
		isThere := true
		switch string(key) {
		case "response_chunk":
			isThere = f.Chunk != nil
		case "session_attributes":
			isThere = f.Attributes != nil
		case "message_id":
			isThere = f.MessageID != nil
		}
		if isThere && len(keys) < mostKeys && !slices.ContainsFunc(keys, func(k []byte) bool { return bytes.Equal(k, key) }) {
			keys = append(keys, key)
		}
	})
	for i := range keys {
		keys[i] = beginning(keys[i])
	}
	return keys
}

// beginning cuts a long text between two characters.
func beginning(text []byte) []byte {
	if len(text) <= mostKeyBytes {
		return text
	}
	end := mostKeyBytes
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end]
}
