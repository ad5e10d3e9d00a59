/** The answers that the bench's server plays: planned and sealed once, before anything is measured. */
import { randomBytes } from 'node:crypto';
import { Envelope } from '../lib/protocol/envelope.ts';
import { type AnswerRequest, planAnswer } from '../simulator/answer.ts';
import { nodeCipher } from '../simulator/cipher-node.ts';
import { Random } from '../simulator/random.ts';
import { readRecordedRun } from '../simulator/recorded-run.ts';

/** More than a session asks, so that none hears an answer twice. */
export const ANSWERS = 60;

export interface SealedAnswer {
  /** Each frame as the bytes of a WebSocket message, due so many milliseconds after the question. */
  readonly frames: readonly { readonly dueMs: number; readonly bytes: Buffer }[];
  /** All frames in one piece. */
  readonly whole: Buffer;
  /** The JSON text that the next question must bring back. */
  readonly attributes: string;
}

/** The envelope of the server's side. */
export const envelope = new Envelope(nodeCipher, (count) => randomBytes(count));

/** @returns ANSWERS answers, as dense and as long as the recorded ones, which come in turn. */
export async function sealAnswers(): Promise<SealedAnswer[]> {
  const random = new Random(1, 1);
  const recorded = readRecordedRun();
  const answers: SealedAnswer[] = [];
  let attributes: AnswerRequest['attributes'] = {};
  for (let number = 1; number <= ANSWERS; number++) {
    const planned = planAnswer(random, {
      ...{ sessionNumber: 1, number, question: 'What is it?', attributes, faults: new Set() },
      recorded: recorded.slice((number - 1) % recorded.length).slice(0, 1),
    });
    const frames = [];
    for (const { text, dueMs } of planned) {
      frames.push({ dueMs, bytes: textMessage(await envelope.seal(text)) });
    }
    attributes = planned.at(-1)?.attributes ?? {};
    answers.push({
      frames,
      whole: Buffer.concat(frames.map(({ bytes }) => bytes)),
      attributes: JSON.stringify(attributes),
    });
  }
  return answers;
}

/** An unmasked WebSocket text message of one frame (RFC 6455, 5.2). */
export function textMessage(text: string): Buffer {
  const payload = Buffer.from(text);
  const { length } = payload;
  if (length < 126) return Buffer.concat([Buffer.from([0x81, length]), payload]);
  const header = Buffer.alloc(4);
  header.writeUInt16BE(0x817e);
  header.writeUInt16BE(length, 2);
  if (length > 0xffff) throw new RangeError(`a frame of ${length} bytes: expected 64 kB at most`);
  return Buffer.concat([header, payload]);
}
