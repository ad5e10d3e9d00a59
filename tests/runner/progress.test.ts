import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Progress } from '../../runner/progress.ts';
import { figureRows, textRows } from '../../runner/rows.ts';
import { RunProgress } from '../../runner/run/counts.ts';
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
  const progress = new Progress(terminal, 1_000, () => now);
  for (now = 0; now <= 2_500; now += 100) progress.update(`${now}`);
  progress.clear();
  assert.deepEqual(terminal.lines, ['1000', '2000']);
});

test('a run’s progress counts what the log tells, and leaves the rest out', () => {
  const progress = new RunProgress();
  assert.equal(progress.text(3_999), '3s');
  const line = (text: string) => `[2026-01-05 15:30:00.123] [Session-1] ${text}\n`;
  const start = line('Starting session');
  progress.read(start + start + start + line('Question 1/2 sent: Starting session...'));
  assert.equal(progress.text(61_000), '1m1s, sessions: 3 started');
  progress.read(line('✓ complete_response received (chunk 3)! [Total Latency: 2890.12ms]'));
  progress.read(line('Session complete - Sent: 2, Received: 2'));
  progress.read(line('Session failed - Sent: 2, Received: 1').repeat(2));
  assert.equal(progress.text(0), '0s, sessions: 3 started, 1 complete, 2 failed, answers: 1');
});

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
