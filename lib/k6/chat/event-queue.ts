/** What happens to a session, taken one after another in the order in which it happened. */

/** Entries that were taken are dropped in lots: `shift` would move all that wait, each time. */
const LOT = 1024;

export class EventQueue<T extends object> {
  private entries: (T | (() => void))[] = [];
  private next = 0;
  private isTaking = false;

  /**
   * @param take takes one; the next one waits for it. Taking them side by side would lose the order.
   * @param onEmpty all that had come by now was taken.
   */
  constructor(
    private readonly take: (item: T) => Promise<void>,
    private readonly onEmpty: () => void,
  ) {}

  add(item: T): void {
    this.entries.push(item);
    if (!this.isTaking) this.takeAll();
  }

  /** Calls back when all that came before was taken. */
  afterAll(callback: () => void): void {
    this.entries.push(callback);
    if (!this.isTaking) this.takeAll();
  }

  get isEmpty(): boolean {
    return !this.isTaking;
  }

  /** Drops what was not taken; who waits for that is called back. */
  clear(): void {
    const rest = this.entries.slice(this.next);
    this.entries = [];
    this.next = 0;
    for (const entry of rest) if (typeof entry === 'function') entry();
  }

  private async takeAll(): Promise<void> {
    this.isTaking = true;
    for (let entry = this.entries[0]; entry !== undefined; entry = this.entries[this.next]) {
      this.next += 1;
      if (this.next === LOT) {
        this.entries.splice(0, LOT);
        this.next = 0;
      }
      if (typeof entry === 'function') entry();
      else await this.take(entry);
    }
    this.entries = [];
    this.next = 0;
    this.isTaking = false;
    this.onEmpty();
  }
}
