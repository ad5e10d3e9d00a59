import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sessionRandom, shuffledPlaces } from '../../lib/base/random.ts';

function draw(random: () => number, count: number): number[] {
  return Array.from({ length: count }, random);
}

test('a seed repeats its numbers; another seed, or another session, has others', () => {
  assert.deepEqual(draw(sessionRandom(7, 1), 5), draw(sessionRandom(7, 1), 5));
  const streams = new Set<string>();
  for (let seed = 0; seed < 20; seed++) {
    for (let session = 1; session <= 50; session++) {
      streams.add(draw(sessionRandom(seed, session), 3).join());
    }
  }
  assert.equal(streams.size, 20 * 50);
});

test('numbers are from 0 up to 1, and evenly so', () => {
  const numbers = draw(sessionRandom(1, 1), 20_000);
  assert.ok(numbers.every((number) => number >= 0 && number < 1));
  for (let tenth = 0; tenth < 10; tenth++) {
    const count = numbers.filter((number) => Math.floor(number * 10) === tenth).length;
    // Five standard deviations of a fair tenth: sqrt(20000 × 0.1 × 0.9) = 42.
    assert.ok(Math.abs(count - 2000) < 5 * 42.5, `${count} in tenth ${tenth}`);
  }
});

test('shuffled places: each once, and every order comes', () => {
  const orders = new Set<string>();
  for (let session = 1; session <= 1000; session++) {
    const places = shuffledPlaces(4, sessionRandom(1, session));
    assert.deepEqual([...places].sort(), [0, 1, 2, 3]);
    orders.add(places.join(''));
  }
  assert.equal(orders.size, 24);
  assert.deepEqual([...shuffledPlaces(0, () => 0)], []);
});
