package envelope

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"unicode/utf8"
)

// Open returns the text of a sealed frame. It works in buffer, where that is long enough, and the
// text lies there.
//
// Its errors are *Error.
func (e *Envelope) Open(buffer, sealed []byte) ([]byte, error) {
	morphedKey, rest, found := bytes.Cut(sealed, e.separator)
	morphedIV, body, foundToo := bytes.Cut(rest, e.separator)
	if !found || !foundToo || bytes.Contains(body, e.separator) {
		parts := bytes.Count(sealed, e.separator) + 1
		return nil, wrong(PartStructure, "expected 3 parts between separators, got %d", parts)
	}
	key := e.unmorph(make([]byte, 0, keyLength), morphedKey)
	if !isPrintable(key, keyLength) {
		return nil, wrongLength(PartKey, keyLength, key)
	}
	iv := e.unmorph(make([]byte, 0, ivLength), morphedIV)
	if !isPrintable(iv, ivLength) {
		return nil, wrongLength(PartIV, ivLength, iv)
	}
	encoded, err := dropPadding(body)
	if err != nil {
		return nil, err
	}
	return decrypt(buffer, key, iv, encoded)
}

func dropPadding(body []byte) ([]byte, error) {
	at, units := 0, 0
	for at < len(body) && units < paddingLength {
		r, size := utf8.DecodeRune(body[at:])
		at += size
		units += utf16Units(r)
	}
	if at == len(body) {
		return nil, wrong(PartPadding, "expected %d characters and a ciphertext, got %d characters",
			paddingLength, units)
	}
	return body[at:], nil
}

func decrypt(buffer, key, iv, encoded []byte) ([]byte, error) {
	data, err := base64.StdEncoding.AppendDecode(buffer[:0], encoded)
	n := len(data)
	// Go's decoder skips line ends, which the protocol's base64 does not have.
	if err != nil || len(encoded) != base64.StdEncoding.EncodedLen(n) {
		return nil, wrong(PartBase64, "the ciphertext is not standard base64")
	}
	if n == 0 || n%aes.BlockSize != 0 {
		return nil, wrong(PartCiphertext, "expected whole blocks of %d bytes, got %d bytes", aes.BlockSize, n)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(data, data)
	text, ok := unpad(data)
	if !ok {
		return nil, wrong(PartCiphertext, "does not decrypt with the frame’s own key and IV")
	}
	if !utf8.Valid(text) {
		return nil, wrong(PartText, "what was decrypted is not UTF-8")
	}
	return text, nil
}

// unpad takes PKCS#7 padding off.
func unpad(data []byte) ([]byte, bool) {
	count := int(data[len(data)-1])
	if count < 1 || count > aes.BlockSize {
		return nil, false
	}
	for _, b := range data[len(data)-count:] {
		if int(b) != count {
			return nil, false
		}
	}
	return data[:len(data)-count], true
}

func isPrintable(text []byte, length int) bool {
	if len(text) != length {
		return false
	}
	for _, b := range text {
		if b < ' ' || b > '~' {
			return false
		}
	}
	return true
}

// The text itself stays out of the message: it is key material.
func wrongLength(part string, expected int, got []byte) error {
	units := 0
	for _, r := range string(got) {
		units += utf16Units(r)
	}
	return wrong(part, "expected %d ASCII characters, got %d", expected, units)
}

// utf16Units is the length of a character as the protocol's JavaScript counts it.
func utf16Units(r rune) int {
	if r > 0xFFFF {
		return 2
	}
	return 1
}
