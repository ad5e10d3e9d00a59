/** The log's lines, in the form that a person and the runner read. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  banner,
  chunkText,
  completeText,
  endBanner,
  milliseconds,
  preview,
  sessionLine,
  startBanner,
  timestamp,
} from '../../lib/render/log-text.ts';

// Local time, as a clock on the wall shows it.
const AT = new Date(2026, 0, 5, 15, 30, 1, 234);

test('a line has the local time with milliseconds, and the session', () => {
  assert.equal(timestamp(AT), '2026-01-05 15:30:01.234');
  assert.equal(timestamp(new Date(2026, 10, 25, 3, 4, 5, 6)), '2026-11-25 03:04:05.006');
  assert.equal(
    sessionLine(AT, 12, 'Starting session'),
    '[2026-01-05 15:30:01.234] [Session-12] Starting session',
  );
});

test('a frame shows its keys and its latency', () => {
  assert.equal(
    chunkText(1, ['response_chunk', 'message_id'], 122.34),
    "[CHUNK 1] Keys: ['response_chunk', 'message_id'] [Latency: 122.34ms]",
  );
  assert.equal(
    chunkText(3, ['chat_user_id', 'complete_response', 'session_attributes'], 2890.12),
    "[CHUNK 3] Keys: ['chat_user_id', 'complete_response', 'session_attributes'] [Latency: 2890.12ms]",
  );
  assert.equal(chunkText(2, [], 0), '[CHUNK 2] Keys: [] [Latency: 0.00ms]');
});

test('the last frame shows the whole latency', () => {
  assert.equal(
    completeText(3, 2890.12),
    '✓ complete_response received (chunk 3)! [Total Latency: 2890.12ms]',
  );
});

test('milliseconds have two digits', () => {
  assert.equal(milliseconds(0), '0.00ms');
  assert.equal(milliseconds(59_834.5678), '59834.57ms');
});

test('a question is cut at a word, and a short one is whole', () => {
  const long = 'How does understanding normal anatomy help me to learn medical terminology?';
  assert.equal(preview(long), 'How does understanding normal anatomy...');
  assert.equal(preview('What is a vein?'), 'What is a vein?');
  const exact = 'x'.repeat(40);
  assert.equal(preview(exact), exact);
  assert.equal(preview(`${exact}y`), `${exact}...`);
});

test('a cut question is still text: no emoji is cut in half', () => {
  for (let before = 30; before <= 45; before++) {
    const shown = preview(`${'x'.repeat(before)}🫀🫀🫀🫀🫀🫀🫀🫀`);
    assert.equal(Buffer.from(shown).toString(), shown, shown);
  }
});

test('a question with line ends stays in its line', () => {
  assert.ok(!preview('first line\nsecond line').includes('\n'));
  assert.ok(!preview('first line\r\nsecond line').includes('\r'));
});

test('a banner is a title between two rules', () => {
  const rule = '='.repeat(80);
  assert.equal(banner('STARTING LOAD TEST'), `${rule}\nSTARTING LOAD TEST\n${rule}`);
});

test('the log ends with what became of the sessions, and calls them completed where they are', () => {
  const titleOf = (started: number, completed: number, failed: number) =>
    endBanner({ started, completed, failed, interrupted: started - completed - failed }).split(
      '\n',
    )[1];
  assert.equal(titleOf(3, 3, 0), 'ALL SESSIONS COMPLETED: 3');
  assert.equal(titleOf(5, 0, 5), '0 OF 5 SESSIONS COMPLETED, 5 FAILED');
  assert.equal(titleOf(2_000, 1_990, 0), '1,990 OF 2,000 SESSIONS COMPLETED, 10 CUT OFF');
  assert.equal(titleOf(12, 8, 3), '8 OF 12 SESSIONS COMPLETED, 3 FAILED, 1 CUT OFF');
  assert.equal(titleOf(0, 0, 0), 'NO SESSION WAS STARTED');
});

test('the log begins with what the run is about to do', () => {
  const byCourse = new Map([
    ['MED1060', 20],
    ['BUMA1000', 20],
  ]);
  assert.equal(
    startBanner({ profile: 'default', sessions: '3', byCourse, files: [] }),
    `================================================================================
STARTING LOAD TEST
================================================================================
Configuration:
  Sessions: 3
  Courses: MED1060, BUMA1000
  Questions per course:
    MED1060: 20 questions
    BUMA1000: 20 questions
  Total questions per session: 40
  Sending mode: Sequential (wait for response before next question)
================================================================================`,
  );
});

test('another profile is named before its sessions', () => {
  const text = startBanner({
    profile: 'ramp',
    sessions: '10 to 500',
    byCourse: new Map([['A', 1]]),
    files: ['PROFILE: /a/my\nload.json'],
  });
  assert.match(text, /\nConfiguration:\n {2}Profile: ramp\n {2}Sessions: 10 to 500\n/);
  assert.match(text, /\nFiles:\n {2}PROFILE: \/a\/my.*load\.json\n=+$/);
});

test('a load of sockets alone speaks of no questions', () => {
  const text = startBanner({
    profile: 'connections',
    sessions: '10, 50 (sockets only)',
    byCourse: null,
    files: [],
  });
  assert.equal(
    text.split('\n').slice(3).join('\n'),
    `Configuration:
  Profile: connections
  Sessions: 10, 50 (sockets only)
================================================================================`,
  );
});
