/**
 * A seeded source of numbers, so that a run can be repeated: SplitMix32, that is a counter in
 * steps of the golden ratio, scrambled by MurmurHash3's 32-bit finalizer. Not for secrets.
 */
export class Random {
  private state: number;

  /** Two numbers make one stream: the run's seed and the session's number. */
  constructor(seed: number, stream: number) {
    this.state = scramble(scramble(seed) + stream);
  }

  /** @returns a number from 0 up to, but not including, 1. */
  next(): number {
    this.state = (this.state + GOLDEN_RATIO) | 0;
    return scramble(this.state) / 2 ** 32;
  }

  /** @returns a number from `low` up to `high`. */
  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** @returns a whole number from `low` to `high`, both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  /** @returns true once in `times`, on average. */
  oneIn(times: number): boolean {
    return this.next() * times < 1;
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.integer(0, items.length - 1)];
    if (item === undefined) throw new RangeError('pick: expected at least one item, got none');
    return item;
  }
}

const GOLDEN_RATIO = 0x9e3779b9;

function scramble(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
