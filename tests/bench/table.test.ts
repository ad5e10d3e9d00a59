/** What the bench makes of its measurements, and the counts of its server. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { on, once } from 'node:events';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import { textMessage } from '../../bench/answers.ts';
import { startBenchServer } from '../../bench/bench-server.ts';
import { partsOf } from '../../bench/long-run.ts';
import type { Measured } from '../../bench/measure.ts';
import { linesOf, median, tableOf } from '../../bench/table.ts';
import { Envelope, NUC_FORMAT } from '../../lib/protocol/envelope.ts';
import { isLast, type ServerFrame } from '../../lib/protocol/messages.ts';
import { nodeCipher } from '../../simulator/cipher-node.ts';

function measured(frameMicros: number, residentMB: number, more: Partial<Measured> = {}): Measured {
  const rest = { openCpuSeconds: 2, cores: 0.5, framesPerSecond: 3000, problems: [] };
  return { ...rest, frameMicros, residentMB, ...more };
}

test('a line has the medians of its rounds, and of the ratios within each round', () => {
  const lines = linesOf([
    { variant: 'floor', rounds: [measured(10, 100), measured(30, 300), measured(20, 200)] },
    { variant: 'stock', rounds: [measured(60, 400), measured(90, 600), measured(50, 500)] },
    { variant: 'asyncio', rounds: [measured(50, 60, { problems: ['it fell asleep'] })] },
  ]);
  assert.deepEqual(
    lines.map(({ frameMicros, residentMB, ofFloor, ofPeer }) => [
      ...[frameMicros, residentMB, ofFloor.frame, ofFloor.resident, ofPeer],
    ]),
    [
      [20, 200, 1, 1, 0.2],
      [60, 500, 3, 2.5, 1.2],
      [50, 60, 5, 0.6, 1],
    ],
  );
  const table = tableOf(lines);
  assert.match(table, /^stock +60\.0 +3\.00 +1\.20 +3000 +500 +2\.50 +2\.00 +1\.00$/m);
  assert.match(table, /^! asyncio: does not count: it fell asleep$/m);
  for (const line of table.split('\n')) assert.ok(line.length <= 100, line);
});

test('a median lies between the two middle values, and there is none of nothing', () => {
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.throws(() => median([]), RangeError);
});

test('the parts of a long run are those of its answers', () => {
  const looks = Array.from({ length: 101 }, (_, at) => ({
    ...{ answers: at * 10, k6MB: 100 + at, runnerMB: 50 },
  }));
  const parts = partsOf(looks, 1000);
  assert.equal(parts.length, 10);
  assert.deepEqual(parts[0], { answers: 45, k6MB: 104.5, runnerMB: 50 });
  assert.equal(parts[9]?.answers, 950);
});

test('a long message has a header of its own', () => {
  assert.deepEqual([...textMessage('ab')], [0x81, 2, 97, 98]);
  assert.deepEqual([...textMessage('x'.repeat(300)).subarray(0, 5)], [0x81, 126, 1, 44, 120]);
});

test('the server counts the frames that a client gets, and finds a client that opens none', async () => {
  const server = await startBenchServer('full');
  try {
    const envelope = new Envelope(nodeCipher, (count) => new Uint8Array(count), NUC_FORMAT);
    const address = server.url.replace('http', 'ws');
    const socket = new WebSocket(`${address}/v6/chatbot_websocket/default?token=1`);
    await once(socket, 'open');
    const messages = on(socket, 'message');
    const frames: ServerFrame[] = [];
    const ask = async (attributes: unknown) => {
      socket.send(await envelope.seal(JSON.stringify({ session_attributes: attributes })));
      for (;;) {
        const { value } = await messages.next();
        const frame = JSON.parse(await envelope.open(String(value[0]))) as ServerFrame;
        frames.push(frame);
        if (isLast(frame)) return frame;
      }
    };
    const { session_attributes } = await ask({});
    await ask(session_attributes);
    const { frames: sent, answers, questions, wrong, open } = await server.counts();
    assert.deepEqual([sent, answers, questions, wrong, open], [frames.length, 2, 2, 0, 1]);
    assert.deepEqual((await server.frames()).slice(1, 3), [
      frames.findIndex(isLast) + 1,
      frames.length - frames.findIndex(isLast) - 1,
    ]);
    await ask({});
    assert.equal((await server.counts()).wrong, 1);
    socket.terminate();
  } finally {
    await server.close();
  }
});

test('the command line: help of 100 columns, and one line of what is wrong', async () => {
  const bench = async (flag: string) => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'bench/main.ts', flag]);
    const [out, err, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ]);
    return { out, err, code };
  };
  const { out, code } = await bench('--help');
  assert.equal(code, 0);
  for (const line of out.split('\n')) assert.ok(line.length <= 100, line);
  const refused = await bench('--fast');
  const err = "bench: Unknown option '--fast'; see --help\n";
  assert.deepEqual(refused, { out: '', err, code: 2 });
});
