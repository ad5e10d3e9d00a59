package frame

import (
	"unicode/utf16"
	"unicode/utf8"
)

// A text of JSON can hold half a surrogate pair, which UTF-8 cannot. Such a half is kept as its three
// bytes, as if it were a character ("WTF-8"): then texts are equal where their bytes are, and
// AppendText joins two halves to the character that they are.

const (
	surrogateMin    = 0xD800
	lowSurrogateMin = 0xDC00
	surrogateMax    = 0xDFFF
	surrogateBytes  = 3
)

// AppendText appends one text to another, and joins a character that was cut in two between them.
func AppendText(text, more []byte) []byte {
	high, isHigh := lastSurrogate(text)
	low, isLow := firstSurrogate(more)
	if isHigh && isLow {
		if joined := utf16.DecodeRune(high, low); joined != utf8.RuneError {
			text = utf8.AppendRune(text[:len(text)-surrogateBytes], joined)
			more = more[surrogateBytes:]
		}
	}
	return append(text, more...)
}

// UTF16Length is the length of a text as JavaScript counts it.
func UTF16Length(text []byte) int {
	length := 0
	for _, b := range text {
		switch {
		case b >= 0xF0: // The first byte of a character that is a pair.
			length += 2
		case b&0xC0 != 0x80: // Not a further byte of a character.
			length++
		}
	}
	return length
}

// UTF16 is the text in JavaScript's own units.
func UTF16(text []byte) []uint16 {
	units := make([]uint16, 0, len(text))
	for len(text) > 0 {
		if half, ok := firstSurrogate(text); ok {
			units = append(units, uint16(half))
			text = text[surrogateBytes:]
			continue
		}
		r, size := utf8.DecodeRune(text)
		units = utf16.AppendRune(units, r)
		text = text[size:]
	}
	return units
}

func appendSurrogate(text []byte, half rune) []byte {
	return append(text, 0xED, byte(0x80|half>>6&0x3F), byte(0x80|half&0x3F))
}

func firstSurrogate(text []byte) (rune, bool) {
	if len(text) < surrogateBytes || text[0] != 0xED || text[1] < 0xA0 {
		return 0, false
	}
	return surrogateMin | rune(text[1]&0x1F)<<6 | rune(text[2]&0x3F), true
}

func lastSurrogate(text []byte) (rune, bool) {
	if len(text) < surrogateBytes {
		return 0, false
	}
	return firstSurrogate(text[len(text)-surrogateBytes:])
}
