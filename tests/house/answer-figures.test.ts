/**
 * What an answer came to is named in three places, since native/ is a module of its own that imports
 * nothing of lib/: the Go code that makes the figures, the types of k6/x/nuc, and lib/protocol. The type
 * checker finds a figure that the types of k6/x/nuc lack; here a name too many is found, and what Go makes.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const LIB = fieldsOf('../../lib/protocol/answer.ts', 'AnswerFigures');
const NATIVE = fieldsOf('../../native/index.d.ts', 'ChatAnswer');

test('k6/x/nuc has the figures of lib/protocol, and how late the script was', () => {
  assert.ok(LIB.length > 0);
  assert.deepEqual(NATIVE, [...LIB, 'lagMs: number']);
});

test('Go makes the figures that the types of k6/x/nuc name', () => {
  const made = textOf('../../native/chat/listener.go').matchAll(/define\(rt, answer, "(\w+)"/g);
  const named = NATIVE.map((field) => field.split(':')[0]);
  assert.deepEqual([...made].map(([, name]) => name).sort(), named.sort());
});

/** The fields of an interface as they stand in the file, `name: type`. */
function fieldsOf(path: string, name: string): string[] {
  const [, body = ''] = new RegExp(`interface ${name} \\{([^}]*)\\}`).exec(textOf(path)) ?? [];
  return [...body.matchAll(/readonly (\w+: [^;]+);/g)].map(([, field = '']) => field);
}

function textOf(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8');
}
