package frame

import (
	"errors"
	"unicode/utf16"
	"unicode/utf8"
)

// maxDepth is how many levels of lists and objects a frame may have.
const maxDepth = 1000

var (
	errNotJSON = errors.New("not JSON")
	errTooDeep = errors.New("nested too deep")
)

// scanner walks through a JSON text once, and accepts what JSON.parse does. After an error it stands
// at the end.
type scanner struct {
	text  []byte
	at    int
	depth int
	err   error
}

func (s *scanner) fail(err error) {
	if s.err == nil {
		s.err = err
	}
	s.at = len(s.text)
}

// peek returns the next byte, or 0 at the end.
func (s *scanner) peek() byte {
	if s.at < len(s.text) {
		return s.text[s.at]
	}
	return 0
}

// next skips white space, and returns the byte behind it without taking it.
func (s *scanner) next() byte {
	for s.at < len(s.text) {
		switch s.text[s.at] {
		case ' ', '\t', '\n', '\r':
			s.at++
		default:
			return s.text[s.at]
		}
	}
	return 0
}

// take takes one byte that has to come next.
func (s *scanner) take(b byte) {
	if s.next() != b || s.at == len(s.text) {
		s.fail(errNotJSON)
		return
	}
	s.at++
}

// value takes any value, and returns its text.
func (s *scanner) value() []byte {
	first := s.next()
	start := s.at
	switch first {
	case '{':
		s.members(func([]byte) { s.value() })
	case '[':
		s.list()
	case '"':
		s.quoted()
	case 't':
		s.literal("true")
	case 'f':
		s.literal("false")
	case 'n':
		s.literal("null")
	default:
		s.number()
	}
	if s.err != nil {
		return nil
	}
	return s.text[start:s.at]
}

// members takes an object. For each member it calls back with the quoted key; the callback takes the
// value.
func (s *scanner) members(member func(key []byte)) {
	s.enter('{')
	if s.next() == '}' {
		s.leave()
		return
	}
	for s.err == nil {
		s.next()
		key := s.quoted()
		s.take(':')
		if s.err != nil {
			return
		}
		member(key)
		if s.next() == '}' {
			s.leave()
			return
		}
		s.take(',')
	}
}

func (s *scanner) list() {
	s.enter('[')
	if s.next() == ']' {
		s.leave()
		return
	}
	for s.err == nil {
		s.value()
		if s.next() == ']' {
			s.leave()
			return
		}
		s.take(',')
	}
}

func (s *scanner) enter(bracket byte) {
	s.take(bracket)
	s.depth++
	if s.depth > maxDepth {
		s.fail(errTooDeep)
	}
}

func (s *scanner) leave() {
	s.at++
	s.depth--
}

// quoted takes a string, and returns it with its quotes and escapes.
func (s *scanner) quoted() []byte {
	start := s.at
	if s.peek() != '"' {
		s.fail(errNotJSON)
		return nil
	}
	s.at++
	for s.at < len(s.text) {
		switch b := s.text[s.at]; {
		case b == '"':
			s.at++
			return s.text[start:s.at]
		case b == '\\':
			s.escape()
		case b < ' ':
			s.fail(errNotJSON)
		default:
			s.at++
		}
	}
	s.fail(errNotJSON)
	return nil
}

func (s *scanner) escape() {
	s.at++
	switch s.peek() {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		s.at++
	case 'u':
		if _, ok := hex4(s.text[s.at+1:]); !ok {
			s.fail(errNotJSON)
			return
		}
		s.at += 5
	default:
		s.fail(errNotJSON)
	}
}

func (s *scanner) literal(word string) {
	if s.at+len(word) > len(s.text) || string(s.text[s.at:s.at+len(word)]) != word {
		s.fail(errNotJSON)
		return
	}
	s.at += len(word)
}

func (s *scanner) number() {
	if s.peek() == '-' {
		s.at++
	}
	if s.peek() == '0' {
		s.at++
	} else {
		s.digits()
	}
	if s.peek() == '.' {
		s.at++
		s.digits()
	}
	if b := s.peek(); b == 'e' || b == 'E' {
		s.at++
		if b := s.peek(); b == '+' || b == '-' {
			s.at++
		}
		s.digits()
	}
}

// digits takes one digit at least.
func (s *scanner) digits() {
	start := s.at
	for b := s.peek(); b >= '0' && b <= '9'; b = s.peek() {
		s.at++
	}
	if s.at == start {
		s.fail(errNotJSON)
	}
}

// isTooDeep tells whether lists and objects stand too deep in each other, in a text that is not JSON: the
// scanner may not have come as far.
func isTooDeep(text []byte) bool {
	depth, inString := 0, false
	for i := 0; i < len(text); i++ {
		switch b := text[i]; {
		case inString && b == '\\':
			i++
		case b == '"':
			inString = !inString
		case inString:
		case b == '{' || b == '[':
			depth++
		case b == '}' || b == ']':
			depth--
		}
		if depth > maxDepth {
			return true
		}
	}
	return false
}

func hex4(text []byte) (rune, bool) {
	if len(text) < 4 {
		return 0, false
	}
	var value rune
	for _, b := range text[:4] {
		switch {
		case b >= '0' && b <= '9':
			value = value<<4 | rune(b-'0')
		case b >= 'a' && b <= 'f':
			value = value<<4 | rune(b-'a'+10)
		case b >= 'A' && b <= 'F':
			value = value<<4 | rune(b-'A'+10)
		default:
			return 0, false
		}
	}
	return value, true
}

// unquote returns what a string that was scanned says: a part of the text where it has no escapes.
func unquote(quoted []byte) []byte {
	inner := quoted[1 : len(quoted)-1]
	for i, b := range inner {
		if b == '\\' {
			return unescape(append(make([]byte, 0, len(inner)), inner[:i]...), inner[i:])
		}
	}
	return inner
}

func unescape(text, inner []byte) []byte {
	for i := 0; i < len(inner); i++ {
		if inner[i] != '\\' {
			text = append(text, inner[i])
			continue
		}
		i++
		switch inner[i] {
		case 'b':
			text = append(text, '\b')
		case 'f':
			text = append(text, '\f')
		case 'n':
			text = append(text, '\n')
		case 'r':
			text = append(text, '\r')
		case 't':
			text = append(text, '\t')
		case 'u':
			unit, _ := hex4(inner[i+1:])
			i += 4
			text = appendUnit(text, unit)
		default:
			text = append(text, inner[i])
		}
	}
	return text
}

// appendUnit appends one unit of UTF-16, and joins the second half of a pair to the first.
func appendUnit(text []byte, unit rune) []byte {
	if !utf16.IsSurrogate(unit) {
		return utf8.AppendRune(text, unit)
	}
	return AppendText(text, appendSurrogate(nil, unit))
}
