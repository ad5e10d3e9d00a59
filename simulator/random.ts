/** The draws of one simulated session, which a seed repeats. */
import { sessionRandom } from '../lib/base/random.ts';

export class Random {
  /** @returns a number from 0 up to, but not including, 1. */
  readonly next: () => number;

  /** Two numbers make one stream: the run's seed and the session's number. */
  constructor(seed: number, stream: number) {
    this.next = sessionRandom(seed, stream);
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
