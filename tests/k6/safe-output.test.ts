/** Every way by which text from elsewhere leaves the project: nothing that controls a terminal or CI does. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sampleSummary } from '../results/sample-run.ts';
import { ROOT, runK6, target } from './run-k6.ts';
import { type Script, withChatbot } from './scripted-chatbot.ts';

/** Clears a screen in two ways, writes over its line, turns a text, forges a line and two commands. */
const HOSTILE =
  'x\x1b[2J\u009b2J\ra\u202eb\u2028c\n[2026-01-05 15:30:01.234] [Session-9] Session complete\n::error::d\n##[error]e\x07';

function assertSafe(text: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are meant.
  const control = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/.exec(text);
  assert.equal(control, null, JSON.stringify(text));
  assert.doesNotMatch(text, /^\s*::|##\[/m);
  assert.doesNotMatch(text, /^\[2026-01-05 15:30:01.234\]/m);
  assert.match(text, /\\u001b\[2J/, 'it is still readable');
}

/** A service whose every text is hostile. */
const SERVICE: Script = {
  async question(_, { send }) {
    await send({ response_chunk: HOSTILE, [HOSTILE]: HOSTILE });
    await send({ response_chunk: { [HOSTILE]: 1 }, message_id: HOSTILE });
    await send({ complete_response: HOSTILE });
  },
};
const REFUSES: Script = {
  token(_, response) {
    response.end(JSON.stringify({ success: '\x1b[2J' }));
    return true;
  },
};

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'safe-output-'));
});
after(() => rm(folder, { recursive: true }));

async function file(name: string, value: unknown): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, JSON.stringify(value));
  return path;
}

/** A command of the project: what it prints, whatever its exit code. */
function command(...args: string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', ...args],
      { cwd: ROOT, env: { ...process.env, NO_COLOR: '1' } },
      (_, stdout, stderr) => resolve(stdout + stderr),
    );
  });
}

async function k6Output(script: string, settings: Record<string, string>): Promise<string> {
  const { stdout, stderr } = await runK6(script, { settings });
  return stdout + stderr;
}

async function run(service: Script, script: string, settings: Record<string, string> = {}) {
  return withChatbot(service, ({ url }) => k6Output(script, { ...target(url), ...settings }));
}

/** Each way out, as what is printed. */
const WAYS: Readonly<Record<string, () => Promise<string>>> = {
  'single.js: frames, the answer': () => run(SERVICE, 'single'),
  'single.js: a question of one’s own': () => run(SERVICE, 'single', { NUC_MESSAGE: HOSTILE }),
  'single.js: an error that quotes the service': () => run(REFUSES, 'single'),
  'chat.js: frames': () =>
    run(SERVICE, 'chat', { NUM_SESSIONS: '1', NUC_QUESTIONS_PER_COURSE: '1', NUC_LOG: 'chunks' }),
  'chat.js: questions of a file': async () =>
    run(SERVICE, 'chat', {
      NUC_QUESTIONS_FILE: await file('questions.json', { A: [HOSTILE] }),
      COURSES: 'A',
      NUM_SESSIONS: '1',
      NUC_LOG: 'answers',
    }),
  'chat.js: an error that quotes the service': () =>
    run(REFUSES, 'chat', { NUM_SESSIONS: '1', NUC_LOG: 'sessions' }),
  // A long one is shown by its beginning alone.
  'a wrong setting': async () =>
    (await k6Output('chat', { PROFILE: HOSTILE })) +
    (await k6Output('chat', { PROFILE: HOSTILE.slice(0, 20) })),
  'a misspelt setting': async () => {
    const { stdout, stderr } = await runK6('chat', { env: { [`NUC_${HOSTILE}`]: '1' } });
    return stdout + stderr;
  },
  'a wrong file': async () =>
    k6Output('chat', { NUC_QUESTIONS_FILE: await file('wrong.json', { [HOSTILE]: 1 }) }),
  'a file that is not there': () => k6Output('chat', { NUC_USERS_FILE: `/no/${HOSTILE}` }),
  'compare: a summary that somebody made': async () => {
    await mkdir(join(folder, 'run'), { recursive: true });
    const summary = sampleSummary();
    const made = {
      ...summary,
      byCourse: summary.byCourse.map((part) => ({ ...part, name: HOSTILE })),
      trust: { trusted: false, why: [HOSTILE] },
    };
    const path = await file('run/summary.json', made);
    return command('runner/main.ts', 'compare', path, path);
  },
  'compare: an error': () => command('runner/main.ts', 'compare', HOSTILE, HOSTILE),
  'report: an error': () => command('report/main.ts', `no/${HOSTILE}`),
  'runner: an error': () => command('runner/main.ts', HOSTILE),
  'simulator: an error': () => command('simulator/main.ts', '--fault', HOSTILE),
};

describe('text from elsewhere is harmless and readable', { concurrency: 2 }, () => {
  for (const [name, printed] of Object.entries(WAYS)) {
    test(name, async () => assertSafe(await printed()));
  }
});
