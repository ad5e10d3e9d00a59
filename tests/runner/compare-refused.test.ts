/** Which files and command lines are no comparison: refused in one line. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Summary } from '../../lib/results/model.ts';
import { sampleSummary } from '../results/sample-run.ts';
import { assertRefused, compare, runFolder, twoRuns } from './compare-scene.ts';
import { scratchFolder } from './scratch.ts';

test('a file that is no summary is refused in one line', async (t) => {
  const root = await scratchFolder(t);
  const good = await runFolder(root, 'good', sampleSummary());
  const gone = join(root, 'gone');
  assertRefused(
    await compare(good, gone),
    `${gone}: there is no such file or folder; give a summary.json, or the folder of a run`,
  );
  const empty = join(root, 'empty');
  await mkdir(empty);
  assertRefused(
    await compare(empty, good),
    `${empty}: holds no summary.json: the run ended before it had a summary`,
  );
  const file = join(root, 'summary.json');
  const written = async (text: string) => {
    await writeFile(file, text);
    return compare(good, file);
  };
  const advice = 'give the file as the run wrote it';
  assertRefused(await written('{'), `${file}: expected JSON, got other text; ${advice}`);
  assertRefused(await written(''), `${file}: expected JSON, got nothing; ${advice}`);
  const expected = `${file}: expected the schema nuc-k6/summary/1, got`;
  assertRefused(await written('null'), `${expected} none`);
  assertRefused(await written('{"schema":"nuc-k6/summary/2"}'), `${expected} nuc-k6/summary/2`);
  const { setUp: _, ...cut } = sampleSummary() satisfies Summary;
  assertRefused(
    await written(JSON.stringify(cut)),
    `${file}: setUp: expected an object, got nothing; give the file as the run wrote it`,
  );
});

const asksSockets = { kind: 'climb', unit: 'sockets', rates: [] } as const;

for (const [path, value, problem] of [
  ['byCourse', [null], 'byCourse[0]: expected an object, got null'],
  ['byCourse', {}, 'byCourse: expected a list, got an object'],
  ['byCourse.1.name', undefined, 'byCourse[1].name: expected a text, got nothing'],
  ['overall', null, 'overall: expected an object, got null'],
  ['overall.successRate', 'x', 'overall.successRate: expected a number from 0 to 1, got "x"'],
  ['overall.successRate', 90, 'overall.successRate: expected a number from 0 to 1, got 90'],
  [
    'overall.successRate',
    undefined,
    'overall.successRate: expected a number from 0 to 1, got nothing',
  ],
  ['overall.response', [], 'overall.response: expected an object, got a list'],
  ['overall.response.p95', '9', 'overall.response.p95: expected a number, got "9"'],
  ['overall.response.p95', null, 'overall.response.p95: expected a number, got null'],
  [
    'errors',
    [{}],
    'errors[0].phase: expected one of token, create, connect, stream, decrypt, protocol, got nothing',
  ],
  ['errors.1.count', -1, 'errors[1].count: expected a whole number from 0 on, got -1'],
  ['bySteps.0.socketOpen.p95', {}, 'bySteps[0].socketOpen.p95: expected a number, got an object'],
  ['stepsOf', 'tables', 'stepsOf: expected one of answers, sockets, got "tables"'],
  ['settings', { NUM_SESSIONS: 3 }, 'settings.NUM_SESSIONS: expected a text, got 3'],
  ['sessions.completed', true, 'sessions.completed: expected a whole number from 0 on, got true'],
  ['setUp.token.p95', '1', 'setUp.token.p95: expected a number, got "1"'],
  ['trust.trusted', 'y'.repeat(99), 'trust.trusted: expected true or false, got a long text'],
  ['trust.why', [7], 'trust.why[0]: expected a text, got 7'],
  ['run.startedAt', 0, 'run.startedAt: expected a text, got 0'],
  ['run.load', 7, 'run.load: expected a text, got 7'],
  ['verdicts', {}, 'verdicts: expected a list, got an object'],
] as const) {
  const shown = JSON.stringify(value) ?? 'left out';
  test(`a file that is damaged is refused in one line: ${path} ${shown}`, async (t) => {
    const root = await scratchFolder(t);
    const whole = sampleSummary({}, { steps: ['10'], asks: asksSockets });
    const step = { ...whole.bySteps[0], socketOpen: { ...whole.overall.response } };
    const good = await runFolder(root, 'good', { ...whole, bySteps: [step] });
    assert.equal((await compare(good, good)).exitCode, 0);
    const damaged = await runFolder(
      root,
      'bad',
      replaced({ ...whole, bySteps: [step] }, path, value),
    );
    const text = `${join(damaged, 'summary.json')}: ${problem}; give the file as the run wrote it`;
    assertRefused(await compare(good, damaged), text);
    assertRefused(await compare(damaged, good), text);
  });
}

test('a number that is too large for a figure is refused', async (t) => {
  const root = await scratchFolder(t);
  const good = await runFolder(root, 'good', sampleSummary());
  const file = join(root, 'large.json');
  const summary = JSON.stringify(replaced(sampleSummary(), 'overall.response.p95', 'LARGE'));
  await writeFile(file, summary.replace('"LARGE"', '1e999'));
  assertRefused(
    await compare(good, file),
    `${file}: overall.response.p95: expected a number, got Infinity; give the file as the run wrote it`,
  );
});

/** A copy with another value at that place; undefined: with none. */
function replaced(summary: unknown, path: string, value: unknown): unknown {
  const copy = structuredClone(summary);
  const names = path.split('.');
  const last = names.pop() ?? '';
  const place = names.reduce((inner, name) => inner[name] as Tree, copy as Tree);
  place[last] = value;
  return copy;
}

interface Tree {
  [name: string]: unknown;
}

test('a wrong command line is refused in one line', async (t) => {
  const { base } = await twoRuns(t, {});
  assertRefused(await compare(base), 'expected two runs, BASE and NEW, got 1; see --help');
  assertRefused(await compare(), 'expected two runs, BASE and NEW, got 0; see --help');
  assertRefused(
    await compare(base, base, base),
    'expected two runs, BASE and NEW, got 3; see --help',
  );
  assertRefused(await compare(base, base, '--fast'), "Unknown option '--fast'; see --help");
  const { exitCode, out } = await compare('--help');
  assert.equal(exitCode, 0);
  assert.deepEqual(
    out.split('\n').filter((line) => line.length > 100),
    [],
  );
});
