/** Bad input stops a run before any traffic: one line that says what and where, and exit code 107. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CHAT, FILES } from './bad-input-cases.ts';
import { type K6Run, runK6, target } from './run-k6.ts';
import { type ScriptedChatbot, startChatbot } from './scripted-chatbot.ts';

let folder = '';
let chatbot: ScriptedChatbot;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bad-input-'));
  for (const [name, text] of Object.entries(FILES)) await writeFile(join(folder, name), text);
  // k6 would wait for a writer, without an end.
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  chatbot = await startChatbot();
});

after(async () => {
  await chatbot.close();
  await rm(folder, { recursive: true });
});

/** Runs with the settings, beside those that a good run against the chatbot needs. */
async function refuse(
  script: string,
  settings: Record<string, string>,
  run: K6Run = {},
): Promise<string> {
  const base = { ...target(chatbot.url), ...settings };
  // '' stands for a setting that is left out altogether.
  const given = Object.fromEntries(Object.entries(base).filter(([, value]) => value !== ''));
  const result = await runK6(script, { folder, ...run, settings: given });
  assert.equal(result.code, 107, result.stderr);
  assert.equal(result.lines.length, 1, result.stderr);
  assert.equal(result.stdout.trim(), '');
  assert.equal(result.summaryText, '');
  assert.equal(chatbot.connections(), 0);
  return result.lines[0] ?? '';
}

/** Stands for a key that somebody pasted into the wrong setting. */
const PASTED = 'Zm9vYmFyYmF6cXV4/WzE3+Y3Vja29v';

describe('chat.js', { concurrency: 2 }, () => {
  for (const setting of [
    ...['NUM_SESSIONS', 'NUC_THINK_TIME', 'NUC_LOG', 'COURSES', 'NUC_SLO_RATE', 'NUC_RUN_ID'],
    ...['NUC_BASE_URL', 'NUC_ORIGIN', 'NUC_ENVELOPE_MORPH', 'PROFILE', 'NUC_USERS_FILE'],
    ...['NUC_QUESTIONS_FILE', 'NUC_RESULTS_DIR'],
  ]) {
    test(`a key in place of ${setting} is not repeated`, async () => {
      const line = await refuse('chat', { [setting]: PASTED });
      assert.match(line, new RegExp(`^${setting}: `));
      assert.ok(!line.includes(PASTED.slice(0, 8)), line);
      assert.match(line, /got something else$|"Zm9v"… \(30 characters\)/);
    });
  }

  for (const [script, setting] of [
    ['chat', 'COURSES'],
    ['single', 'NUC_COURSE'],
  ] as const) {
    test(`a key that could be a course in place of ${setting} is not repeated`, async () => {
      const line = await refuse(script, { [setting]: 'sk-live-0123456789abcdefghij' });
      assert.match(
        line,
        new RegExp(`^${setting}: "sk-l"… \\(28 characters\\) has no questions in `),
      );
    });
  }

  test('a threshold by the name of what every object has', async () => {
    const profile = join(folder, 'constructor.json');
    await writeFile(
      profile,
      '{"vus": 1, "iterations": 1, "thresholds": {"constructor": ["count>0"]}}',
    );
    const settings = { ...target(chatbot.url), PROFILE: profile };
    const { code, lines } = await runK6('chat', { settings });
    assert.equal(code, 104);
    assert.deepEqual(lines, [
      'invalid threshold defined on constructor; reason: no metric name "constructor" found',
    ]);
    assert.equal(chatbot.connections(), 0);
  });

  test('a key with a newline in a file leaves the error one line', async () => {
    await writeFile(join(folder, 'newline.json'), JSON.stringify([{ 'user\nname': 'Ana' }]));
    const line = await refuse('chat', { NUC_USERS_FILE: 'newline.json' });
    assert.match(
      line,
      /^NUC_USERS_FILE: newline\.json: user 1: user name: expected one of user_id/,
    );
  });

  for (const [settings, line] of CHAT) {
    test(JSON.stringify(settings), async () => {
      const got = await refuse('chat', settings);
      if (typeof line === 'string') assert.equal(got, line);
      else assert.match(got, line);
      assert.ok(!got.includes('s3cret'));
    });
  }

  test('a wrong setting in the environment, without -e', async () => {
    const line = await refuse('chat', {}, { env: { NUC_STRICT: 'yes' } });
    assert.equal(line, 'NUC_STRICT: expected 0 or 1, got "yes"');
  });

  for (const [flag, value, problem] of [
    [
      '--summary-trend-stats',
      'p(95),count',
      /^summaryTrendStats: expected count,.*, got p\(95\),count; add avg,.* to --summary-trend-stats/,
    ],
    ['--system-tags', 'url', /^systemTags: expected scenario,status among them, got url; add/],
  ] as const) {
    test(`a flag of k6’s that would leave figures out of the summary: ${flag}`, async () => {
      const settings = target(chatbot.url);
      const result = await runK6('chat', { settings, flags: [flag, value] });
      assert.equal(result.code, 107);
      assert.match(result.lines[0] ?? '', problem);
      assert.equal(chatbot.connections(), 0);
    });
  }

  for (const [name, value] of [
    ['K6_SUMMARY_MODE', 'disabled'],
    ['K6_NEW_MACHINE_READABLE_SUMMARY', 'true'],
  ] as const) {
    test(`${name}: a run that would leave no summary`, async () => {
      const line = await refuse('chat', {}, { env: { [name]: value } });
      const why = 'would leave this run without its summary';
      assert.equal(line, `${name}: ${why}; set NUC_SUMMARY=k6, or unset it`);
    });
  }

  test('a secret source that lacks one of the two', async () => {
    const path = join(folder, 'secrets');
    await writeFile(path, 'nuc_access_key=s3cret-of-a-file\n');
    const line = await refuse(
      'chat',
      { NUC_ACCESS_KEY: '', NUC_SECRET_KEY: '' },
      { flags: [`--secret-source=file=${path}`] },
    );
    assert.match(line, /^NUC_SECRET_KEY: expected a credential for NUC_BASE_URL, got none/);
  });
});

describe('single.js', { concurrency: 2 }, () => {
  const cases: [settings: Record<string, string>, line: string][] = [
    [
      { NUC_COURSE: 'XYZ1' },
      'NUC_COURSE: XYZ1 has no questions in the built-in questions, which has MED1060, BUMA1000',
    ],
    [{ NUC_MESSAGES: 'Hi?' }, 'NUC_MESSAGES: not a setting; did you mean NUC_MESSAGE?'],
    [
      { NUC_ACCESS_KEY: '' },
      'NUC_ACCESS_KEY: expected a credential for NUC_BASE_URL, got none; set it, or give k6 a --secret-source with nuc_access_key',
    ],
  ];
  for (const [settings, line] of cases) {
    test(JSON.stringify(settings), async () => {
      assert.equal(await refuse('single', settings), line);
    });
  }
});

describe('envelope.js', { concurrency: 2 }, () => {
  const cases: [settings: Record<string, string>, line: string][] = [
    [{}, 'NUC_VECTORS: expected the path of a file with vectors, got none'],
    [{ NUC_VECTORS: 'missing.json' }, 'NUC_VECTORS: missing.json: there is no such file'],
    [{ NUC_VECTORS: 'no-json.json' }, 'NUC_VECTORS: no-json.json: expected JSON, got other text'],
    [
      { NUC_VECTORS: 'list.json' },
      'NUC_VECTORS: list.json: expected a list with one vector at least',
    ],
    [{ NUC_VECTORS: 'vectors.json' }, 'NUC_VECTORS: vectors.json: vector 1: key: expected a text'],
  ];
  for (const [settings, line] of cases) {
    test(JSON.stringify(settings), async () => {
      assert.equal(await refuse('envelope', settings), line);
    });
  }
});

describe('a program that starts k6 elsewhere, and leaves PWD as it was', () => {
  let real = '';
  before(async () => {
    real = await mkdtemp(join(tmpdir(), 'bad-input-real-'));
    await writeFile(join(real, 'other.json'), '{"MED1060": ["another question"]}');
    await writeFile(join(real, 'only-here.json'), '{"MED1060": ["another question"]}');
    await mkdir(join(folder, 'out'));
  });
  after(() => rm(real, { recursive: true }));

  for (const [setting, name] of [
    // There in both, and not the same; here alone; for PWD alone.
    ['NUC_QUESTIONS_FILE', 'other.json'],
    ['NUC_QUESTIONS_FILE', 'only-here.json'],
    ['PROFILE', 'utf16.json'],
    ['NUC_RESULTS_DIR', 'out'],
  ] as const) {
    test(`${setting}=${name}: one line that tells of it`, async () => {
      const line = await refuse(
        'chat',
        { [setting]: name },
        { folder: real, env: { PWD: folder } },
      );
      assert.equal(
        line,
        `${setting}: ${name}: PWD is ${folder}, but k6 was started in another folder; set PWD to that, or give the whole path`,
      );
    });
  }

  test('the same file for both is read, and named with its whole path', async () => {
    const link = join(real, 'link');
    await symlink(folder, link);
    const settings = { ...target(chatbot.url), NUC_QUESTIONS_FILE: 'one.json', COURSES: 'MED1060' };
    const run = await runK6('chat', { settings, folder, env: { PWD: link } });
    assert.equal(run.code, 0, run.stderr);
    assert.ok(run.lines.includes(`  NUC_QUESTIONS_FILE: ${join(link, 'one.json')}`), run.stderr);
    assert.deepEqual(
      chatbot.questions.map(({ user_message }) => user_message),
      Array(3).fill('one question'),
    );
  });
});
