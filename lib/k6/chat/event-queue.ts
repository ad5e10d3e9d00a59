/**
 * What happens to a session, taken one after another in the order in which it happened.
 *
 * What need not be taken at once waits for others, for less than a second. With hundreds of
 * sessions, most of what a frame costs is that the CPU has forgotten its session meanwhile
 * (bench/README.md): so it is asked to remember once for several frames.
 */
import { Timer } from '../session/timer.ts';

/** Entries that were taken are dropped in lots: `shift` would move all that wait, each time. */
const LOT = 1024;

interface Item {
  /** When it happened, epoch ms. */
  readonly at: number;
}

/** Who takes what happened. */
export interface Taker<T extends Item, Opened> {
  /**
   * The next one waits for this: taking them side by side would lose the order.
   * @returns null where it is not wanted any more.
   */
  open(item: T): Promise<Opened> | null;
  /** @param dueAt when it was to be taken, epoch ms: when it happened, or when its wait was over. */
  use(item: T, opened: Opened, dueAt: number): void;
  /** `open` or `use` has thrown, or what `open` gave was rejected. */
  fail(error: unknown): void;
  /** All that had come by now was taken. */
  onEmpty(): void;
}

export class EventQueue<T extends Item, Opened> {
  private entries: (T | (() => void))[] = [];
  private next = 0;
  private isTaking = false;
  private readonly timer = new Timer();

  constructor(private readonly taker: Taker<T, Opened>) {}

  /** @param mayWaitMs so long it need not be taken; 0: it must be at once. */
  add(item: T, mayWaitMs: number): void {
    const { entries } = this;
    entries.push(item);
    if (this.isTaking) return;
    if (mayWaitMs <= 0) this.takeAll(item.at);
    else if (entries.length === 1) {
      this.timer.start(mayWaitMs, () => this.takeAll(item.at + mayWaitMs));
    }
  }

  /** Calls back when all that came before was taken. */
  afterAll(callback: () => void): void {
    this.entries.push(callback);
    this.takeNow();
  }

  /** What waits is taken now. */
  takeNow(): void {
    if (!this.isTaking) this.takeAll(Date.now());
  }

  /** Whether some wait for others, and none is being taken. */
  get isWaiting(): boolean {
    return !this.isTaking && this.entries.length > 0;
  }

  /** How long the next one has waited, in milliseconds; less than 0 where none waits. */
  waitedMs(): number {
    const next = this.entries[this.next] as Partial<Item> | undefined;
    return Date.now() - (next?.at ?? Number.POSITIVE_INFINITY);
  }

  /** Drops what was not taken; who waits for that is called back. */
  clear(): void {
    this.timer.stop();
    const rest = this.entries.slice(this.next);
    this.entries = [];
    this.next = 0;
    for (const entry of rest) if (typeof entry === 'function') entry();
  }

  private async takeAll(dueAt: number): Promise<void> {
    const { taker } = this;
    this.isTaking = true;
    this.timer.stop();
    for (let entry = this.entries[0]; entry !== undefined; entry = this.entries[this.next]) {
      this.next += 1;
      if (this.next === LOT) {
        this.entries.splice(0, LOT);
        this.next = 0;
      }
      if (typeof entry === 'function') entry();
      else {
        try {
          const opening = taker.open(entry);
          if (opening !== null) taker.use(entry, await opening, Math.max(entry.at, dueAt));
        } catch (error) {
          taker.fail(error);
        }
      }
    }
    this.entries = [];
    this.next = 0;
    this.isTaking = false;
    taker.onEmpty();
  }
}
