package envelope

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
)

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// The largest multiple of the alphabet's length in a byte: one above it would favour some letters.
const fairBytes = 248

// Secrets is what the sender makes up anew for each frame.
type Secrets struct {
	Key     string
	IV      string
	Padding string
}

// NewSecrets makes up secrets of one frame.
func NewSecrets() Secrets {
	return Secrets{
		Key:     randomText(keyLength),
		IV:      randomText(ivLength),
		Padding: randomText(paddingLength),
	}
}

// Seal seals a text with secrets of its own.
func (e *Envelope) Seal(text string) (string, error) {
	return e.SealWith(NewSecrets(), text)
}

// SealWith seals a text with given secrets: for vectors, where the result is known.
//
// Its errors are *Error, of a key or an IV that has not the right length.
func (e *Envelope) SealWith(secrets Secrets, text string) (string, error) {
	key, iv := []byte(secrets.Key), []byte(secrets.IV)
	if !isPrintable(key, keyLength) {
		return "", wrongLength(PartKey, keyLength, key)
	}
	if !isPrintable(iv, ivLength) {
		return "", wrongLength(PartIV, ivLength, iv)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return "", err
	}
	data := pad([]byte(text))
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(data, data)
	separator := string(e.separator)
	return e.morph.Replace(secrets.Key) + separator +
		e.morph.Replace(secrets.IV) + separator +
		secrets.Padding + base64.StdEncoding.EncodeToString(data), nil
}

// pad adds PKCS#7 padding.
func pad(text []byte) []byte {
	count := aes.BlockSize - len(text)%aes.BlockSize
	for range count {
		text = append(text, byte(count))
	}
	return text
}

func randomText(length int) string {
	text := make([]byte, 0, length)
	random := make([]byte, length)
	for len(text) < length {
		// It never fails: crypto/rand ends the program where the system has no random bytes.
		_, _ = rand.Read(random)
		for _, b := range random {
			if b < fairBytes && len(text) < length {
				text = append(text, alphabet[int(b)%len(alphabet)])
			}
		}
	}
	return string(text)
}
