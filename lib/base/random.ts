/**
 * Random numbers that a seed repeats: SplitMix32, that is a counter in steps of the golden ratio,
 * scrambled by MurmurHash3's 32-bit finalizer. Not for secrets.
 */

const GOLDEN_RATIO = 0x9e3779b9;

/**
 * @param session its number; two sessions of one seed have different numbers.
 * @returns a function that gives numbers from 0 up to, but not including, 1.
 */
export function sessionRandom(seed: number, session: number): () => number {
  let state = scramble(scramble(seed) + session);
  return () => {
    state = (state + GOLDEN_RATIO) | 0;
    return scramble(state) / 2 ** 32;
  };
}

/**
 * The places of a list of that length in a shuffled order (Fisher–Yates), one at each call, and none
 * worked out ahead: k6 takes a tenth of a second and more for an order of 100,000.
 * @param random gives one number, from which the order follows, whatever else is drawn meanwhile.
 */
export function shuffledPlaces(length: number, random: () => number): () => number {
  const draw = sessionRandom(Math.floor(random() * 2 ** 32), 0);
  // The list itself, where it is not in order any more.
  const moved = new Map<number, number>();
  let first = 0;
  return () => {
    const other = first + Math.floor(draw() * (length - first));
    const place = moved.get(other) ?? other;
    moved.set(other, moved.get(first) ?? first);
    moved.delete(first);
    first += 1;
    return place;
  };
}

function scramble(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
