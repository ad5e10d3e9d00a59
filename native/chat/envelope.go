package chat

import (
	"errors"

	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/js/common"

	"nuc-k6/native/envelope"
)

// envelopeValue is the property by which a ChatSocket finds the envelope behind its object.
var envelopeValue = sobek.NewSymbol("envelope")

// scriptSecrets are envelope.Secrets as a script names them.
type scriptSecrets struct {
	Key     string `js:"key"`
	IV      string `js:"iv"`
	Padding string `js:"padding"`
}

// newEnvelope is `new Envelope(separator, morph)`.
func (m *module) newEnvelope(call sobek.ConstructorCall) *sobek.Object {
	rt := m.vu.Runtime()
	morph := call.Argument(1).ToObject(rt)
	var substitutes []envelope.Substitute
	for _, letter := range morph.Keys() {
		substitutes = append(substitutes, envelope.Substitute{Letter: letter, Word: morph.Get(letter).String()})
	}
	sealer := m.root.envelope(call.Argument(0).String(), substitutes)

	object := call.This
	if err := object.SetSymbol(envelopeValue, sealer); err != nil {
		common.Throw(rt, err)
	}
	define(rt, object, "seal", func(text string) string {
		return orThrow(rt)(sealer.Seal(text))
	})
	define(rt, object, "sealWith", func(secrets scriptSecrets, text string) string {
		return orThrow(rt)(sealer.SealWith(envelope.Secrets(secrets), text))
	})
	define(rt, object, "open", func(sealed string) string {
		text, err := sealer.Open(nil, []byte(sealed))
		return orThrow(rt)(string(text), err)
	})
	return object
}

// orThrow throws a wrong envelope as an Error that has its `part` and `detail`.
func orThrow(rt *sobek.Runtime) func(string, error) string {
	return func(text string, err error) string {
		var wrong *envelope.Error
		if !errors.As(err, &wrong) {
			if err != nil {
				common.Throw(rt, err)
			}
			return text
		}
		thrown, failed := rt.New(rt.Get("Error"), rt.ToValue(wrong.Error()))
		if failed != nil {
			common.Throw(rt, failed)
		}
		define(rt, thrown, "part", wrong.Part)
		define(rt, thrown, "detail", wrong.Detail)
		panic(thrown)
	}
}

func (m *module) envelopeOf(value sobek.Value) *envelope.Envelope {
	rt := m.vu.Runtime()
	if object, ok := value.(*sobek.Object); ok {
		if inner := object.GetSymbol(envelopeValue); inner != nil {
			if sealer, ok := inner.Export().(*envelope.Envelope); ok {
				return sealer
			}
		}
	}
	panic(rt.NewTypeError("ChatSocket: envelope: expected an Envelope"))
}
