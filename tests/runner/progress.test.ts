import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Samples } from '../../report/samples/samples.ts';
import { Progress } from '../../runner/progress.ts';
import { figureRows, textRows } from '../../runner/rows.ts';
import { RunCounts } from '../../runner/run/counts.ts';
import { MadeRun } from '../report/made-samples.ts';
import { Written } from './scratch.ts';

test('on a terminal one line is rewritten', () => {
  const terminal = new Written(true);
  const progress = new Progress(terminal);
  progress.update('one');
  progress.update('two');
  progress.clear();
  progress.clear();
  assert.equal(terminal.text, 'one\r\u001b[Ktwo\r\u001b[K');
});

test('a line that is too long for the terminal is cut, so that it does not wrap', () => {
  const terminal = Object.assign(new Written(true), { columns: 10 });
  new Progress(terminal).update('0123456789');
  assert.equal(terminal.text, '012345678');
  const unknown = Object.assign(new Written(true), { columns: 0 });
  new Progress(unknown).update('0123456789');
  assert.equal(unknown.text, '0123456789');
});

test('elsewhere there is a line now and then', () => {
  const terminal = new Written();
  let now = 0;
  const progress = new Progress(
    terminal,
    () => (now < 3_000 ? 1_000 : 2_000),
    () => now,
  );
  for (now = 0; now <= 6_500; now += 100) progress.update(`${now}`);
  progress.clear();
  assert.deepEqual(terminal.lines, ['1000', '2000', '4000', '6000']);
});

test('a run’s progress is counted from its samples, whatever the log says', () => {
  const made = new MadeRun(60_000);
  const samples = new Samples();
  const progress = new RunCounts(180_000, samples);
  assert.equal(progress.text(3_999), '3s of 3m: 0 sessions open, 0 answers, 0 errors');
  for (let count = 0; count < 1_200; count += 1) made.session(count, count < 100 ? 5_000 : null);
  made.answer(0, 50, 700).answer(100, 50, 800);
  made.add('chat_errors', 900, 1, { phase: 'stream', reason: 'stall' });
  for (const line of made.lines) samples.take(line);
  progress.read(logLine('Starting session'));
  assert.equal(progress.text(65_000), '1m5s of 3m: 1,100 sessions open, 2 answers, 1 error');
});

test('a run of sockets has no answers to count', () => {
  const samples = new MadeRun(9_000).session(0, null).session(1, null).session(2, 8_000).samples();
  const progress = new RunCounts(12_000, samples, 'sockets');
  assert.equal(progress.text(3_000), '3s of 12s: 2 sessions open, 0 errors');
});

test('without samples the log tells, and where it does not, that is said', () => {
  const progress = new RunCounts(null, undefined);
  assert.equal(
    progress.text(3_999),
    '3s: without samples, and with this log, nothing can be counted',
  );
  const start = logLine('Starting session');
  progress.read(start + start + start + logLine('Question 1/2 sent: Starting session...'));
  assert.equal(progress.text(61_000), '1m1s: 3 sessions open, 0 answers, by the log');
  progress.read(logLine('✓ complete_response received (chunk 3)! [Total Latency: 2890.12ms]'));
  progress.read(logLine('Session complete - Sent: 2, Received: 2'));
  progress.read(logLine('Session failed - Sent: 2, Received: 1').repeat(2));
  assert.equal(progress.text(0), '0s: 0 sessions open, 1 answer, by the log');
});

function logLine(text: string): string {
  return `[2026-01-05 15:30:00.123] [Session-1] ${text}\n`;
}

test('rows stand one below the other: texts to the left, figures to the right', () => {
  assert.equal(
    textRows([
      ['log', 'a'],
      ['results', 'bc'],
    ]),
    '  log      a\n  results  bc\n',
  );
  assert.equal(
    figureRows([
      ['frames', '1,234'],
      ['open', '0'],
    ]),
    '  frames  1,234\n  open        0\n',
  );
});
