package chat

import (
	"net/http"
	"time"

	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/js/common"
	"go.k6.io/k6/v2/metrics"

	"nuc-k6/native/conversation"
)

// socketOptions are the third argument of `new ChatSocket`; times in milliseconds, 0 for no limit.
type socketOptions struct {
	Headers            map[string]string `js:"headers"`
	FirstChunkMs       float64           `js:"firstChunkMs"`
	StallMs            float64           `js:"stallMs"`
	ResponseMs         float64           `js:"responseMs"`
	RepeatWaitMs       float64           `js:"repeatWaitMs"`
	HandshakeTimeoutMs float64           `js:"handshakeTimeoutMs"`
	MaxChars           int               `js:"maxChars"`
	EachFrame          bool              `js:"eachFrame"`
}

func (m *module) optionsOf(value sobek.Value) (socketOptions, metrics.TagsAndMeta) {
	rt := m.vu.Runtime()
	var options socketOptions
	if err := rt.ExportTo(value, &options); err != nil {
		common.Throw(rt, err)
	}
	tags := m.vu.State().Tags.GetCurrentValues()
	if err := common.ApplyCustomUserTags(rt, &tags, value.ToObject(rt).Get("tags")); err != nil {
		common.Throw(rt, err)
	}
	return options, tags
}

func (o *socketOptions) header(userAgent string) http.Header {
	header := http.Header{}
	header.Set("User-Agent", userAgent)
	for name, value := range o.Headers {
		header.Set(name, value)
	}
	return header
}

func (o *socketOptions) conversation() conversation.Options {
	return conversation.Options{
		Limits: conversation.Limits{
			FirstText: duration(o.FirstChunkMs),
			Stall:     duration(o.StallMs),
			Response:  duration(o.ResponseMs),
		},
		RepeatWait: duration(o.RepeatWaitMs),
		MaxChars:   o.MaxChars,
		EachFrame:  o.EachFrame,
	}
}

func duration(ms float64) time.Duration {
	return time.Duration(ms * float64(time.Millisecond))
}
