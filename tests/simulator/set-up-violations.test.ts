import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { CREATE_CHAT_PATH, HTTP_HEADERS, TOKEN_PATH } from '../../lib/protocol/messages.ts';
import { CREATE_CHAT_FIELDS, TOKEN_FIELDS } from '../../simulator/checks.ts';
import { ChatClient, dial, jsonOf, post, refusal, setUp, tokenRequest } from './chat-client.ts';
import { changed, finds } from './finds.ts';

const UUID_V1 = 'c232ab00-9414-11ec-b3c8-9f68deced846';

async function getToken(url: string): Promise<string> {
  return String((await jsonOf(await post(url, TOKEN_PATH, tokenRequest()))).token);
}

// Headers and bodies of the two calls.

for (const name of Object.keys(HTTP_HEADERS).filter((header) => header !== 'Content-Type')) {
  finds(`header ${name} missing`, { [`header:${name}`]: 1 }, async (url) => {
    const headers = Object.entries(HTTP_HEADERS).filter(([header]) => header !== name);
    const reply = await post(url, TOKEN_PATH, tokenRequest(), Object.fromEntries(headers));
    assert.equal(reply.status, 200);
  });
}
for (const name of Object.keys(HTTP_HEADERS)) {
  finds(`header ${name} wrong`, { [`header:${name}`]: 1 }, (url) =>
    post(url, TOKEN_PATH, tokenRequest(), { ...HTTP_HEADERS, [name]: 'V1' }),
  );
}
finds('headers of create-chat', { 'header:environment': 1 }, async (url) => {
  const headers = { ...HTTP_HEADERS, environment: 'other' };
  const reply = await post(url, CREATE_CHAT_PATH, { token: await getToken(url) }, headers);
  assert.equal(reply.status, 200);
});

for (const path of Object.keys(TOKEN_FIELDS)) {
  finds(`${path} missing`, { [`field:${path}`]: 1 }, async (url) => {
    const reply = await post(url, TOKEN_PATH, changed(tokenRequest(), path, undefined));
    assert.equal((await jsonOf(reply)).success, '1');
  });
}
const malformed: [path: string, value: unknown][] = [
  ['session_id', UUID_V1],
  ['connection_id', 'c232ab00'],
  ['access_key', ''],
  ['secret_key', 5],
  ['kw_args.user_context.user_id', '7'],
  ['kw_args.user_context.user_email', 'nobody'],
  ['kw_args.user_context.course_id', null],
  ['meta_data.latitude', '40.4'],
  ['meta_data.latitude', 90.5],
  ['meta_data.longitude', -181],
  ['meta_data.ip_address', '127.0.0.256'],
  ['meta_data.browser_unique_identifier', UUID_V1],
  ['meta_data.session_time', '2024-02-29 10:00:00'],
  ['meta_data.session_time', '30-02-2024 10:00:00'],
  ['meta_data.session_time', '29-02-2024 10:60:00'],
];
for (const [path, value] of malformed) {
  finds(`${path} as ${JSON.stringify(value)}`, { [`field:${path}`]: 1 }, (url) =>
    post(url, TOKEN_PATH, changed(tokenRequest(), path, value)),
  );
}
finds('a body that is not JSON', { 'body:not_json': 1 }, async (url) => {
  assert.equal((await post(url, TOKEN_PATH, '{')).status, 400);
});
finds('a body that is no object', { 'body:not_object': 1 }, async (url) => {
  assert.equal((await post(url, CREATE_CHAT_PATH, [])).status, 400);
});
finds('ids of a session used for another', { 'repeated:session_id': 1 }, async (url) => {
  const first = tokenRequest();
  await post(url, TOKEN_PATH, first);
  await post(url, TOKEN_PATH, { ...tokenRequest(), session_id: first.session_id });
});
finds('create-chat without a token', { 'field:token': 1 }, async (url) => {
  assert.deepEqual(Object.keys(CREATE_CHAT_FIELDS), ['token']);
  assert.equal((await post(url, CREATE_CHAT_PATH, {})).status, 401);
});
finds('create-chat with an unknown token', { 'create-chat:unknown_token': 1 }, async (url) => {
  assert.equal((await post(url, CREATE_CHAT_PATH, { token: 'x' })).status, 401);
});
finds('create-chat twice', { 'create-chat:repeated': 1 }, async (url) => {
  const token = await getToken(url);
  await post(url, CREATE_CHAT_PATH, { token });
  assert.equal((await post(url, CREATE_CHAT_PATH, { token })).status, 200);
});
finds('an unknown path', { 'http:path': 1 }, async (url) => {
  assert.equal((await post(url, '/nuc/v2/generate-token', tokenRequest())).status, 404);
});
finds('another method than POST', { 'http:method': 1 }, async (url) => {
  assert.equal((await fetch(url + TOKEN_PATH)).status, 405);
});

// The handshake.

finds('a socket with an unknown token', { 'handshake:unknown_token': 1 }, async (url) => {
  assert.equal(await refusal(dial(url, 'x')), 401);
});
finds('a token that is not encoded', { 'handshake:unknown_token': 1 }, async (url) => {
  const { token } = await setUp(url);
  // As much of it as a request line can hold at all.
  assert.equal(await refusal(dial(url, token.replace(/[ #]/g, ''))), 401);
});
finds('a socket on another path', { 'handshake:path': 1 }, async (url) => {
  const upgrade = request(`${url}/v5/chatbot_websocket/default`, {
    headers: { Connection: 'Upgrade', Upgrade: 'websocket' },
  });
  upgrade.end();
  const [response] = await once(upgrade, 'response');
  assert.equal(response.statusCode, 404);
  response.destroy();
});
finds('an upgrade that is no handshake', { 'handshake:invalid': 1 }, async (url) => {
  const { token } = await setUp(url);
  const path = `/v6/chatbot_websocket/default?token=${encodeURIComponent(token)}`;
  const upgrade = request(url + path, {
    headers: { Connection: 'Upgrade', Upgrade: 'websocket', Origin: 'http://chat.test' },
  });
  upgrade.end();
  const [response] = await once(upgrade, 'response');
  assert.equal(response.statusCode, 400);
  response.destroy();
});
for (const origin of [null, 'chat.test', 'http://chat.test/page']) {
  finds(`Origin ${origin}`, { 'handshake:origin': 1 }, async (url) => {
    const socket = dial(url, encodeURIComponent((await setUp(url)).token), origin);
    await once(socket, 'open');
    socket.close(1000);
    await once(socket, 'close');
  });
}
finds('a socket before create-chat', { 'handshake:before_create_chat': 1 }, async (url) => {
  const socket = dial(url, encodeURIComponent(await getToken(url)));
  await once(socket, 'open');
  socket.close(1000);
});
finds('two sockets with one token', { 'handshake:token_reused': 1 }, async (url) => {
  const grant = await setUp(url);
  const clients = [await ChatClient.connect(url, grant), await ChatClient.connect(url, grant)];
  for (const client of clients) await client.close();
});
