import assert from 'node:assert/strict';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from '../../runner/k6-binary/cache.ts';
import { filesIn } from './scratch.ts';
import {
  type Job,
  type Ran,
  readWorkflow,
  runSteps,
  type Step,
  type Workflow,
} from './workflow.ts';
import { copyOfProject } from './workflow-project.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FOLDER = join(ROOT, '.github', 'workflows');

const names = (await readdir(FOLDER)).sort();
const workflows = new Map<string, Workflow>();
for (const name of names) workflows.set(name, await readWorkflow(join(FOLDER, name)));

function steps(): [string, Step][] {
  return [...workflows].flatMap(([name, { jobs }]) =>
    Object.values(jobs).flatMap((job) => job.steps.map((step): [string, Step] => [name, step])),
  );
}

test('there are two workflows, and every step of theirs is seen here', () => {
  assert.deepEqual(names, ['ci.yml', 'load-test.yml']);
  assert.equal(steps().filter(([, { run }]) => run !== undefined).length, 6);
  assert.ok(steps().filter(([, { uses }]) => uses !== undefined).length >= 7);
  for (const [name, step] of steps()) {
    assert.equal((step.run === undefined) !== (step.uses === undefined), true, name);
  }
});

test('every action is pinned to a commit, with its version beside it', async () => {
  for (const name of names) {
    const text = await readFile(join(FOLDER, name), 'utf8');
    const lines = text.split('\n').filter((line) => /\buses:/.test(line));
    for (const line of lines) {
      assert.match(line, /^ +- uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/, name);
    }
    assert.equal(lines.length, steps().filter(([of, { uses }]) => of === name && uses).length);
  }
  // One action, one commit.
  const pins = steps().flatMap(([, { uses }]) => (uses === undefined ? [] : [uses]));
  const actions = pins.map((pin) => pin.split('@')[0]);
  assert.equal(new Set(pins).size, new Set(actions).size);
});

test('no command has an expression in it: what comes from outside comes as a variable', () => {
  for (const [name, { run }] of steps()) assert.ok(!run?.includes('${{'), `${name}: ${run}`);
});

test('the workflows may read the code and nothing else, end, and do not run over each other', () => {
  for (const [name, { permissions, concurrency, jobs }] of workflows) {
    assert.deepEqual(permissions, { contents: 'read' }, name);
    assert.ok(concurrency?.group, name);
    for (const job of Object.values(jobs)) {
      assert.ok((job['timeout-minutes'] ?? 0) > 0, name);
      assert.equal(job.permissions, undefined, name);
      assert.equal(job.defaults?.run?.shell, 'bash', name);
      assert.equal(job.steps[0]?.with?.['persist-credentials'], false, name);
    }
  }
  assert.equal(workflows.get('load-test.yml')?.concurrency?.['cancel-in-progress'], false);
});

test('every npm script that a step calls is there, and CI calls the check', async () => {
  const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  const called = steps().flatMap(([, { run = '' }]) =>
    [...run.matchAll(/npm run ([\w:-]+)/g)].map(([, script]) => script ?? ''),
  );
  assert.ok(called.includes('load'));
  assert.ok(steps().some(([name, { run }]) => name === 'ci.yml' && run === '.ci/run'));
  assert.match(await readFile(join(ROOT, '.ci', 'run'), 'utf8'), /^npm ci\nnpm run check$/m);
  assert.equal(scripts.check, 'npm run lint && npm run typecheck && npm test');
  for (const script of called) assert.ok(script in scripts, script);
});

test('what is cached is where the runner keeps k6, and its key follows k6’s version', () => {
  const caches = steps().filter(([, { uses }]) => uses?.startsWith('actions/cache@'));
  assert.equal(caches.length, 2);
  const onLinux = join(homedir(), '.cache', 'nuc-k6');
  for (const [, { with: inputs }] of caches) {
    assert.equal(String(inputs?.path).replace('~', homedir()), onLinux);
    assert.match(String(inputs?.key), /hashFiles\('runner\/k6-binary\/version\.ts'\)/);
  }
  if (process.platform === 'linux') assert.equal(cacheFolder({}), onLinux);
});

test('the load test keeps its report and its files whatever happened before', () => {
  const all = loadTest().steps;
  const upload = all.find(({ uses }) => uses?.startsWith('actions/upload-artifact@'));
  assert.equal(upload?.if, 'always()');
  assert.equal(upload?.with?.path, 'results/');
  const report = all.find(({ run }) => run?.includes('GITHUB_STEP_SUMMARY'));
  assert.equal(report?.if, 'always()');
  const conditions = all.filter(({ if: condition }) => condition !== undefined);
  assert.equal(conditions.length, 2);
});

test('secrets reach one step alone, the one that runs the test', () => {
  const withSecrets = steps().filter(([, step]) => JSON.stringify(step).includes('secrets.'));
  assert.deepEqual(
    withSecrets.map(([name, { name: step }]) => [name, step]),
    [['load-test.yml', 'Run the load test']],
  );
});

/** The whole job, as GitHub would run it: the second and third runs begin after its installation. */
const project = { folder: '', summary: '' };

before(async () => {
  project.folder = await copyOfProject(ROOT);
  project.summary = join(project.folder, 'step-summary.md');
});

after(() => rm(project.folder, { recursive: true, force: true }));

test('the load test passes against the simulator, with its report and its files', async () => {
  const { ran, page } = await runLoadTest(loadTest().steps, {});
  assert.deepEqual(
    ran.map(({ name, exitCode }) => [name, exitCode]),
    [
      ['Install', 0],
      ['Make sure of k6', 0],
      ['Build', 0],
      ['Run the load test', 0],
      ['Show the report', 0],
    ],
    ran.at(-2)?.output,
  );
  assert.match(page, /^## ✓ Passed.*: `smoke`$/m);
  assert.match(page, /^- questions: \*\*4\*\* sent, 4 good, 0 bad, 0 unanswered$/m);
  const files = await filesIn(join(project.folder, 'results'));
  assert.deepEqual(
    files.map((file) => file.replace(/^[\d-]+T[\d-]+[+-]\d{4}-smoke/, 'TIME-smoke')),
    ['junit.xml', 'k6.log', 'report.html', 'report.md', 'summary.json', 'timeline.json'].map(
      (file) => `TIME-smoke/${file}`,
    ),
  );
});

test('a crossed threshold fails the job with k6’s exit code, and is reported all the same', async () => {
  const { ran, page } = await runLoadTest(afterInstallation(), { NUC_FIRST_CHUNK_TIMEOUT: '1ms' });
  assert.deepEqual(
    ran.map(({ name, exitCode }) => [name, exitCode]),
    [
      ['Run the load test', 99],
      ['Show the report', 0],
    ],
    ran[0]?.output,
  );
  assert.match(page, /^## ✗ Failed.*: `smoke`$/m);
  assert.match(page, /^\| `stream\/first_chunk_timeout` \| \d+ \|/m);
});

test('a profile is a word, whatever stands in it, and a job without a report says so', async () => {
  const profile = '$(touch injected) `touch injected`; touch injected #';
  const { ran, page } = await runLoadTest(afterInstallation(), {}, profile);
  const [load, report] = ran;
  assert.notEqual(load?.exitCode, 0);
  assert.match(load?.output ?? '', /^.*PROFILE: expected one of /m);
  assert.equal(report?.exitCode, 0);
  assert.equal(page, 'No report: the job ended before the load test had one. Its log says why.\n');
  assert.ok(!(await readdir(project.folder)).includes('injected'));
});

function loadTest(): Job {
  const job = workflows.get('load-test.yml')?.jobs['load-test'];
  assert.ok(job !== undefined);
  return job;
}

/** The steps from the load test on. */
function afterInstallation(): readonly Step[] {
  const all = loadTest().steps;
  return all.slice(all.findIndex(({ name }) => name === 'Run the load test'));
}

async function runLoadTest(
  steps: readonly Step[],
  settings: Readonly<Record<string, string>>,
  profile = 'smoke',
): Promise<{ ran: readonly Ran[]; page: string }> {
  await rm(join(project.folder, 'results'), { recursive: true, force: true });
  await writeFile(project.summary, '');
  const ran = await runSteps({
    steps,
    folder: project.folder,
    env: {
      ...loadTest().env,
      // Nothing is asked of the machine's speed here.
      NUC_MAX_CLIENT_LAG: '1h',
      ...settings,
      GITHUB_STEP_SUMMARY: project.summary,
    },
    // What the workflow asks GitHub for.
    expressions: {
      "inputs.profile || 'smoke'": profile,
      'vars.NUC_BASE_URL': '',
      'secrets.NUC_ACCESS_KEY': '',
      'secrets.NUC_SECRET_KEY': '',
    },
  });
  return { ran, page: await readFile(project.summary, 'utf8') };
}
