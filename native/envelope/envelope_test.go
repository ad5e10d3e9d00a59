package envelope_test

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"nuc-k6/native/envelope"
)

// The deployment's constants, as lib/protocol/envelope.ts has them.
func nuc() *envelope.Envelope {
	return envelope.New("rE7pRxTGlqT6", []envelope.Substitute{
		{Letter: "R", Word: "Ef4YsO2cbQZ2"},
		{Letter: "W", Word: "U4Bai5Qn1ZCp"},
		{Letter: "q", Word: "zR2H8Cd5maEc"},
		{Letter: "a", Word: "yUz4P1a7Dz6v"},
		{Letter: "E", Word: "Xm5VaT2B7c9a"},
	})
}

// readVectors reads a file that the TypeScript tests read too.
func readVectors[T any](t testing.TB, name string) []T {
	t.Helper()
	text, err := os.ReadFile("../../tests/vectors/" + name)
	require.NoError(t, err)
	var vectors []T
	require.NoError(t, json.Unmarshal(text, &vectors))
	require.NotEmpty(t, vectors)
	return vectors
}

type vector struct{ Name, Key, IV, Padding, Plaintext, Sealed string }

func TestVectorsOpenAndSeal(t *testing.T) {
	t.Parallel()
	for _, v := range readVectors[vector](t, "envelope-vectors.json") {
		t.Run(v.Name, func(t *testing.T) {
			t.Parallel()
			opened, err := nuc().Open(nil, []byte(v.Sealed))
			require.NoError(t, err)
			require.Equal(t, v.Plaintext, string(opened))
			sealed, err := nuc().SealWith(envelope.Secrets{Key: v.Key, IV: v.IV, Padding: v.Padding}, v.Plaintext)
			require.NoError(t, err)
			require.Equal(t, v.Sealed, sealed)
		})
	}
}

type damaged struct{ Name, Sealed, Message string }

func TestDamagedFramesSayWhatIsWrong(t *testing.T) {
	t.Parallel()
	for _, d := range readVectors[damaged](t, "damaged-frames.json") {
		t.Run(d.Name, func(t *testing.T) {
			t.Parallel()
			_, err := nuc().Open(nil, []byte(d.Sealed))
			require.EqualError(t, err, d.Message)
			var wrong *envelope.Error
			require.ErrorAs(t, err, &wrong)
			require.Equal(t, d.Message, "envelope: "+wrong.Part+": "+wrong.Detail)
		})
	}
}

func TestEachFrameHasSecretsOfItsOwn(t *testing.T) {
	t.Parallel()
	seen := make(map[string]bool)
	for range 200 {
		secrets := envelope.NewSecrets()
		for text, length := range map[string]int{secrets.Key: 32, secrets.IV: 16, secrets.Padding: 12} {
			require.Len(t, text, length)
			require.Regexp(t, regexp.MustCompile(`^[A-Za-z0-9]+$`), text)
			require.False(t, seen[text])
			seen[text] = true
		}
		sealed, err := nuc().SealWith(secrets, "¿Qué? 🫀")
		require.NoError(t, err)
		opened, err := nuc().Open(nil, []byte(sealed))
		require.NoError(t, err)
		require.Equal(t, "¿Qué? 🫀", string(opened))
	}
}

func TestKeyCharactersAreAboutEquallyOften(t *testing.T) {
	t.Parallel()
	counts := make(map[rune]int)
	const keys = 2000
	for range keys {
		for _, r := range envelope.NewSecrets().Key {
			counts[r]++
		}
	}
	require.Len(t, counts, 62)
	mean := float64(keys*32) / 62
	for r, count := range counts {
		require.InDelta(t, mean, count, mean/4, "%c", r)
	}
}

func TestSecretsOfTheWrongLengthAreRefused(t *testing.T) {
	t.Parallel()
	_, err := nuc().SealWith(envelope.Secrets{Key: "short", IV: strings.Repeat("x", 16)}, "")
	require.EqualError(t, err, "envelope: key: expected 32 ASCII characters, got 5")
	_, err = nuc().SealWith(envelope.Secrets{Key: strings.Repeat("x", 32), IV: "é"}, "")
	require.EqualError(t, err, "envelope: iv: expected 16 ASCII characters, got 1")
}

func TestAnotherDeploymentsConstants(t *testing.T) {
	t.Parallel()
	other := envelope.New("--", []envelope.Substitute{{Letter: "A", Word: "(1)"}, {Letter: "1", Word: "(A)"}})
	secrets := envelope.Secrets{Key: strings.Repeat("A1", 16), IV: strings.Repeat("1A", 8), Padding: "123456789012"}
	sealed, err := other.SealWith(secrets, "x")
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(sealed, strings.Repeat("(1)(A)", 16)+"--"+strings.Repeat("(A)(1)", 8)+"--123456789012"))
	opened, err := other.Open(nil, []byte(sealed))
	require.NoError(t, err)
	require.Equal(t, "x", string(opened))
}

func TestOpenUsesTheBufferItIsGiven(t *testing.T) {
	t.Parallel()
	sealed, err := nuc().Seal("hello")
	require.NoError(t, err)
	buffer := make([]byte, 0, 64)
	opened, err := nuc().Open(buffer, []byte(sealed))
	require.NoError(t, err)
	require.Equal(t, &buffer[:1][0], &opened[0])
}

// FuzzOpen: whatever comes, the result is a text or an *Error that holds no key material.
func FuzzOpen(f *testing.F) {
	for _, v := range readVectors[vector](f, "envelope-vectors.json") {
		f.Add([]byte(v.Sealed))
	}
	for _, d := range readVectors[damaged](f, "damaged-frames.json") {
		f.Add([]byte(d.Sealed))
	}
	sealer := nuc()
	f.Fuzz(func(t *testing.T, sealed []byte) {
		before := string(sealed)
		opened, err := sealer.Open(nil, sealed)
		require.Equal(t, before, string(sealed), "the frame itself must not change")
		if err == nil {
			require.True(t, utf8.Valid(opened))
			return
		}
		var wrong *envelope.Error
		require.ErrorAs(t, err, &wrong)
	})
}

// FuzzSealOpen: what was sealed opens to the same text.
func FuzzSealOpen(f *testing.F) {
	f.Add("")
	f.Add("{\"response_chunk\":\"¿Qué? 🫀\"}")
	sealer := nuc()
	f.Fuzz(func(t *testing.T, text string) {
		sealed, err := sealer.Seal(text)
		require.NoError(t, err)
		opened, err := sealer.Open(nil, []byte(sealed))
		if err != nil {
			require.EqualError(t, err, "envelope: text: what was decrypted is not UTF-8")
			return
		}
		require.Equal(t, text, string(opened))
	})
}

func BenchmarkOpen(b *testing.B) {
	for name, text := range map[string]string{
		"chunk": `{"response_chunk": " muscles and", "message_id": "5b1f2c7e-0d7e-4a53-9b61-6f6a4b6f2f10"}`,
		"4kB":   strings.Repeat("The skeletal system gives the body its shape. ", 90),
	} {
		b.Run(name, func(b *testing.B) {
			sealer := nuc()
			sealed, _ := sealer.Seal(text)
			frame := []byte(sealed)
			var buffer []byte
			b.ReportAllocs()
			for b.Loop() {
				buffer, _ = sealer.Open(buffer, frame)
			}
		})
	}
}
