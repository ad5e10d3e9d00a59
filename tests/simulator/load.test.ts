import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OptionError } from '../../simulator/faults.ts';
import { readOptions, type SimulatorOptions } from '../../simulator/options.ts';
import { readRecordedRun } from '../../simulator/recorded-run.ts';
import { startSimulator } from '../../simulator/simulator.ts';
import { ChatClient, dial, type Heard, refusal, setUp, until } from './chat-client.ts';

const recorded = readRecordedRun();

/** The recorded time of that answer. No two recorded answers have the same number of frames. */
function recordedMs({ frames }: Heard): number {
  const answer = recorded.find((candidate) => candidate.frames === frames.length);
  assert.ok(answer, `${frames.length} frames were never recorded`);
  return answer.responseMs;
}

/** What two sessions hear in two answers each. */
async function transcript(seed: number): Promise<unknown> {
  const simulator = await startSimulator({ port: 0, speed: 5000, seed });
  try {
    const clients = [await ChatClient.open(simulator.url), await ChatClient.open(simulator.url)];
    const heard = [];
    for (const client of [...clients, ...clients]) heard.push((await client.ask()).frames);
    for (const client of clients) await client.close();
    return heard;
  } finally {
    await simulator.close();
  }
}

test('the same seed repeats a run, frame by frame; another seed does not', async () => {
  assert.deepEqual(await transcript(9), await transcript(9));
  assert.notDeepEqual(await transcript(9), await transcript(10));
});

test('speed divides the recorded time', async () => {
  const speed = 100;
  const simulator = await startSimulator({ port: 0, speed });
  try {
    const clients = await Promise.all([1, 2, 3, 4].map(() => ChatClient.open(simulator.url)));
    const answers = await Promise.all(clients.map((client) => client.ask()));
    for (const heard of answers) {
      const expectedMs = recordedMs(heard) / speed;
      // Frames may come a millisecond early; on a busy machine, much later.
      assert.ok(heard.ms >= expectedMs - 2, `${heard.ms} ms, recorded ${expectedMs} ms`);
      assert.ok(heard.ms < expectedMs * 2, `${heard.ms} ms, recorded ${expectedMs} ms`);
    }
    await Promise.all(clients.map((client) => client.close()));
  } finally {
    await simulator.close();
  }
});

test('beyond its capacity, the more answers stream, the longer a new one takes', async () => {
  const speed = 100;
  const simulator = await startSimulator({ port: 0, speed, capacity: 2 });
  try {
    const clients = await Promise.all([1, 2, 3, 4].map(() => ChatClient.open(simulator.url)));
    const answers: Promise<Heard>[] = [];
    for (const [index, client] of clients.entries()) {
      answers.push(client.ask());
      await until(() => simulator.stats().streaming === index + 1);
    }
    const heard = await Promise.all(answers);
    const stretch = heard.map((answer) => (answer.ms * speed) / recordedMs(answer));
    const expected = [1, 1, 1.5, 2];
    for (const [index, factor] of stretch.entries()) {
      const least = Number(expected[index]) * 0.98;
      assert.ok(factor >= least && factor < least * 1.4, `${stretch} for ${expected}`);
    }
    await Promise.all(clients.map((client) => client.close()));
  } finally {
    await simulator.close();
  }
});

test('beyond max-connections, a handshake gets 503, until a place is free', async () => {
  const simulator = await startSimulator({ port: 0, maxConnections: 2 });
  try {
    const first = await ChatClient.open(simulator.url);
    const second = await ChatClient.open(simulator.url);
    const grant = await setUp(simulator.url);
    assert.equal(await refusal(dial(simulator.url, encodeURIComponent(grant.token))), 503);
    await first.close();
    await until(() => simulator.stats().connections === 1);
    const third = await ChatClient.connect(simulator.url, grant);
    await second.close();
    await third.close();
    await until(() => simulator.stats().connections === 0);
    assert.equal(simulator.stats().peak_connections, 2);
    assert.equal(simulator.stats().sessions, 3);
    assert.deepEqual(simulator.stats().violations, {});
  } finally {
    await simulator.close();
  }
});

test('options have defaults that reach nobody else, and a wrong one is named', () => {
  const settings = readOptions({});
  assert.deepEqual([settings.host, settings.port], ['127.0.0.1', 8787]);
  assert.equal(settings.speed, 1);
  const wrong: [name: string, options: SimulatorOptions][] = [
    ['port', { port: 65_536 }],
    ['port', { port: 1.5 }],
    ['speed', { speed: 0 }],
    ['speed', { speed: Number.NaN }],
    ['speed', { speed: Number.POSITIVE_INFINITY }],
    ['seed', { seed: -1 }],
    ['capacity', { capacity: 0 }],
    ['max-connections', { maxConnections: -1 }],
    ['fault', { faults: ['none'] }],
  ];
  for (const [name, options] of wrong) {
    assert.throws(
      () => readOptions(options),
      (error) => error instanceof OptionError && error.message.startsWith(`${name}: expected`),
    );
  }
});
