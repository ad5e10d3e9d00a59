import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HTTP_HEADERS, TOKEN_PATH } from '../../lib/protocol/messages.ts';
import { readRecordedRun } from '../../simulator/recorded-run.ts';
import { startSimulator } from '../../simulator/simulator.ts';
import type { Stats } from '../../simulator/stats.ts';
import { ChatClient, joined, jsonOf, post, setUp, tokenRequest, until } from './chat-client.ts';

test('clean sessions are counted exactly, and leave nothing behind', async () => {
  const simulator = await startSimulator({ port: 0, speed: 1000 });
  try {
    const counts = await Promise.all(
      [1, 2, 3].map(async () => {
        const client = await ChatClient.open(simulator.url);
        let frames = 0;
        for (let question = 0; question < 5; question++) {
          const heard = await client.ask();
          assert.deepEqual(heard.errors, []);
          frames += heard.frames.length;
        }
        assert.equal(await client.close(), 1000);
        return frames;
      }),
    );
    await until(() => simulator.stats().connections === 0);
    const stats = (await jsonOf(await fetch(`${simulator.url}/stats`))) as unknown as Stats;
    assert.deepEqual(stats, {
      tokens: 3,
      chats: 3,
      sessions: 3,
      connections: 0,
      peak_connections: stats.peak_connections,
      questions: 15,
      responses: 15,
      streaming: 0,
      frames: counts.reduce((sum, count) => sum + count, 0),
      broken_frames: 0,
      violations: {},
    });
    assert.ok(stats.peak_connections >= 1 && stats.peak_connections <= 3);
  } finally {
    await simulator.close();
  }
});

test('peak_connections is the most that were open at once', async () => {
  const simulator = await startSimulator({ port: 0 });
  try {
    const clients = await Promise.all([1, 2, 3, 4].map(() => ChatClient.open(simulator.url)));
    assert.equal(simulator.stats().connections, 4);
    await Promise.all(clients.map((client) => client.close()));
    await until(() => simulator.stats().connections === 0);
    const later = await ChatClient.open(simulator.url);
    assert.equal(simulator.stats().peak_connections, 4);
    await later.close();
  } finally {
    await simulator.close();
  }
});

test('an answer is of the recorded length, joins up, and its state nests and grows', async () => {
  const simulator = await startSimulator({ port: 0, speed: 1000 });
  const lengths = readRecordedRun().map(({ frames }) => frames);
  try {
    const client = await ChatClient.open(simulator.url);
    let text = '';
    let size = 0;
    for (let turn = 1; turn <= 6; turn++) {
      const { frames } = await client.ask();
      assert.ok(lengths.includes(frames.length), `${frames.length} frames were never recorded`);
      const last = frames.at(-1);
      assert.ok(
        last && frames.slice(0, -1).every((frame) => frame.complete_response === undefined),
      );
      assert.ok(frames.slice(0, -1).every((frame) => frame.response_chunk && frame.message_id));
      assert.equal(joined(frames), last.complete_response);
      assert.ok(last.chat_user_id);
      const grown = JSON.stringify(last.session_attributes).length;
      assert.ok(grown > size);
      size = grown;
      text += last.complete_response;
    }
    assert.match(text, /[áéíóúñ]/);
    assert.match(text, /\p{Extended_Pictographic}/u);
    await client.close();
  } finally {
    await simulator.close();
  }
});

test('unlisted keys and early session_attributes come, but not in every answer', async () => {
  const simulator = await startSimulator({ port: 0, speed: 5000 });
  const listed = new Set(['response_chunk', 'message_id', 'session_attributes']);
  try {
    const client = await ChatClient.open(simulator.url);
    const answers = [];
    for (let turn = 0; turn < 12; turn++) answers.push((await client.ask()).frames.slice(0, -1));
    const early = answers.filter((frames) => frames.some((frame) => frame.session_attributes));
    assert.ok(early.length > 0 && early.length < answers.length, `${early.length} of 12`);
    assert.ok(answers.flat().some((frame) => Object.keys(frame).some((key) => !listed.has(key))));
    assert.ok(answers.flat().some((frame) => Object.keys(frame).every((key) => listed.has(key))));
    assert.deepEqual(simulator.stats().violations, {});
    await client.close();
  } finally {
    await simulator.close();
  }
});

test('a token needs encoding; ids are left out of some replies and new in others', async () => {
  const simulator = await startSimulator({ port: 0 });
  try {
    const seen = { given: 0, leftOut: 0, sameChat: 0, newChat: 0, noChat: 0 };
    for (let session = 0; session < 24; session++) {
      const request = tokenRequest();
      const reply = await jsonOf(await post(simulator.url, TOKEN_PATH, request));
      for (const character of '+/=&?#% ') assert.ok(String(reply.token).includes(character));
      assert.equal(reply.session_id === undefined, reply.connection_id === undefined);
      assert.notEqual(reply.session_id, request.session_id);
      seen[reply.session_id === undefined ? 'leftOut' : 'given'] += 1;
      const known = reply.session_id ?? request.session_id;
      const chat = await post(simulator.url, '/nuc/v1/create-chat', { token: reply.token });
      const { session_id } = await jsonOf(chat);
      if (session_id === undefined) seen.noChat += 1;
      else seen[session_id === known ? 'sameChat' : 'newChat'] += 1;
    }
    assert.ok(
      Object.values(seen).every((count) => count > 0),
      JSON.stringify(seen),
    );
    assert.deepEqual(simulator.stats().violations, {});
  } finally {
    await simulator.close();
  }
});

test('close() says goodbye to clients, frees the port, and may be called again', async () => {
  const simulator = await startSimulator({ port: 0 });
  const client = await ChatClient.open(simulator.url);
  await client.send(client.question());
  await until(() => simulator.stats().streaming === 1);
  await simulator.close();
  assert.equal((await client.closed)[0], 1001);
  await simulator.close();
  assert.equal(simulator.stats().connections, 0);
  assert.deepEqual(simulator.stats().violations, {});
  await assert.rejects(post(simulator.url, TOKEN_PATH, {}, HTTP_HEADERS), TypeError);
  await assert.rejects(setUp(simulator.url), TypeError);
});
