/** The timers of ForwardStep: two a second for as long as a session talks. */
import { ForwardStep, WAIT_MS } from '../../protocol/forward-step.ts';

export class ClockWatch {
  private readonly step = new ForwardStep();
  private readonly ids = [0, 0];
  private firedAt = 0;

  /**
   * @param onStep the wall clock was set forward.
   * @param onFire called at each timer.
   */
  constructor(
    private readonly onStep: () => void,
    private readonly onFire: () => void,
  ) {}

  start(): void {
    this.wait(0, WAIT_MS);
    this.wait(1, 1.5 * WAIT_MS);
  }

  stop(): void {
    for (const id of this.ids) clearTimeout(id);
  }

  private wait(chain: number, ms: number): void {
    const from = Date.now();
    // biome-ignore lint/style/noRestrictedGlobals: a Timer does not show that the clock was set.
    this.ids[chain] = setTimeout(() => {
      const now = Date.now();
      // After a hold-up both chains fire at once: they are to be half a wait apart again.
      const isTogether = Math.abs(now - this.firedAt) < WAIT_MS / 4;
      this.firedAt = now;
      this.wait(chain, isTogether ? 1.5 * WAIT_MS : WAIT_MS);
      if (this.step.fired(now - from - ms)) this.onStep();
      this.onFire();
    }, ms);
  }
}
