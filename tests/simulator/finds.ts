import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startSimulator } from '../../simulator/simulator.ts';
import { until } from './chat-client.ts';

/** Runs `act` against a simulator of its own; what it counted must be exactly `expected`. */
export function finds(
  what: string,
  expected: Record<string, number>,
  act: (url: string) => Promise<unknown>,
): void {
  test(`counted: ${what}`, async () => {
    const simulator = await startSimulator({ port: 0, speed: 5000 });
    try {
      await act(simulator.url);
      await until(() => simulator.stats().connections === 0);
      assert.deepEqual(simulator.stats().violations, expected);
    } finally {
      await simulator.close();
    }
  });
}

/** A copy with another value at that path; `undefined` takes the field away. */
export function changed(message: object, path: string, value: unknown): Record<string, unknown> {
  const copy = structuredClone(message) as Record<string, unknown>;
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  let place = copy;
  for (const key of keys) place = place[key] as Record<string, unknown>;
  place[last] = value;
  return copy;
}
