package conversation

import "hash/maphash"

// maxIDs is how many message_ids of earlier answers are known again.
const maxIDs = 256

// earlier is what is known of the answers that ended: enough to know a frame of theirs again. Texts are
// kept as hashes of 64 bits, so that a session of many answers stays small.
type earlier struct {
	seed maphash.Seed
	ids  []uint64
	// open holds the ids of the answer that has not ended.
	open []uint64
	// lastEnd is the frame that ended the last answer; 0 before the first one.
	lastEnd uint64
}

func newEarlier() earlier {
	return earlier{seed: maphash.MakeSeed()}
}

// has tells whether an earlier answer had this message_id.
func (e *earlier) has(id []byte) bool {
	return len(id) > 0 && contains(e.ids, maphash.Bytes(e.seed, id))
}

// note keeps a message_id of the open answer.
func (e *earlier) note(id []byte) {
	if len(id) > 0 {
		e.open = appendDifferent(e.open, maphash.Bytes(e.seed, id))
	}
}

// repeats tells whether this is, text for text, the frame that ended the last answer.
func (e *earlier) repeats(text []byte) bool {
	return e.lastEnd != 0 && maphash.Bytes(e.seed, text) == e.lastEnd
}

// ended makes the open answer an earlier one; end is the text of its last frame.
func (e *earlier) ended(end []byte) {
	e.lastEnd = maphash.Bytes(e.seed, end)
	for _, id := range e.open {
		e.ids = appendDifferent(e.ids, id)
	}
	e.open = e.open[:0]
}

// appendDifferent drops the oldest where there are too many.
func appendDifferent(ids []uint64, id uint64) []uint64 {
	if contains(ids, id) {
		return ids
	}
	if len(ids) == maxIDs {
		ids = ids[:copy(ids, ids[1:])]
	}
	return append(ids, id)
}

// contains looks at the newest first: chunks of one answer often have the same id.
func contains(ids []uint64, id uint64) bool {
	for i := len(ids) - 1; i >= 0; i-- {
		if ids[i] == id {
			return true
		}
	}
	return false
}
