/** What k6 prints reaches neither screen nor log as it is: keys and control characters. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { inspectRun } from '../../runner/run/inspect.ts';
import { readK6Flags } from '../../runner/run/k6-flags.ts';
import { LEAVES_SUMMARY, SECRET, scene } from './load-scene.ts';
import { program, readText, scratchFolder } from './scratch.ts';

test('what k6 says of keys, in whatever form, is neither shown nor kept', async (t) => {
  const encoded = Buffer.from(`u:${SECRET}`).toString('base64');
  const { run, root, out, err } = await scene(
    t,
    `echo "Unsolicited response … $NUC_SECRET_KEY $NUC_ACCESS_KEY" >&2
    echo "out $NUC_SECRET_KEY"; echo "Basic ${encoded}"
    printf 'cut swor' >&2; sleep 0.2; printf 'dfish\nin two: sword\nfish\n' >&2
    ${LEAVES_SUMMARY}`,
  );
  const folder = join(root, 'kept');
  const settings = { NUC_ACCESS_KEY: 'environment', NUC_RESULTS_DIR: folder };
  assert.equal(
    await run({ flags: ['-e', 'NUC_ACCESS_KEY=by-flag'] }, { ...settings, NUC_SECRET_KEY: SECRET }),
    0,
  );
  const log = await readText(join(folder, 'k6.log'));
  for (const said of [out.text + err.text, log]) {
    for (const line of [
      'Unsolicited response … [hidden] environment\n',
      'out [hidden]\n',
      'cut [hidden]\n',
      'in two: [hidden]\n',
    ]) {
      assert.ok(said.includes(line), said);
    }
    assert.match(said, /^Basic \w{1,3}\[hidden\]\w?=*$/m);
    assert.ok(!said.includes(SECRET) && !said.includes(encoded), said);
  }
});

test('what k6 refuses is said without the keys', async (t) => {
  const { run } = await scene(t, 'exit 0', 'echo "got $NUC_SECRET_KEY" >&2; exit 104');
  await assert.rejects(run({}, { NUC_SECRET_KEY: SECRET }), { message: 'got [hidden]' });
});

test('a k6 that is asked and does not answer: neither keys nor the command are said', async (t) => {
  const folder = await scratchFolder(t);
  for (const [body, why] of [
    ['exec sleep 60', 'no answer within 300ms; is a file that a setting names a pipe, or .*'],
    ['kill -9 $$', 'ended by SIGKILL'],
  ] as const) {
    const k6 = await program(folder, 'k6', body);
    const flags = readK6Flags(['-e', `NUC_SECRET_KEY=${SECRET}`]);
    const asked = inspectRun({ k6, script: 'x.js', flags, env: {}, secrets: [], answerMs: 300 });
    await assert.rejects(asked, (error: Error) => {
      assert.match(error.message, new RegExp(`^${k6} inspect: ${why}$`));
      assert.ok(!inspect(error, { depth: 9 }).includes(SECRET));
      return error.name === 'RunnerError';
    });
  }
});

test('a name with control characters is shown without them, on one line', async (t) => {
  const { run, err, out } = await scene(t);
  await run({ profile: 'e\u001b[2J\n::error::x.json' });
  assert.ok(err.lines.includes('  profile     e\\u001b[2J ::error::x.json'), err.text);
  assert.ok(!(err.text + out.text).includes('\u001b'));
});
