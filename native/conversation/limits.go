package conversation

import "time"

// Limits say how long an answer may take; 0 is no limit.
type Limits struct {
	FirstText time.Duration
	Stall     time.Duration
	Response  time.Duration
}

// The reasons for which an answer is given up.
const (
	FirstChunkTimeout = "first_chunk_timeout"
	Stall             = "stall"
	ResponseTimeout   = "response_timeout"
)

// next returns the limit that passes first if nothing more comes; its reason is "" where there is none.
func (l Limits) next(sentAt, lastArrival time.Time, hasText bool) (at time.Time, reason string) {
	consider := func(limit time.Duration, since time.Time, why string) {
		if limit > 0 && (reason == "" || since.Add(limit).Before(at)) {
			at, reason = since.Add(limit), why
		}
	}
	if !hasText {
		consider(l.FirstText, sentAt, FirstChunkTimeout)
	}
	consider(l.Stall, lastArrival, Stall)
	consider(l.Response, sentAt, ResponseTimeout)
	return at, reason
}
