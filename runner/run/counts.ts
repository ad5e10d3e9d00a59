/** How far a run is, counted from the lines of its log. */
import { formatDuration } from '../../lib/base/duration.ts';

const OUTCOMES = ['complete', 'failed', 'interrupted'] as const;

export class RunProgress {
  private started = 0;
  private answers = 0;
  private readonly ended = { complete: 0, failed: 0, interrupted: 0 };

  /** Takes whole lines of k6's log. */
  read(lines: string): void {
    this.started += count(lines, '] Starting session\n');
    this.answers += count(lines, '] ✓ complete_response received');
    for (const outcome of OUTCOMES) {
      this.ended[outcome] += count(lines, `] Session ${outcome} - `);
    }
  }

  /** Such as `1m5s, sessions: 3 started, 1 complete, answers: 57`: as far as the log tells. */
  text(elapsedMs: number): string {
    const parts = [formatDuration(Math.floor(elapsedMs / 1_000) * 1_000)];
    if (this.started > 0) parts.push(`sessions: ${this.started} started`);
    for (const outcome of OUTCOMES) {
      if (this.ended[outcome] > 0) parts.push(`${this.ended[outcome]} ${outcome}`);
    }
    if (this.answers > 0) parts.push(`answers: ${this.answers}`);
    return parts.join(', ');
  }
}

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}
