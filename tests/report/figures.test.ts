import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stepsTable } from '../../report/page/tables.ts';
import { totals } from '../../report/page/totals.ts';
import { figuresOfSamples } from '../../report/samples/figures.ts';
import { MadeRun } from './made-samples.ts';

// Two hours behind UTC, all the year.
process.env.TZ = 'America/Noronha';
const MINUTE = 60_000;

test('a session is completed, failed, cut off or without an end', () => {
  const run = new MadeRun(MINUTE);
  run.session(0, 100).session(0, 200).session(0, 300, 'failed').session(0, 400, 'cut');
  run.session(0, null);
  run.add('dropped_iterations', 10, 2).add('dropped_iterations', 20).add('chat_late_starts', 30);
  const figures = figuresOfSamples(run.samples(), false);
  assert.deepEqual(figures.sessions, { started: 5, completed: 2, failed: 1, interrupted: 1 });
  assert.deepEqual([figures.droppedIterations, figures.lateStarts], [3, 1]);
  assert.equal(figures.run.durationMs, MINUTE);
  assert.equal(figures.run.startedAt, '2026-01-05T13:30:00.000-02:00');
  const card = (live: boolean) =>
    totals(figures, { inTime: '', live, stepsOf: 'answers', traffic: undefined })
      .text.match(/<dd>(.*?)<\/dd>/g)
      ?.slice(0, 6);
  const rest = ['<dd>3 never started</dd>', '<dd>1 started late</dd>'];
  const ended = ['<dd>2 completed</dd>', '<dd>1 failed</dd>', '<dd>1 cut off</dd>'];
  assert.deepEqual(card(true), [...ended, '<dd>1 open</dd>', ...rest]);
  assert.deepEqual(card(false), [...ended, '<dd>1 without an end</dd>', ...rest]);
});

test('what has no end is open while the run goes on, and cut off once it is over', () => {
  const run = new MadeRun(MINUTE);
  run.session(0, 100).session(0, 200, 'failed').session(0, null).session(0, null);
  const tags = { course: 'A', turn: '1' };
  run.answer(0, 10, 100, tags).failure(0, 200, 'stream', 'stall', tags);
  run.add('chat_questions_sent', 300, 1, tags).add('chat_questions_sent', 400, 1, tags);
  const samples = run.samples();
  const counts = (end?: { courses: string[] }) => {
    const { sessions, overall, byCourse } = figuresOfSamples(samples, end !== undefined, end);
    const { started, completed, failed, interrupted } = sessions;
    return [
      [started, completed, failed, interrupted],
      ...[overall, ...byCourse].map(({ name, sent, failed, interrupted }) =>
        [name, sent, failed, interrupted].join(' '),
      ),
    ];
  };
  assert.deepEqual(counts(), [[4, 1, 1, 0], 'all 4 1 0', 'A 4 1 0']);
  // A course that was never asked is one of the run's all the same, as it is in the summary.
  assert.deepEqual(counts({ courses: ['B', 'A'] }), [
    [4, 1, 1, 2],
    'all 4 1 2',
    'B 0 0 0',
    'A 4 1 2',
  ]);
  assert.deepEqual(counts({ courses: [] }), [[4, 1, 1, 2], 'all 4 1 2', 'A 4 1 2']);
});

test('one is one, and a run of sockets has no answers to count', () => {
  const run = new MadeRun(MINUTE).session(0, 900).answer(0, 10, 100);
  run.add('chat_chunks', 90).add('chat_setup_time', 10, 44);
  run.add('chat_errors', 10, 1, { phase: 'connect', reason: 'handshake' });
  const figures = figuresOfSamples(run.samples(), false);
  const text = (stepsOf: 'answers' | 'sockets') =>
    totals(figures, { inTime: '', live: false, stepsOf, traffic: undefined }).text.replace(
      /<[^>]*>|\s+/g,
      ' ',
    );
  assert.match(text('answers'), / to 1 question +1 good +0 bad +0 unanswered +1 frame /);
  assert.match(text('answers'), / Errors +1 +1 kind /);
  assert.match(text('sockets'), / Socket open p95 +44\.0 ms +median 44\.0 ms /);
  assert.doesNotMatch(text('sockets'), /Answers|Success|chunk|Response/);
});

test('questions are counted by course, turn and step', () => {
  const run = new MadeRun(MINUTE);
  const first = { course: 'A', turn: '1', step: '10' };
  const second = { course: 'B', turn: '2-10', step: '20' };
  run.answer(0, 10, 100, first).answer(0, 30, 300, first).answer(0, 50, 500, second);
  run.failure(0, 900, 'stream', 'stall', second);
  run.add('chat_questions_sent', 0, 1, second).add('chat_interrupted', 900, 1, second);
  run.add('chat_slo_met', 0, 1, first).add('chat_slo_met', 0, 0, first);
  const { overall, byCourse, byTurn, bySteps } = figuresOfSamples(run.samples(), false);
  const counts = [overall, ...byCourse, ...byTurn, ...bySteps].map(
    ({ name, sent, received, failed, interrupted }) =>
      `${name}: ${sent} sent, ${received} received, ${failed} failed, ${interrupted} cut off`,
  );
  assert.deepEqual(counts, [
    'all: 5 sent, 3 received, 1 failed, 1 cut off',
    'A: 2 sent, 2 received, 0 failed, 0 cut off',
    'B: 3 sent, 1 received, 1 failed, 1 cut off',
    '1: 2 sent, 2 received, 0 failed, 0 cut off',
    '2-10: 3 sent, 1 received, 1 failed, 1 cut off',
    '11+: 0 sent, 0 received, 0 failed, 0 cut off',
    '10: 2 sent, 2 received, 0 failed, 0 cut off',
    '20: 3 sent, 1 received, 1 failed, 1 cut off',
  ]);
  assert.deepEqual(
    [overall.successRate, byCourse[1]?.successRate, byTurn[2]?.successRate],
    [0.75, 0.5, null],
  );
  assert.deepEqual([overall.sloRate, byCourse[1]?.sloRate], [0.5, null]);
  assert.deepEqual([byCourse[0]?.response?.med, byCourse[0]?.firstChunk?.max], [200, 30]);
});

test('a step has its sessions, their set-up and its errors', () => {
  const run = new MadeRun(MINUTE);
  const step = { step: '10' };
  run.session(0, 900, 'complete', step).session(0, 900, 'failed', step);
  run.add('chat_setup_success', 10, 1, step).add('chat_setup_success', 10, 0, step);
  run.add('chat_setup_time', 10, 44, step);
  run.add('chat_errors', 10, 1, { ...step, phase: 'connect', reason: 'handshake' });
  run.add('chat_errors', 10, 1, { phase: 'connect', reason: 'handshake' });
  run.add('ws_sessions', 10, 1, { status: '503' }).add('ws_sessions', 10, 1, { status: '101' });
  const { bySteps, errors, handshakesRefused } = figuresOfSamples(run.samples(), false);
  const [{ sessionsStarted, setupSuccessRate, socketOpen, errors: count } = assert.fail()] =
    bySteps;
  assert.deepEqual([sessionsStarted, setupSuccessRate, socketOpen?.p95, count], [2, 0.5, 44, 1]);
  assert.deepEqual(
    errors.map(({ phase, reason, count }) => [phase, reason, count]),
    [['connect', 'handshake', 2]],
  );
  const cells = [
    ...stepsTable(figuresOfSamples(run.samples(), false), {
      stepsOf: 'sockets',
      limit: null,
      slo: false,
      live: false,
    }).text.matchAll(/<t[hd][^>]*>(.*?)<\/t/g),
  ];
  assert.deepEqual(cells.map(([, cell]) => cell).slice(-7), [
    '10 sockets',
    '2',
    '50.00 %',
    '44.0 ms',
    '44.0 ms',
    '44.0 ms',
    '1',
  ]);
  assert.match(errors[0]?.meaning ?? '', /^the server refused the upgrade/);
  // One more was refused than with the statuses that are told apart.
  assert.deepEqual(handshakesRefused, [
    { status: 503, count: 1 },
    { status: null, count: 1 },
  ]);
});
