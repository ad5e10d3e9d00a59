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
  const orders = new Map<string, number>();
  for (let session = 1; session <= 2400; session++) {
    const places = draw(shuffledPlaces(4, sessionRandom(1, session)), 4);
    assert.deepEqual([...places].sort(), [0, 1, 2, 3]);
    orders.set(places.join(''), (orders.get(places.join('')) ?? 0) + 1);
  }
  assert.equal(orders.size, 24);
  // Five standard deviations of a fair share: sqrt(2400 × 1/24 × 23/24) = 9.8.
  for (const [order, count] of orders) assert.ok(Math.abs(count - 100) < 49, `${count} × ${order}`);
});

test('an order follows from one number, whatever is drawn meanwhile', () => {
  const alone = draw(shuffledPlaces(50, sessionRandom(1, 1)), 50);
  const random = sessionRandom(1, 1);
  const next = shuffledPlaces(50, random);
  assert.deepEqual(
    Array.from({ length: 50 }, () => [next(), random()][0]),
    alone,
  );
});

test('no place is worked out before it is asked for', () => {
  const length = Number.MAX_SAFE_INTEGER;
  const places = draw(shuffledPlaces(length, sessionRandom(1, 1)), 1000);
  assert.equal(new Set(places).size, 1000);
  assert.ok(places.every((place) => place >= 0 && place < length));
  assert.ok(places.some((place) => place > length / 2));
});
