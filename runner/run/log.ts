/** What k6 says, line by line: all of it goes to a file, the readable part to the terminal. */
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { messageOf } from '../../lib/base/errors.ts';

const CHUNK_LINE = /^\[[^\]]*\] \[Session-\d+\] \[CHUNK \d+\]/;
/** k6 says this of each session of a run that is ended early, twice or more; it is no error. */
const STOPPED_TIMER = /^setTimeout \d+ was stopped because the VU iteration was interrupted/;

/** Text as it comes, cut after a line's end: each item is one or more whole lines. */
export async function* wholeLines(stream: Readable): AsyncGenerator<string> {
  let rest = '';
  for await (const text of stream.setEncoding('utf8') as AsyncIterable<string>) {
    const end = text.lastIndexOf('\n') + 1;
    if (end === 0) {
      rest += text;
    } else {
      yield rest + text.slice(0, end);
      rest = text.slice(end);
    }
  }
  if (rest !== '') yield `${rest}\n`;
}

/** Whole lines without those of single frames and stopped timers. */
export function withoutDetails(lines: string): string {
  if (!lines.includes('[CHUNK ') && !lines.includes('setTimeout ')) return lines;
  return lines
    .split('\n')
    .filter((line) => !CHUNK_LINE.test(line) && !STOPPED_TIMER.test(line))
    .join('\n');
}

/** The log file of a run. A disk that is full does not end the run. */
export class RunLog {
  private readonly stream: WriteStream;
  private failure: string | undefined;

  constructor(file: string) {
    this.stream = createWriteStream(file, { flags: 'a' });
    this.stream.on('error', (error) => {
      this.failure ??= messageOf(error);
    });
  }

  /** Why the file is not complete; undefined where it is. */
  get problem(): string | undefined {
    return this.failure;
  }

  /** @returns when there is room for more. */
  async write(text: string): Promise<void> {
    if (this.failure !== undefined || this.stream.write(text)) return;
    await once(this.stream, 'drain').catch(() => {});
  }

  /** @returns when all of it is written. */
  async close(): Promise<void> {
    if (this.failure !== undefined) return;
    this.stream.end();
    await once(this.stream, 'close').catch(() => {});
  }
}
