import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { QUESTION_FIELDS } from '../../simulator/checks.ts';
import { ChatClient, envelope, utcTime } from './chat-client.ts';
import { changed, finds } from './finds.ts';

const HOUR_MS = 3_600_000;
const UUID_V1 = 'c232ab00-9414-11ec-b3c8-9f68deced846';

/** Asks one question as it should be, then this one; both must be answered. */
async function askChanged(url: string, changes: Record<string, unknown>): Promise<void> {
  const client = await ChatClient.open(url);
  assert.ok((await client.ask()).complete);
  assert.ok((await client.ask(changes)).complete);
  await client.close();
}

// Questions.

for (const field of Object.keys(QUESTION_FIELDS)) {
  finds(`a question without ${field}`, { [`field:${field}`]: 1 }, (url) =>
    askChanged(url, { [field]: undefined }),
  );
}
const malformedQuestion: [field: string, value: unknown][] = [
  ['request_id', UUID_V1],
  ['conversation_id', 'x'],
  ['request_to_generate_greeting_message', '0'],
  ['user_message', ''],
  ['session_attributes', '{}'],
  ['user_message_date_and_time', new Date().toISOString()],
  ['user_message_date_and_time', utcTime(Date.now() + HOUR_MS)],
  ['user_message_date_and_time', utcTime(Date.now() - HOUR_MS)],
];
for (const [field, value] of malformedQuestion) {
  finds(`a question with ${field} ${JSON.stringify(value)}`, { [`field:${field}`]: 1 }, (url) =>
    askChanged(url, { [field]: value }),
  );
}
for (const field of ['session_id', 'connection_id', 'client_code']) {
  finds(`${field} of another session`, { [`mismatch:${field}`]: 1 }, (url) =>
    askChanged(url, { [field]: randomUUID() }),
  );
}
for (const field of ['request_id', 'conversation_id']) {
  finds(`${field} twice, in two sessions`, { [`repeated:${field}`]: 1 }, async (url) => {
    const id = randomUUID();
    for (const client of [await ChatClient.open(url), await ChatClient.open(url)]) {
      assert.ok((await client.ask({ [field]: id })).complete);
      await client.close();
    }
  });
}
const stale = { 'session_attributes:not_latest': 1 };
finds('the first question with attributes', stale, async (url) => {
  const client = await ChatClient.open(url);
  assert.ok((await client.ask({ session_attributes: { turn: 0 } })).complete);
  await client.close();
});
finds('a later question without them', stale, (url) => askChanged(url, { session_attributes: {} }));
finds('attributes of the answer before', stale, async (url) => {
  const client = await ChatClient.open(url);
  await client.ask();
  const old = client.attributes;
  await client.ask();
  assert.ok((await client.ask({ session_attributes: old })).complete);
  await client.close();
});
finds('attributes changed deep inside', stale, async (url) => {
  const client = await ChatClient.open(url);
  await client.ask();
  const attributes = changed(client.attributes, 'learner.progress.answered', '1');
  assert.ok((await client.ask({ session_attributes: attributes })).complete);
  await client.close();
});
finds('a question before the last was answered', { 'question:early': 1 }, async (url) => {
  const client = await ChatClient.open(url);
  await client.send(client.question());
  await client.send(client.question());
  assert.ok((await client.listen()).complete);
  assert.ok((await client.listen()).complete, 'the early question is answered afterwards');
  await client.close();
});

// Frames and closes.

const badFrames: [kind: string, data: () => Promise<string | Buffer>][] = [
  ['frame:not_opened', async () => 'hola'],
  ['frame:not_opened', async () => (await envelope.seal('{}')).slice(0, -5)],
  ['frame:not_json', () => envelope.seal('hola')],
  ['frame:not_object', () => envelope.seal('[]')],
  ['frame:binary', async () => Buffer.from(await envelope.seal('{}'))],
];
for (const [index, [kind, data]] of badFrames.entries()) {
  finds(`${kind} (${index})`, { [kind]: 1 }, async (url) => {
    const client = await ChatClient.open(url);
    client.socket.send(await data());
    assert.ok((await client.ask()).complete, 'the session goes on');
    await client.close();
  });
}
finds('a frame beyond all size', { 'frame:invalid': 1 }, async (url) => {
  const client = await ChatClient.open(url);
  client.socket.send('x'.repeat(1024 * 1024 + 1));
  assert.equal((await client.closed)[0], 1009);
});
for (const code of [1001, 4000]) {
  finds(`a close with ${code}`, { [`close:${code}`]: 1 }, async (url) => {
    const client = await ChatClient.open(url);
    client.socket.close(code);
    await client.closed;
  });
}
finds('a close without a code', { 'close:1005': 1 }, async (url) => {
  const client = await ChatClient.open(url);
  client.socket.close();
  await client.closed;
});
finds('a connection cut in an answer', { 'close:1006': 1 }, async (url) => {
  const client = await ChatClient.open(url);
  await client.send(client.question());
  client.socket.terminate();
});
finds('nothing: a normal close in an answer', {}, async (url) => {
  const client = await ChatClient.open(url);
  await client.send(client.question());
  await client.close();
});
