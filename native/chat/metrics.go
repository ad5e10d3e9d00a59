package chat

import (
	"context"
	"net"
	"strconv"
	"time"

	"go.k6.io/k6/v2/lib"
	"go.k6.io/k6/v2/metrics"
)

// wsMetrics are k6's own metrics of a WebSocket, as k6/websockets has them.
type wsMetrics struct {
	ctx   context.Context
	state *lib.State
	tags  metrics.TagsAndMeta

	// Messages that were received since the last sample, which was made at receivedAt: a sample goes with
	// each step of frames that the script hears of, and at the latest with the first message after some
	// seconds. Not one sample for each, as k6/websockets does: that would cost more than all else a frame
	// needs.
	received   int
	receivedAt time.Time
}

const receivedStep = 5 * time.Second

// connected counts an attempt to connect: status is 0, and remote nil, where there was no answer.
func (m *wsMetrics) connected(startedAt time.Time, url string, status int, remote net.Addr) {
	took := metrics.D(time.Since(startedAt))
	enabled := m.state.Options.SystemTags
	if remote != nil {
		if ip, _, err := net.SplitHostPort(remote.String()); err == nil {
			m.tags.SetSystemTagOrMetaIfEnabled(enabled, metrics.TagIP, ip)
		}
	}
	if status != 0 {
		m.tags.SetSystemTagOrMetaIfEnabled(enabled, metrics.TagStatus, strconv.Itoa(status))
		m.tags.SetSystemTagOrMetaIfEnabled(enabled, metrics.TagSubproto, "")
	}
	name, isNamed := m.tags.Tags.Get(metrics.TagName.String())
	if !isNamed {
		name = url
		m.tags.SetSystemTagOrMetaIfEnabled(enabled, metrics.TagName, name)
	}
	m.tags.SetSystemTagOrMetaIfEnabled(enabled, metrics.TagURL, name)
	metrics.PushIfNotDone(m.ctx, m.state.Samples, metrics.ConnectedSamples{
		Samples: []metrics.Sample{
			m.sample(m.state.BuiltinMetrics.WSSessions, startedAt, 1),
			m.sample(m.state.BuiltinMetrics.WSConnecting, startedAt, took),
		},
		Tags: m.tags.Tags,
		Time: startedAt,
	})
	m.receivedAt = startedAt
}

func (m *wsMetrics) messageReceived(at time.Time) {
	m.received++
	if at.Sub(m.receivedAt) >= receivedStep {
		m.flushReceived(at)
	}
}

func (m *wsMetrics) flushReceived(at time.Time) {
	m.receivedAt = at
	if m.received > 0 {
		m.push(m.state.BuiltinMetrics.WSMessagesReceived, at, float64(m.received))
		m.received = 0
	}
}

func (m *wsMetrics) messageSent() {
	m.push(m.state.BuiltinMetrics.WSMessagesSent, time.Now(), 1)
}

func (m *wsMetrics) closed(startedAt time.Time) {
	now := time.Now()
	m.flushReceived(now)
	m.push(m.state.BuiltinMetrics.WSSessionDuration, now, metrics.D(now.Sub(startedAt)))
}

func (m *wsMetrics) push(metric *metrics.Metric, at time.Time, value float64) {
	metrics.PushIfNotDone(m.ctx, m.state.Samples, m.sample(metric, at, value))
}

func (m *wsMetrics) sample(metric *metrics.Metric, at time.Time, value float64) metrics.Sample {
	return metrics.Sample{
		TimeSeries: metrics.TimeSeries{Metric: metric, Tags: m.tags.Tags},
		Time:       at,
		Metadata:   m.tags.Metadata,
		Value:      value,
	}
}
