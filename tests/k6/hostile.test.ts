/**
 * Whatever the server does to one session: the run counts it under its reason, both sides agree, and
 * the five healthy sessions beside it finish. One run of k6 has all cases, each a scenario.
 * `HOSTILE_TABLE=FILE` writes the table with what was seen.
 */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { HostileCase } from './hostile-case.ts';
import { HOSTILE_GROUPS, type HostileGroup } from './hostile-cases.ts';
import { HostileServer } from './hostile-server.ts';
import { KEYS, runK6, target } from './run-k6.ts';

const HEALTHY = 5;
const QUESTIONS = 2;

/** What k6's samples of one scenario come to. */
interface Counted {
  errors: Record<string, number>;
  sums: Record<string, number>;
}

async function runAll({ settings, cases }: HostileGroup) {
  /** Session N of the case at `index`, counted from 0: the scenarios take the numbers in turn. */
  const userOf = (index: number, session: number) => session * cases.length + index + 1;
  const folder = await mkdtemp(join(tmpdir(), 'hostile-'));
  const treatments = new Map(cases.map((each, index) => [userOf(index, 0), each]));
  const server = await HostileServer.start(treatments);
  try {
    const [profile, users, samples] = ['profile.json', 'users.json', 'samples.json'].map((name) =>
      join(folder, name),
    ) as [string, string, string];
    const scenario = { executor: 'per-vu-iterations', vus: HEALTHY + 1, iterations: 1 };
    // Scenarios take their places in the order of their names, and start a moment apart.
    const scenarios = cases.map((_, index) => [
      `case_${String(index).padStart(3, '0')}`,
      { ...scenario, startTime: `${index * 100}ms`, maxDuration: '2m' },
    ]);
    await writeFile(profile, JSON.stringify({ scenarios: Object.fromEntries(scenarios) }));
    const count = cases.length * (HEALTHY + 1);
    await writeFile(
      users,
      JSON.stringify(Array.from({ length: count }, (_, at) => ({ user_id: at + 1 }))),
    );
    const result = await runK6('chat', {
      settings: {
        ...target(server.url),
        PROFILE: profile,
        NUC_USERS_FILE: users,
        COURSES: 'MED1060',
        NUC_QUESTIONS_PER_COURSE: String(QUESTIONS),
        NUC_LOG: 'sessions',
        ...settings,
      },
      flags: ['--out', `json=${samples}`],
    });
    const counted = countSamples(await readFile(samples, 'utf8'));
    const seenOf = (index: number, session: number) => server.seen.get(userOf(index, session));
    return { result, counted, seenOf };
  } finally {
    await server.close();
    await rm(folder, { recursive: true });
  }
}

function countSamples(text: string): Map<string, Counted> {
  const counted = new Map<string, Counted>();
  for (const line of text.trimEnd().split('\n')) {
    const { type, metric, data } = JSON.parse(line);
    if (type !== 'Point' || !metric.startsWith('chat_')) continue;
    const { scenario, phase, reason } = data.tags;
    const of = counted.get(scenario) ?? { errors: {}, sums: {} };
    counted.set(scenario, of);
    of.sums[metric] = (of.sums[metric] ?? 0) + data.value;
    if (metric !== 'chat_errors') continue;
    const name = `${phase}/${reason}`;
    of.errors[name] = (of.errors[name] ?? 0) + data.value;
  }
  return counted;
}

function errorsText(errors: Record<string, number>): string {
  return Object.entries(errors)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, count]) => (count === 1 ? name : `${name} ×${count}`))
    .join(' ');
}

/** One row of the table, without the five healthy sessions. */
function row(errors: string, ...[sent, received, good]: readonly number[]): string {
  return `${errors || 'no error'} · ${sent} sent, ${received} received, ${good} good`;
}

/** What the server sees of a session that ends where this case ends it. */
function expectedAtServer(each: HostileCase) {
  const creates = each.token === undefined ? 1 : 0;
  const upgrades = creates === 1 && (each.create === undefined || each.sent > 0) ? 1 : 0;
  return { tokens: 1, creates, upgrades, questions: each.sent };
}

const runs = await Promise.all(HOSTILE_GROUPS.map(runAll));
const table: string[] = [];
after(async () => {
  const file = process.env.HOSTILE_TABLE;
  if (file !== undefined) await writeFile(file, `${table.join('\n')}\n`);
});

for (const [run, { result, counted, seenOf }] of runs.entries()) {
  const { name, cases } = HOSTILE_GROUPS[run] as HostileGroup;
  describe(`hostile servers: ${name}`, () => {
    test('the run ends by itself, and says that sessions failed', () => {
      assert.equal(result.code, 99, result.stderr.slice(-2000));
      assert.equal(result.summary?.passed, false);
      assert.equal(result.summary?.sessions.interrupted, 0);
    });

    test('no key and no address of a user is printed', () => {
      const printed = result.stdout + result.stderr;
      for (const secret of Object.values(KEYS)) assert.ok(!printed.includes(secret), secret);
      assert.doesNotMatch(printed, /Unsolicited|user_email|@/);
    });

    for (const [index, each] of cases.entries()) {
      test(each.name, () => {
        const { errors, sums } = counted.get(`case_${String(index).padStart(3, '0')}`) ?? {
          errors: {},
          sums: {},
        };
        const sum = (metric: string) => sums[metric] ?? 0;
        const healthy = HEALTHY * QUESTIONS;
        const got = row(
          errorsText(errors),
          sum('chat_questions_sent') - healthy,
          sum('chat_responses_received') - healthy,
          sum('chat_response_success') - healthy,
        );
        const expected = row(each.errors, each.sent, each.received, each.good);
        table.push(`${got === expected ? 'ok  ' : 'NOT '} ${each.name} | ${expected} | ${got}`);
        assert.equal(got, expected);
        const completed = each.received === QUESTIONS ? 1 : 0;
        assert.equal(sum('chat_sessions_started'), HEALTHY + 1);
        assert.equal(sum('chat_sessions_completed'), HEALTHY + completed);
        assert.equal(sum('chat_interrupted'), 0);
        // The server's side.
        assert.deepEqual(seenOf(index, 0), expectedAtServer(each));
        for (let session = 1; session <= HEALTHY; session++) {
          const whole = { tokens: 1, creates: 1, upgrades: 1, questions: QUESTIONS };
          assert.deepEqual(seenOf(index, session), whole, `healthy session ${session}`);
        }
      });
    }
  });
}
