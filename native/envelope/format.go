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
	separator string
	morph     *strings.Replacer
	unmorph   *strings.Replacer
}

// New makes an envelope of a deployment's constants. Letters and words are tried in the order given.
func New(separator string, substitutes []Substitute) *Envelope {
	letters := make([]string, 0, 2*len(substitutes))
	words := make([]string, 0, 2*len(substitutes))
	for _, s := range substitutes {
		letters = append(letters, s.Letter, s.Word)
		words = append(words, s.Word, s.Letter)
	}
	return &Envelope{
		separator: separator,
		morph:     strings.NewReplacer(letters...),
		unmorph:   strings.NewReplacer(words...),
	}
}
