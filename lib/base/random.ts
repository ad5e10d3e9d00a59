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
 * The places of a list of that length in a shuffled order (Fisher–Yates). Numbers, in 4 bytes each:
 * reading an item of a list that virtual users share copies it.
 */
export function shuffledPlaces(length: number, random: () => number): Uint32Array {
  const places = Uint32Array.from({ length }, (_, place) => place);
  for (let last = length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const place = places[last] ?? 0;
    places[last] = places[other] ?? 0;
    places[other] = place;
  }
  return places;
}

function scramble(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
