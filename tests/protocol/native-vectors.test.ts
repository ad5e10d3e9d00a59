/** The vectors that the Go module reads say what this code does. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ChatError } from '../../lib/base/errors.ts';
import { attributesText, parseFrame } from '../../lib/protocol/messages.ts';
import { DAMAGED } from './damaged-frames.ts';

function vectors(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../vectors/${name}`, import.meta.url), 'utf8'));
}

interface FrameVector {
  readonly name: string;
  readonly text: string;
  readonly errors: readonly string[];
  readonly frame?: Readonly<Record<string, unknown>>;
}

test('damaged frames: the file is the table', () => {
  const table = DAMAGED.map(([name, sealed, message]) => ({ name, sealed, message }));
  assert.deepEqual(vectors('damaged-frames.json'), table);
});

for (const { name, text, errors, frame } of vectors('frames.json') as FrameVector[]) {
  test(`a frame: ${name}`, () => {
    const told: string[] = [];
    const tell = ({ reason, message }: ChatError) => told.push(`${reason} ${message}`);
    let read: unknown;
    try {
      const parsed = parseFrame(text, tell);
      // A field that is undefined is not in the file.
      read = JSON.parse(
        JSON.stringify({
          chunk: parsed.response_chunk,
          complete: parsed.complete_response,
          attributes: parsed.session_attributes && attributesText(parsed.session_attributes, text),
          messageId: parsed.message_id,
          keys: Object.keys(parsed),
        }),
      );
    } catch (error) {
      assert.ok(error instanceof ChatError);
      tell(error);
    }
    assert.deepEqual(told, errors);
    assert.deepEqual(read, frame);
  });
}
