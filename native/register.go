// Package native is k6/x/nuc: an extension of k6 that does for the chatbot's frames what scripts are
// slow at. See README.md.
package native

import (
	"go.k6.io/k6/v2/js/modules"

	"nuc-k6/native/chat"
)

func init() {
	modules.Register("k6/x/nuc", chat.New())
}
