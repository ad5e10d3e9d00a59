/** The load test end to end: the real k6 on dist/chat.js, against the simulator. */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { metricCatalogue, trendsOfRun } from '../../lib/metrics/catalogue.ts';
import { latencyRows } from '../../lib/render/latency-rows.ts';
import { completeText, milliseconds, preview } from '../../lib/render/log-text.ts';
import { hasSamples } from '../../lib/results/k6-data.ts';
import type { K6Metric } from '../../lib/results/model.ts';
import { BUILT_IN_QUESTIONS } from '../../lib/settings/questions.ts';
import { runChat } from './run-k6.ts';

const QUESTIONS = Object.values(BUILT_IN_QUESTIONS).flat();
const RULE = '='.repeat(80);

function hasNoSample(metric: K6Metric | undefined): boolean {
  return !hasSamples(metric) || metric?.values.count === 0;
}

type Run = Awaited<ReturnType<typeof runChat>>;

describe('three sessions, two courses, twenty questions each: the defaults', () => {
  let run: Run;
  let beganAt = 0;
  before(async () => {
    beganAt = Date.now();
    // Where the system knows no zones, k6 takes UTC.
    run = await runChat({}, {}, { env: { TZ: 'Asia/Kathmandu' } });
  });

  test('k6 ends with 0, and every threshold held', () => {
    assert.equal(run.code, 0, run.stderr.slice(-2000));
    assert.equal(run.summary.passed, true);
    const verdicts = run.summary.verdicts.map(({ metric, threshold, ok, got }) => [
      metric,
      threshold,
      ok,
      got,
    ]);
    assert.deepEqual(verdicts.sort(), [
      ['chat_response_success', 'rate==1', true, 1],
      ['chat_responses_received', 'count>0', true, 120],
      ['chat_session_success', 'rate==1', true, 1],
      ['chat_sessions_completed', 'count>0', true, 3],
    ]);
  });

  test('both sides counted the same', () => {
    const { stats, summary } = run;
    assert.deepEqual(summary.sessions, { started: 3, completed: 3, failed: 0, interrupted: 0 });
    assert.equal(summary.overall.sent, 120);
    assert.equal(summary.overall.received, 120);
    assert.equal(summary.overall.failed, 0);
    assert.equal(summary.overall.interrupted, 0);
    assert.deepEqual(summary.errors, []);
    assert.deepEqual([stats.tokens, stats.chats, stats.sessions], [3, 3, 3]);
    assert.equal(stats.questions, 120);
    assert.equal(stats.responses, 120);
    assert.equal(summary.frames.received, stats.frames);
    assert.equal(stats.broken_frames, 0);
  });

  test('the client did nothing against the protocol, and left no connection', () => {
    assert.deepEqual(run.stats.violations, {});
    assert.equal(run.stats.connections, 0);
    assert.equal(run.stats.streaming, 0);
  });

  test('the sessions ran together', () => {
    assert.equal(run.stats.peak_connections, 3);
  });

  test('the questions of each course, and of each turn', () => {
    const { byCourse, byTurn } = run.summary;
    const counts = (parts: typeof byCourse) =>
      parts.map(({ name, sent, received }) => [name, sent, received]);
    assert.deepEqual(counts(byCourse), [
      ['MED1060', 60, 60],
      ['BUMA1000', 60, 60],
    ]);
    assert.deepEqual(counts(byTurn), [
      ['1', 3, 3],
      ['2-10', 27, 27],
      ['11+', 90, 90],
    ]);
  });

  test('every answer and every call was measured once', () => {
    const { overall, setUp, frames, clientLag, trends = {} } = run.summary;
    for (const latency of [
      overall.firstChunk,
      overall.response,
      frames.perAnswer,
      frames.gapMax,
      frames.gapMean,
      trends.chat_send_lag,
    ]) {
      assert.equal(latency?.count, 120);
    }
    // At the first text and at the end, and each second between.
    assert.ok((clientLag?.count ?? 0) >= 240, `${clientLag?.count}`);
    for (const latency of [setUp.token, setUp.create, setUp.socketOpen])
      assert.equal(latency?.count, 3);
    assert.equal((frames.perAnswer?.avg ?? 0) * 120, run.stats.frames);
  });

  test('every metric of the catalogue that a healthy run has is there, and every trend is shown', () => {
    const { metrics, trends = {} } = run.summary;
    // What k6 has no sample of, it leaves out.
    const ofTrouble = ['chat_errors', 'chat_interrupted', 'chat_late_starts', 'chat_slo_met'];
    const missing = Object.keys(metricCatalogue()).filter(
      (name) => !ofTrouble.includes(name) && hasNoSample(metrics[name]),
    );
    assert.deepEqual(missing, []);
    assert.deepEqual(Object.keys(trends), trendsOfRun());
    for (const name of trendsOfRun()) {
      assert.equal(trends[name]?.p95, metrics[name]?.values['p(95)'], name);
    }
    const rows = latencyRows(run.summary, 'answers');
    for (const { name, statistics } of rows) assert.ok(statistics !== null, name);
    for (const { name } of rows) assert.ok(run.stdout.includes(`\n${name} `), name);
  });

  test('the log begins and ends as a person is told', () => {
    const text = run.stderr;
    const start = `${RULE}
STARTING LOAD TEST
${RULE}
Configuration:
  Sessions: 3
  Courses: MED1060, BUMA1000
  Questions per course:
    MED1060: 20 questions
    BUMA1000: 20 questions
  Total questions per session: 40
  Sending mode: Sequential (wait for response before next question)
${RULE}

Started 3 concurrent sessions at `;
    assert.equal(text.slice(0, start.length), start);
    assert.ok(text.endsWith(`\n\n${RULE}\nALL SESSIONS COMPLETED: 3\n${RULE}\n`), text.slice(-400));
  });

  test('log and summary have one clock, that of the machine, and say its offset', () => {
    const [, day = '', time = '', offset = '', firstLine = ''] =
      /sessions at (\S+) (\S+) ([+-]\d\d:\d\d)\n\n\[(.{23})\] \[Session-/.exec(run.stderr) ?? [];
    const startedAt = Date.parse(`${day}T${time}${offset}`);
    assert.ok(Math.abs(startedAt - beganAt) < 20_000, `${day} ${time} ${offset}`);
    const logged = Date.parse(`${firstLine.replace(' ', 'T')}${offset}`);
    assert.ok(Math.abs(logged - startedAt) < 2_000, firstLine);
    const ofSummary = run.summary.run.startedAt;
    assert.equal(ofSummary.slice(-6), offset);
    assert.ok(Math.abs(Date.parse(ofSummary) - startedAt) < 2_000, ofSummary);
  });

  for (const session of [1, 2, 3]) {
    test(`every line of session ${session}, in its order and form`, () => {
      readSession(linesOf(run, session));
    });
  }

  test('there is no line but those of the sessions and the banners', () => {
    const ofSessions = [1, 2, 3].reduce((sum, session) => sum + linesOf(run, session).length, 0);
    const banners = 12 + 1 + 3;
    assert.equal(run.lines.length, ofSessions + banners);
    // One line for each frame; and a start, an end, and for each question two lines.
    assert.equal(ofSessions, run.stats.frames + 3 * (2 + 2 * 40));
  });

  test('the summary goes to stdout, the log does not', () => {
    assert.match(run.stdout, /SUMMARY · default · .* · PASSED/);
    assert.ok(!run.stdout.includes('[Session-'));
    assert.ok(!run.stderr.includes('SUMMARY'));
    for (const line of run.stdout.split('\n')) assert.ok(line.length <= 100, line);
  });
});

function linesOf(run: Run, session: number): string[] {
  return run.lines.filter((line) => line.includes(`] [Session-${session}] `));
}

/** Reads the lines of one whole session, one after the other; each must be the one that comes next. */
function readSession(lines: readonly string[]): void {
  let next = 0;
  let last = '';
  const line = () => {
    const [, time = '', text = ''] =
      /^\[(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3})\] \[Session-\d+\] (.*)$/.exec(
        lines[next] ?? '',
      ) ?? [];
    next += 1;
    assert.ok(time >= last, `${time} after ${last}`);
    last = time;
    return text;
  };
  assert.equal(line(), 'Starting session');
  for (const [index, question] of QUESTIONS.entries()) {
    assert.equal(line(), `Question ${index + 1}/40 sent: ${preview(question)}`);
    let latency = 0;
    for (let chunk = 1; ; chunk++) {
      const text = line();
      const [, number, keys = '', ms = ''] =
        /^\[CHUNK (\d+)\] Keys: \[('[a-z_]+'(?:, '[a-z_]+')*)\] \[Latency: (\d+\.\d\d)ms\]$/.exec(
          text,
        ) ?? [];
      assert.equal(number, String(chunk), text);
      assert.ok(Number(ms) >= latency, `frames in order: ${text}`);
      latency = Number(ms);
      if (!keys.includes("'complete_response'")) {
        assert.match(keys, /^'response_chunk', 'message_id'/);
        continue;
      }
      assert.match(keys, /^'complete_response', 'chat_user_id', 'session_attributes'/);
      const whole = completeText(chunk, 0).replace(milliseconds(0), `${ms}ms`);
      assert.equal(line(), whole);
      break;
    }
  }
  assert.equal(line(), 'Session complete - Sent: 40, Received: 40');
  assert.equal(next, lines.length);
}
