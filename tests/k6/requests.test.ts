/** What a session sends beside its questions: credentials, the user, the Origin; and what it keeps to itself. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type K6Result, KEYS, runChat, runK6, target } from './run-k6.ts';
import { withChatbot } from './scripted-chatbot.ts';

const ONE = { NUM_SESSIONS: '1', COURSES: 'MED1060', NUC_QUESTIONS_PER_COURSE: '1' };
const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'requests-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** All that a run showed or wrote. */
function outputOf({ stdout, stderr, summaryText }: K6Result): string {
  return stdout + stderr + summaryText;
}

describe('requests', { concurrency: 2 }, () => {
  test('a secret source with an empty value has none', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'secrets');
      await writeFile(path, 'nuc_access_key= \nnuc_secret_key=s3cret\n');
      await withChatbot({}, async (chatbot) => {
        const { code, lines } = await runK6('chat', {
          settings: { NUC_BASE_URL: chatbot.url, ...ONE },
          flags: [`--secret-source=file=${path}`],
        });
        assert.equal(code, 107);
        assert.match(
          lines[0] ?? '',
          /^NUC_ACCESS_KEY: expected a credential for NUC_BASE_URL, got/,
        );
        assert.equal(chatbot.connections(), 0);
      });
    });
  });

  test('a session_id of create-chat counts from there on; one that is no text is no reply', async () => {
    for (const [reply, expected] of [
      ['{"session_id":"from-create"}', 0],
      ['{"session_id":123}', 99],
    ] as const) {
      const create = (_: number, response: ServerResponse) => {
        response.end(reply);
        return true;
      };
      await withChatbot({ create }, async (chatbot) => {
        const { code, summary } = await runK6('chat', {
          settings: { ...target(chatbot.url), ...ONE },
        });
        assert.equal(code, expected);
        const ids = chatbot.questions.map(({ session_id }) => session_id);
        assert.deepEqual(ids, expected === 0 ? ['from-create'] : []);
        const errors = summary?.errors.map(({ phase, reason }) => `${phase}/${reason}`);
        assert.deepEqual(errors, expected === 0 ? [] : ['create/bad_response']);
      });
    }
  });

  test('the user is synthetic, the ids are the client’s, the Origin is the base URL', async () => {
    await withChatbot({}, async (chatbot) => {
      const { code, stderr } = await runK6('chat', {
        settings: { ...target(chatbot.url), ...ONE },
      });
      assert.equal(code, 0, stderr);
      const [token] = chatbot.tokenRequests;
      assert.ok(token);
      const { session_id, connection_id, meta_data, ...rest } = token;
      assert.match(String(session_id), UUID_V4);
      assert.match(String(connection_id), UUID_V4);
      assert.notEqual(session_id, connection_id);
      assert.deepEqual(rest, {
        access_key: KEYS.NUC_ACCESS_KEY,
        secret_key: KEYS.NUC_SECRET_KEY,
        kw_args: {
          user_context: {
            user_id: 1,
            user_name: 'Load Tester',
            user_email: 'load.tester@nuc.test',
            course_id: 1,
            course_name: 'MED1060',
            course_catalog_code: 'MED1060',
          },
        },
      });
      assert.deepEqual(Object.keys(meta_data as object), [
        'latitude',
        'longitude',
        'ip_address',
        'timezone',
        'browser_unique_identifier',
        'session_time',
      ]);
      assert.deepEqual(chatbot.origins, [chatbot.url]);
      assert.deepEqual(chatbot.requests, [
        'POST /nuc/v1/generate-token',
        'POST /nuc/v1/create-chat',
        'UPGRADE /v6/chatbot_websocket/default',
      ]);
      const [question] = chatbot.questions;
      assert.equal(question?.session_id, session_id);
      assert.equal(question?.connection_id, connection_id);
      assert.deepEqual(question?.session_attributes, {});
      assert.equal(question?.course_id, 'MED1060');
      assert.equal(question?.language_code, 'en');
      assert.equal(question?.user_timezone, 'UTC');
      assert.deepEqual(chatbot.closeCodes, [1000]);
    });
  });

  test('settings change the user, the Origin, the language and the envelope’s constants', async () => {
    const format = { separator: '<|>', morph: { a: '(1)', Z: '$&' } };
    await withChatbot({ format }, async (chatbot) => {
      const { code, stderr } = await runK6('chat', {
        settings: {
          ...target(chatbot.url),
          ...ONE,
          NUC_ORIGIN: 'https://page.nuc.test',
          NUC_USER_ID: '77',
          NUC_USER_NAME: 'Zoë Ñandú',
          NUC_USER_EMAIL: 'zoe@nuc.test',
          NUC_COURSE_ID: '5',
          NUC_COURSE_NAME: 'Anatomía 🫀',
          NUC_LANGUAGE: 'es',
          NUC_TIMEZONE: 'America/Lima',
          NUC_ENVELOPE_SEPARATOR: format.separator,
          NUC_ENVELOPE_MORPH: 'a=(1),Z=$&',
        },
      });
      assert.equal(code, 0, stderr);
      assert.deepEqual(chatbot.tokenRequests[0]?.kw_args, {
        user_context: {
          user_id: 77,
          user_name: 'Zoë Ñandú',
          user_email: 'zoe@nuc.test',
          course_id: 5,
          course_name: 'Anatomía 🫀',
          course_catalog_code: 'MED1060',
        },
      });
      assert.deepEqual(chatbot.origins, ['https://page.nuc.test']);
      assert.equal(chatbot.questions[0]?.language_code, 'es');
      assert.equal(chatbot.questions[0]?.user_timezone, 'America/Lima');
    });
  });

  test('a base URL with a path: the calls and the socket have it, the Origin has not', async () => {
    await withChatbot({ prefix: '/api' }, async (chatbot) => {
      const settings = { ...target(`${chatbot.url}/api/`), ...ONE };
      const { code, stderr } = await runK6('chat', { settings });
      assert.equal(code, 0, stderr);
      assert.deepEqual(chatbot.requests, [
        'POST /api/nuc/v1/generate-token',
        'POST /api/nuc/v1/create-chat',
        'UPGRADE /api/v6/chatbot_websocket/default',
      ]);
      assert.deepEqual(chatbot.origins, [chatbot.url]);
    });
  });

  test('credentials come from a secret source where the settings have none', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'secrets');
      await writeFile(path, 'nuc_access_key=s3cret-file-a\nnuc_secret_key=s3cret-file-b\n');
      await withChatbot({}, async (chatbot) => {
        const settings = { NUC_BASE_URL: chatbot.url, ...ONE };
        const flags = [`--secret-source=file=${path}`];
        const result = await runK6('chat', { settings, flags });
        assert.equal(result.code, 0, result.stderr);
        assert.equal(chatbot.tokenRequests[0]?.access_key, 's3cret-file-a');
        assert.equal(chatbot.tokenRequests[0]?.secret_key, 's3cret-file-b');
        assert.ok(!outputOf(result).includes('s3cret'));
        // A setting goes before the source.
        await runK6('chat', { settings: { ...settings, NUC_SECRET_KEY: 'own' }, flags });
        assert.equal(chatbot.tokenRequests[1]?.access_key, 's3cret-file-a');
        assert.equal(chatbot.tokenRequests[1]?.secret_key, 'own');
      });
    });
  });

  test('credentials from the environment, without -e', async () => {
    await withChatbot({}, async (chatbot) => {
      const run = { settings: { NUC_BASE_URL: chatbot.url, ...ONE }, env: KEYS };
      assert.equal((await runK6('chat', run)).code, 0);
      assert.equal(chatbot.tokenRequests[0]?.access_key, KEYS.NUC_ACCESS_KEY);
    });
  });

  test('no secret, no token and no address in what a run shows, writes or measures', async () => {
    await inFolder(async (folder) => {
      const samples = join(folder, 'samples.json');
      const faults = ['token-401:1/2', 'close-1006:1/3', 'handshake-502:1/5', 'create-500:1/7'];
      const run = await runChat(
        { faults },
        { ...ONE, NUM_SESSIONS: '8', NUC_LOG: 'chunks' },
        { flags: ['--out', `json=${samples}`] },
      );
      assert.equal(run.code, 99);
      const measured = await readFile(samples, 'utf8');
      assert.ok(measured.includes('"chat_response_time"'));
      for (const text of [run.stdout, run.stderr, run.summaryText, measured]) {
        assert.ok(!text.includes('s3cret'));
        assert.ok(!text.includes('token='));
      }
      const tags = new Map<string, Set<string>>();
      for (const line of measured.trim().split('\n')) {
        const { type, data } = JSON.parse(line);
        if (type !== 'Point') continue;
        for (const [name, value] of Object.entries<string>(data.tags ?? {})) {
          tags.set(name, (tags.get(name) ?? new Set()).add(value));
        }
      }
      // The values of a tag are few, whatever the load: none has an address, a session or an id.
      assert.deepEqual([...(tags.get('name') ?? [])].sort(), [
        'chat-socket',
        'create-chat',
        'generate-token',
      ]);
      assert.ok(!tags.has('url') && !tags.has('vu') && !tags.has('iter') && !tags.has('ip'));
      for (const [name, values] of tags) {
        assert.ok(values.size <= 8, `${name}: ${[...values].join(' ')}`);
        for (const value of values)
          assert.ok(!/[/?]|127\.0\.0\.1/.test(value), `${name}: ${value}`);
      }
    });
  });
});
