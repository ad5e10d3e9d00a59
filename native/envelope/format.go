// Package envelope seals and opens the chatbot's frames:
//
//	sealed = morph(key) + SEPARATOR + morph(iv) + SEPARATOR + padding + base64(ciphertext)
//
// The scheme is described in lib/protocol/envelope.ts; this is the same in Go.
package envelope

import "strings"

const (
	keyLength     = 32
	ivLength      = 16
	paddingLength = 12
)

// Substitute is one letter of a key, and the word that stands for it in a frame.
type Substitute struct {
	Letter string
	Word   string
}

// Envelope seals and opens frames with the constants of one deployment. It is safe for concurrent use.
type Envelope struct {
	separator   []byte
	morph       *strings.Replacer
	substitutes []Substitute
	// beginsWord are the bytes with which a word begins.
	beginsWord [256]bool
}

// New makes an envelope of a deployment's constants. Letters and words are tried in the order given.
func New(separator string, substitutes []Substitute) *Envelope {
	e := &Envelope{separator: []byte(separator)}
	letters := make([]string, 0, 2*len(substitutes))
	for _, s := range substitutes {
		letters = append(letters, s.Letter, s.Word)
		// Without a word there is nothing to find in a frame.
		if s.Word != "" {
			e.substitutes = append(e.substitutes, s)
			e.beginsWord[s.Word[0]] = true
		}
	}
	e.morph = strings.NewReplacer(letters...)
	return e
}

// unmorph appends a morphed text with its letters in place of their words. A strings.Replacer would
// allocate four times for each.
func (e *Envelope) unmorph(text, morphed []byte) []byte {
	for len(morphed) > 0 {
		letter, length := string(morphed[:1]), 1
		if e.beginsWord[morphed[0]] {
			letter, length = e.letterOf(morphed)
		}
		text = append(text, letter...)
		morphed = morphed[length:]
	}
	return text
}

// letterOf is what a text begins with, and how many of its bytes that takes.
func (e *Envelope) letterOf(morphed []byte) (string, int) {
	for _, s := range e.substitutes {
		if len(morphed) >= len(s.Word) && string(morphed[:len(s.Word)]) == s.Word {
			return s.Letter, len(s.Word)
		}
	}
	return string(morphed[:1]), 1
}
