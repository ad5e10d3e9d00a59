import assert from 'node:assert/strict';
import { test } from 'node:test';
import { watchInterrupts } from '../../runner/run/interrupts.ts';

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  test(`${name}: the first ends gently, one with it is the same, a later one kills`, (t) => {
    let now = 1_000_000;
    const listeners = process.listenerCount(name);
    const { first, second, close } = watchInterrupts({}, () => now);
    t.after(close);
    const aborted = () => [first.aborted, second.aborted];
    assert.deepEqual(aborted(), [false, false]);
    process.emit(name);
    assert.deepEqual(aborted(), [true, false]);
    now += 200;
    process.emit(name);
    assert.deepEqual(aborted(), [true, false]);
    now += 200;
    process.emit(name);
    assert.deepEqual(aborted(), [true, true]);
    close();
    assert.equal(process.listenerCount(name), listeners);
  });
}
