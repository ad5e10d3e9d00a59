import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import { CREATE_CHAT_PATH, TOKEN_PATH } from '../../lib/protocol/messages.ts';
import { type FaultName, OptionError, parseFaults } from '../../simulator/faults.ts';
import { readRecordedRun } from '../../simulator/recorded-run.ts';
import { type Simulator, startSimulator } from '../../simulator/simulator.ts';
import {
  ChatClient,
  dial,
  type Heard,
  joined,
  jsonOf,
  post,
  refusal,
  setUp,
  tokenRequest,
  until,
} from './chat-client.ts';

const SPEED = 1000;

/**
 * Runs a simulator in which every second session has the fault: session 1 is the healthy witness,
 * session 2 the one that is looked at. No fault may end as a violation of the client's.
 */
function fault(name: FaultName, see: (simulator: Simulator) => Promise<unknown>): void {
  test(`fault: ${name}`, async () => {
    const simulator = await startSimulator({ port: 0, speed: SPEED, faults: [`${name}:1/2`] });
    try {
      await see(simulator);
      await until(() => simulator.stats().connections === 0);
      assert.deepEqual(simulator.stats().violations, {});
    } finally {
      await simulator.close();
    }
  });
}

/** The first answer of session 2 where nothing is wrong. */
async function healthyAnswer(): Promise<Heard> {
  const simulator = await startSimulator({ port: 0, speed: SPEED });
  try {
    await setUp(simulator.url);
    const client = await ChatClient.open(simulator.url);
    const heard = await client.ask();
    await client.close();
    return heard;
  } finally {
    await simulator.close();
  }
}

const requestToken = (url: string) => post(url, TOKEN_PATH, tokenRequest());

// Set-up.

for (const status of [401, 403, 429, 500] as const) {
  fault(`token-${status}`, async ({ url, stats }) => {
    const statuses = [];
    for (let call = 0; call < 4; call++) statuses.push((await requestToken(url)).status);
    assert.deepEqual(statuses, [200, status, 200, status]);
    assert.equal(stats().tokens, 2);
  });
}

fault('token-not-json', async ({ url }) => {
  await jsonOf(await requestToken(url));
  const reply = await requestToken(url);
  assert.equal(reply.status, 200);
  await assert.rejects(jsonOf(reply), SyntaxError);
});

fault('token-refused-success', async ({ url, stats }) => {
  assert.equal((await jsonOf(await requestToken(url))).success, '1');
  const reply = await requestToken(url);
  assert.equal(reply.status, 200);
  const body = await jsonOf(reply);
  assert.equal(body.success, '0');
  assert.equal(body.token, undefined);
  assert.equal(stats().tokens, 1);
});

fault('token-hang', async (simulator) => {
  await requestToken(simulator.url);
  const calls = [requestToken(simulator.url), requestToken(simulator.url)] as const;
  // Which of the two arrives first, and so is session 2, is not certain.
  const answered = await Promise.race(calls.map((call, index) => call.then(() => index)));
  const hung = calls[answered === 0 ? 1 : 0];
  assert.equal(simulator.stats().tokens, 2);
  await Promise.all([simulator.close(), assert.rejects(hung, TypeError)]);
});

for (const status of [401, 500] as const) {
  fault(`create-${status}`, async ({ url, stats }) => {
    const statuses = [];
    for (let session = 0; session < 4; session++) {
      const { token } = await jsonOf(await requestToken(url));
      statuses.push((await post(url, CREATE_CHAT_PATH, { token })).status);
    }
    assert.deepEqual(statuses, [200, status, 200, status]);
    assert.equal(stats().chats, 2);
  });
}

fault('create-not-json', async ({ url, stats }) => {
  await setUp(url);
  const { token } = await jsonOf(await requestToken(url));
  const reply = await post(url, CREATE_CHAT_PATH, { token });
  assert.equal(reply.status, 200);
  await assert.rejects(jsonOf(reply), SyntaxError);
  assert.equal(stats().chats, 1);
});

for (const status of [401, 403, 502, 503, 504] as const) {
  fault(`handshake-${status}`, async ({ url, stats }) => {
    await (await ChatClient.open(url)).close();
    const { token } = await setUp(url);
    assert.equal(await refusal(dial(url, encodeURIComponent(token))), status);
    assert.equal(stats().sessions, 1);
  });
}

fault('handshake-hang', async (simulator) => {
  const witness = await setUp(simulator.url);
  const { token } = await setUp(simulator.url);
  const hung = dial(simulator.url, encodeURIComponent(token));
  const end = new Promise((resolve) => hung.once('close', resolve));
  // The witness dials later, and has its whole session while the other still waits.
  await (await ChatClient.connect(simulator.url, witness)).close();
  assert.equal(hung.readyState, WebSocket.CONNECTING);
  await simulator.close();
  await end;
});

// Answers that do not come to their end.

fault('no-first-chunk', async ({ url, stats }) => {
  const witness = await ChatClient.open(url);
  const client = await ChatClient.open(url);
  await client.send(client.question());
  await until(() => stats().questions === 1);
  assert.ok((await witness.ask()).complete);
  assert.ok((await witness.ask()).complete);
  assert.equal(client.unheard, 0);
  assert.equal(stats().responses, 2);
  await witness.close();
  await client.close();
});

fault('stall', async ({ url, stats }) => {
  const whole = (await healthyAnswer()).frames.length;
  const witness = await ChatClient.open(url);
  const client = await ChatClient.open(url);
  await client.send(client.question());
  await until(() => stats().questions === 1 && stats().streaming === 0);
  assert.ok((await witness.ask()).complete);
  assert.ok((await witness.ask()).complete);
  assert.equal(client.unheard, Math.floor(whole / 2));
  assert.equal(client.socket.readyState, WebSocket.OPEN);
  await witness.close();
  await client.close();
});

for (const code of [1000, 1001, 1006, 1011] as const) {
  fault(`close-${code}`, async ({ url, stats }) => {
    const whole = (await healthyAnswer()).frames.length;
    const witness = await ChatClient.open(url);
    const client = await ChatClient.open(url);
    const heard = await client.ask();
    assert.equal((await client.closed)[0], code);
    assert.equal(heard.complete, false);
    assert.equal(heard.frames.length, Math.floor(whole / 2));
    assert.ok((await witness.ask()).complete);
    assert.equal(await witness.close(), 1000);
    assert.equal(stats().responses, 1);
  });
}

fault('never-close', async ({ url, stats }) => {
  const witness = await ChatClient.open(url);
  const client = await ChatClient.open(url);
  assert.ok((await client.ask()).complete);
  client.socket.close(1000);
  // The witness says goodbye later, and is answered.
  assert.ok((await witness.ask()).complete);
  assert.equal(await witness.close(), 1000);
  await until(() => stats().connections === 1);
  assert.equal(client.socket.readyState, WebSocket.CLOSING);
  client.socket.terminate();
});

// Answers that are wrong.

const broken: [name: FaultName, error: RegExp][] = [
  ['bad-envelope', /^EnvelopeError: envelope: base64/],
  ['not-json', /^ChatError: frame: expected JSON/],
  ['not-object', /^ChatError: frame: expected an object, got a list/],
];
for (const [name, error] of broken) {
  fault(name, async ({ url, stats }) => {
    const whole = (await healthyAnswer()).frames.length;
    const witness = await ChatClient.open(url);
    const client = await ChatClient.open(url);
    const first = await client.ask();
    const second = await client.ask();
    assert.equal(first.frames.length, whole);
    for (const { complete, errors, frames } of [first, second]) {
      assert.ok(complete);
      assert.equal(joined(frames), frames.at(-1)?.complete_response);
      assert.equal(errors.length, 1);
      assert.match(errors[0] ?? '', error);
    }
    const right = await witness.ask();
    assert.deepEqual(right.errors, []);
    assert.equal(stats().broken_frames, 2);
    const frames = first.frames.length + second.frames.length + right.frames.length;
    assert.equal(stats().frames, frames);
    await witness.close();
    await client.close();
  });
}

fault('empty-answer', async ({ url }) => {
  const witness = await ChatClient.open(url);
  const client = await ChatClient.open(url);
  for (let turn = 0; turn < 2; turn++) {
    const { frames } = await client.ask();
    assert.equal(frames.length, 1);
    assert.equal(frames[0]?.complete_response, '');
  }
  assert.ok((await witness.ask()).frames.at(-1)?.complete_response);
  await witness.close();
  await client.close();
});

fault('wrong-text', async ({ url }) => {
  const witness = await ChatClient.open(url);
  const client = await ChatClient.open(url);
  for (const { who, differs } of [
    { who: witness, differs: false },
    { who: client, differs: true },
  ]) {
    const { frames } = await who.ask();
    assert.equal(joined(frames) !== frames.at(-1)?.complete_response, differs);
    await who.close();
  }
});

fault('slow', async ({ url }) => {
  const healthy = await healthyAnswer();
  await setUp(url);
  const client = await ChatClient.open(url);
  const slow = await client.ask();
  assert.equal(slow.frames.length, healthy.frames.length);
  // No two recorded answers have the same number of frames: it tells which one this is.
  const recorded = readRecordedRun().find(({ frames }) => frames === slow.frames.length);
  assert.ok(recorded && slow.ms >= (3 * recorded.responseMs) / SPEED - 1);
  await client.close();
});

// Which sessions are hit.

test('1/K hits exactly every K-th session, and several faults stand together', () => {
  const plan = parseFaults(['stall:1/3', 'slow', 'close-1006:1/4']);
  const hits = (name: FaultName) =>
    Array.from({ length: 12 }, (_, index) => index + 1).filter((number) => plan(number).has(name));
  assert.deepEqual(hits('stall'), [3, 6, 9, 12]);
  assert.deepEqual(hits('close-1006'), [4, 8, 12]);
  assert.equal(hits('slow').length, 12);
  assert.deepEqual(hits('not-json'), []);
});

test('a fault that is not one is refused, and named', () => {
  for (const spec of ['slower', 'slow:2/3', 'slow:1/0', 'slow:1/x', 'slow:', '', 'toString']) {
    assert.throws(
      () => parseFaults([spec]),
      (error) => {
        assert.ok(error instanceof OptionError);
        assert.ok(error.message.includes(spec) && !error.message.includes('\n'));
        return true;
      },
    );
  }
});
