import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  checkRoom,
  hardLimitOfFiles,
  type PlannedLoad,
  thisMachine,
} from '../../runner/run/room.ts';

const MACHINE = { cores: 2, memoryBytes: 8 * 2 ** 30, mostFiles: 20_000 };
const LOAD: PlannedLoad = {
  ...{ sessions: 100, isReached: true, engine: 'webcrypto', instances: 1 },
  ...{ stepsOf: 'answers', ownSimulator: false },
};

test('a load for which there is room is not remarked on', () => {
  assert.deepEqual(checkRoom(LOAD, MACHINE), []);
});

test('what the sizing table has too little for is said with numbers, and what to do', () => {
  const [text = '', ...more] = checkRoom({ ...LOAD, sessions: 2000 }, MACHINE);
  assert.deepEqual(more, []);
  assert.match(
    text,
    /^2,000 sessions at once need some [\d.]+ cores and [\d.]+ GB, here are 2 and 8\.0 GB: .*--engine native/,
  );
  const native = { ...LOAD, sessions: 2000, engine: 'native' } as const;
  assert.deepEqual(checkRoom(native, MACHINE), []);
  // Of sockets alone the table knows nothing.
  assert.deepEqual(checkRoom({ ...LOAD, sessions: 15_000, stepsOf: 'sockets' }, MACHINE), []);
});

test('more sockets than files can be open: refused where the plan surely comes to it', () => {
  const many = { ...LOAD, sessions: 30_000, stepsOf: 'sockets' } as const;
  const why =
    /^open files: k6 needs 30,050 for 30,000 sessions, the hard limit is 20,000; raise it \(ulimit -Hn\), or use fewer sessions, or --instances N$/;
  assert.throws(() => checkRoom(many, MACHINE), { message: why });
  const [text = ''] = checkRoom({ ...many, isReached: false }, MACHINE);
  assert.match(text, why);
  // Two processes have 15,000 each, but one simulator all of them.
  assert.deepEqual(checkRoom({ ...many, instances: 2 }, MACHINE), []);
  assert.throws(
    () => checkRoom({ ...many, instances: 2, ownSimulator: true }, MACHINE),
    /^RunnerError: open files: the simulator needs 30,050/,
  );
  assert.deepEqual(checkRoom(many, { ...MACHINE, mostFiles: null }), []);
});

test('the hard limit, as Linux tells it', async () => {
  const line = 'Max open files            1024                 20000                files     \n';
  assert.equal(hardLimitOfFiles(`Limit  Soft  Hard\n${line}`), 20_000);
  assert.equal(hardLimitOfFiles(line.replace('20000', 'unlimited')), null);
  assert.equal(hardLimitOfFiles(''), null);
  const { cores, memoryBytes } = await thisMachine();
  assert.ok(cores >= 1 && memoryBytes > 2 ** 28);
});
