/** One answer, planned whole before its first frame: what each frame says, and when it is due. */

import { isObject, type JsonObject } from '../lib/base/json-object.ts';
import { isLast, type ServerFrame } from '../lib/protocol/messages.ts';
import type { FaultName } from './faults.ts';
import type { Random } from './random.ts';
import type { RecordedAnswer } from './recorded-run.ts';
import { drawChunk, drawTopic } from './text.ts';

export interface PlannedFrame {
  /** Milliseconds from the question, at the recorded pace. */
  readonly dueMs: number;
  /** What is sealed and sent. */
  readonly text: string;
  /** Whether it ends the answer. */
  readonly last: boolean;
  /** Whether it opens to an object; only faults make it false. */
  readonly valid: boolean;
  /** Whether the sealed frame is damaged on its way. */
  readonly damaged: boolean;
  /** What it carries, for the next question to bring back. */
  readonly attributes: JsonObject | undefined;
}

export interface AnswerRequest {
  readonly sessionNumber: number;
  /** Of the session, from 1. */
  readonly number: number;
  readonly question: string;
  /** The last that were sent in the session. */
  readonly attributes: JsonObject;
  readonly recorded: readonly RecordedAnswer[];
  readonly faults: ReadonlySet<FaultName>;
}

// An assumption: when the first frame of an answer came was not recorded.
const FIRST_CHUNK_SHARE = { low: 0.05, high: 0.15 };
// Of the even distance between two frames; below a half, they stay in order.
const JITTER = 0.4;

const EXTRA_KEY_ONE_IN = 12;
const EARLY_ATTRIBUTES_ONE_IN = 3;

/**
 * Plans an answer. The same state of `random` and the same request give the same frames.
 * @returns the frames in order; the last has `complete_response`, and is due at the recorded time.
 */
export function planAnswer(random: Random, request: AnswerRequest): PlannedFrame[] {
  const { frames: count, responseMs } = random.pick(request.recorded);
  const firstMs = responseMs * random.between(FIRST_CHUNK_SHARE.low, FIRST_CHUNK_SHARE.high);
  const gapMs = (responseMs - firstMs) / (count - 1);
  const earlyAttributesAt = random.oneIn(EARLY_ATTRIBUTES_ONE_IN)
    ? random.integer(0, count - 2)
    : undefined;

  const frames: PlannedFrame[] = [];
  let answer = '';
  for (let index = 0; index < count - 1; index++) {
    const chunk = drawChunk(random, index === 0);
    answer += chunk;
    const frame: ServerFrame & JsonObject = {
      response_chunk: chunk,
      message_id: `message-${request.sessionNumber}-${request.number}`,
    };
    if (random.oneIn(EXTRA_KEY_ONE_IN)) frame.stream_hint = { index, tone: 'cálido' };
    if (index === earlyAttributesAt) {
      frame.session_attributes = { ...request.attributes, pending: { turn: request.number } };
    }
    const jitter = index === 0 ? 0 : random.between(-JITTER, JITTER);
    frames.push(plan(firstMs + (index + jitter) * gapMs, frame));
  }

  const last = {
    complete_response: request.faults.has('wrong-text') ? `${answer} (sin terminar)` : answer,
    chat_user_id: `usuario-${request.sessionNumber}`,
    session_attributes: grow(random, request),
  };
  if (request.faults.has('empty-answer')) {
    return [plan(responseMs, { ...last, complete_response: '' })];
  }
  frames.push(plan(responseMs, last));
  return withBrokenFrames(frames, request.faults);
}

/** The state that goes back and forth: it nests, and grows by a topic with every answer. */
function grow(random: Random, request: AnswerRequest): JsonObject {
  const { pending: _, ...attributes } = request.attributes;
  const topics = Array.isArray(attributes.topics) ? attributes.topics : [];
  const learner = isObject(attributes.learner) ? attributes.learner : { name: 'Zoë Ñandú 🎓' };
  return {
    ...attributes,
    turn: request.number,
    learner: { ...learner, progress: { answered: request.number, share: random.next() } },
    topics: [...topics, { title: drawTopic(random), notes: [], asked: request.question.length }],
    follow_up: null,
  };
}

function plan(dueMs: number, frame: ServerFrame): PlannedFrame {
  return {
    dueMs,
    text: JSON.stringify(frame),
    last: isLast(frame),
    valid: true,
    damaged: false,
    attributes: frame.session_attributes,
  };
}

function withBrokenFrames(frames: PlannedFrame[], faults: ReadonlySet<FaultName>): PlannedFrame[] {
  const half = Math.floor(frames.length / 2);
  const dueMs = frames[half]?.dueMs ?? 0;
  const broken = { dueMs, last: false, valid: false, damaged: false, attributes: undefined };
  const extra: PlannedFrame[] = [];
  if (faults.has('bad-envelope')) extra.push({ ...broken, text: '{}', damaged: true });
  if (faults.has('not-json')) extra.push({ ...broken, text: 'esto no es JSON {' });
  if (faults.has('not-object')) extra.push({ ...broken, text: '[]' });
  return [...frames.slice(0, half), ...extra, ...frames.slice(half)];
}
