package envelope

import "fmt"

// The parts of a sealed frame that can be wrong.
const (
	PartStructure  = "structure"
	PartKey        = "key"
	PartIV         = "iv"
	PartPadding    = "padding"
	PartBase64     = "base64"
	PartCiphertext = "ciphertext"
	PartText       = "text"
)

// Error says which part of a sealed frame was wrong. It never holds key material.
type Error struct {
	Part   string
	Detail string
}

func (e *Error) Error() string {
	return "envelope: " + e.Part + ": " + e.Detail
}

func wrong(part, format string, args ...any) error {
	return &Error{Part: part, Detail: fmt.Sprintf(format, args...)}
}
