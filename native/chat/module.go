// Package chat is what scripts see of the extension: the classes Envelope and ChatSocket of k6/x/nuc.
// index.d.ts has their types.
package chat

import (
	"strings"
	"sync"

	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/js/common"
	"go.k6.io/k6/v2/js/modules"

	"nuc-k6/native/envelope"
)

// RootModule is shared by all virtual users.
type RootModule struct {
	mu sync.Mutex
	// Envelopes by their constants: virtual users with the same ones share one.
	envelopes map[string]*envelope.Envelope
}

// New makes the module.
func New() *RootModule {
	return &RootModule{envelopes: make(map[string]*envelope.Envelope)}
}

var (
	_ modules.Module   = (*RootModule)(nil)
	_ modules.Instance = (*module)(nil)
)

// module is one virtual user's.
type module struct {
	root *RootModule
	vu   modules.VU
}

// NewModuleInstance makes a virtual user's part.
func (r *RootModule) NewModuleInstance(vu modules.VU) modules.Instance {
	return &module{root: r, vu: vu}
}

// Exports are the classes that a script can import.
func (m *module) Exports() modules.Exports {
	return modules.Exports{Named: map[string]any{
		"Envelope":   m.newEnvelope,
		"ChatSocket": m.newChatSocket,
	}}
}

func (r *RootModule) envelope(separator string, substitutes []envelope.Substitute) *envelope.Envelope {
	key := separator
	for _, s := range substitutes {
		key += "\x00" + s.Letter + "\x00" + s.Word
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	shared, ok := r.envelopes[key]
	if !ok {
		shared = envelope.New(separator, substitutes)
		r.envelopes[strings.Clone(key)] = shared
	}
	return shared
}

// define puts a method or a value on an object of ours.
func define(rt *sobek.Runtime, object *sobek.Object, name string, value any) {
	if err := object.Set(name, value); err != nil {
		common.Throw(rt, err)
	}
}
