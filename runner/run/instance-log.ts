/** What several processes of k6 log, on one terminal. */
import type { Terminal } from '../progress.ts';

/** Lines of sessions begin like this; their numbers are those of the whole run. */
const OF_SESSION = '[';
const RULE = /^=*$/;

/**
 * Shows the lines of sessions as they are. The log's head, which all processes write alike, is shown
 * once; what else one of them says, such as its end, with its name.
 */
export class InstanceLogs {
  /** How often each line of the head was shown. */
  private readonly shown = new Map<string, number>();

  constructor(private readonly terminal: Terminal) {}

  /** @returns where the process of that name writes its log. */
  of(name: string): Terminal {
    const own = new Map<string, number>();
    let isHead = true;
    return {
      write: (text) => {
        const lines = text.split('\n').slice(0, -1);
        const shown = lines.flatMap((line) => {
          if (line.startsWith(OF_SESSION)) {
            isHead = false;
            return [line];
          }
          if (isHead) return this.isNew(line, own) ? [line] : [];
          return RULE.test(line) ? [] : [`${name}: ${line}`];
        });
        if (shown.length > 0) this.terminal.write(shown.map((line) => `${line}\n`).join(''));
      },
    };
  }

  private isNew(line: string, own: Map<string, number>): boolean {
    const count = (own.get(line) ?? 0) + 1;
    own.set(line, count);
    if (count <= (this.shown.get(line) ?? 0)) return false;
    this.shown.set(line, count);
    return true;
  }
}
