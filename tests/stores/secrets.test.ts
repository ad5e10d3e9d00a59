/** What must not be known stands nowhere: in no store, log, summary, report or metrics file. */
import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { PROMETHEUS_OUT, runChat, scratchFolder } from './chat-run.ts';
import { type InfluxDb, startInfluxDb } from './influxdb-server.ts';
import { type Prometheus, startPrometheus } from './prometheus-server.ts';
import { startTappedSimulator } from './tapped-simulator.ts';

const SESSIONS = 12;
/** Every way to fail whose text might repeat what was sent: a URL, a reply, a frame. */
const FAULTS = [
  'token-500:1/11',
  'token-not-json:1/10',
  'create-401:1/9',
  'handshake-403:1/8',
  'close-1006:1/7',
  'bad-envelope:1/5',
  'not-json:1/3',
];

const FROM_FILE = 'Fe4TrUnmistakable@file.test';

const KNOWN = {
  NUC_ACCESS_KEY: 'Ak7ZqUnmistakableAccess',
  NUC_SECRET_KEY: 'Sk9XvUnmistakableSecret',
  NUC_USER_NAME: 'Un3WmUnmistakableName',
  NUC_USER_EMAIL: 'Ue5LnUnmistakable@person.test',
};

test('no token, key, id or user data anywhere', async (t) => {
  const influx = await startInfluxDb();
  t.after(() => influx.close());
  const prometheus = await startPrometheus();
  t.after(() => prometheus.close());
  // Slow enough for the web report, which needs two of its periods.
  const tapped = await startTappedSimulator({ speed: 60, faults: FAULTS });
  t.after(() => tapped.close());

  const users = join(await scratchFolder(t), 'users.json');
  await writeFile(users, JSON.stringify([{ user_email: FROM_FILE }, {}]));

  const settings = {
    ...KNOWN,
    NUC_USERS_FILE: users,
    NUC_BASE_URL: tapped.url,
    NUM_SESSIONS: String(SESSIONS),
    NUC_QUESTIONS_PER_COURSE: '4',
    NUC_LOG: 'chunks',
    K6_PROMETHEUS_RW_SERVER_URL: prometheus.writeUrl,
  };
  const run = await runChat(t, 'default', settings, (folder) => [
    '--verbose',
    ...['--out', `influxdb=${influx.out}`],
    ...PROMETHEUS_OUT,
    ...['--out', `json=${join(folder, 'metrics.json')}`],
    ...['--out', `web-dashboard=export=${join(folder, 'web-dashboard.html')}&port=-1&period=1s`],
  ]);
  assert.ok(run.summary.errors.length >= 5, 'several faults were met');

  const secrets = new Map<string, string>([
    ...Object.entries(KNOWN),
    ['a user of the file', FROM_FILE],
  ]);
  for (const [field, values] of tapped.seen) {
    for (const [index, value] of [...values].entries()) secrets.set(`${field} ${index + 1}`, value);
  }
  const { tokens } = tapped.simulator.stats();
  assert.equal(tapped.seen.get('token')?.size, tokens, 'the tap saw every token');
  assert.ok(tokens >= SESSIONS / 2);

  const files = await filesOf(run.folder);
  for (const [name, metric] of [
    ['metrics.json', 'chat_errors'],
    ['web-dashboard.html', 'chat_errors'],
    ['k6.log', 'Session-1'],
  ] as const) {
    assert.ok(files.get(name)?.includes(metric), `${name} can be read`);
  }
  const places = new Map([
    ['the terminal', run.said],
    ['InfluxDB', await everythingIn(influx)],
    ['Prometheus', await everythingOf(prometheus)],
    ...files,
  ]);
  t.diagnostic(`${secrets.size} secrets, looked for in: ${[...places.keys()].join(', ')}`);
  const found = [...places].flatMap(([place, text]) =>
    [...secrets].filter(([, value]) => holds(text, value)).map(([name]) => `${name} in ${place}`),
  );
  assert.deepEqual(found, []);
});

/** As it is, as it stands in a URL, or the longest piece of it that no encoding changes. */
function holds(text: string, secret: string): boolean {
  const pieces = (secret.match(/[A-Za-z0-9]+/g) ?? []).sort((a, b) => b.length - a.length);
  // A shorter one could be there by chance.
  const piece = pieces.find(({ length }) => length >= 10) ?? secret;
  return [secret, encodeURIComponent(secret), piece].some((form) => text.includes(form));
}

/** All series with their tags, after the proof that what they hold is numbers. */
async function everythingIn(influx: InfluxDb): Promise<string> {
  const fields = await influx.query('SHOW FIELD KEYS');
  assert.ok(fields.length > 0);
  for (const { name, values } of fields) assert.deepEqual(values, [['value', 'float']], name);
  return JSON.stringify(await influx.query('SHOW SERIES'));
}

async function everythingOf(prometheus: Prometheus): Promise<string> {
  const series = await prometheus.series('{__name__=~".+"}');
  assert.ok(series.length > 0);
  return JSON.stringify(series);
}

/** The run's files by name, with what is packed within a page. */
async function filesOf(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const texts = await Promise.all(
    files.map(async ({ name, parentPath }): Promise<[string, string]> => {
      const text = await readFile(join(parentPath, name), 'utf8');
      return [name, text + packedIn(text).join('\n')];
    }),
  );
  return new Map(texts);
}

/** k6's web report holds its data as gzip in base64, which begins with these four letters. */
function packedIn(text: string): string[] {
  return (text.match(/H4sI[A-Za-z0-9+/=]+/g) ?? []).map((packed) =>
    gunzipSync(Buffer.from(packed, 'base64')).toString(),
  );
}
