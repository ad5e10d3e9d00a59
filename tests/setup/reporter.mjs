/**
 * Node's own report of the tests, with the counts alone in its last line. Node loads a reporter
 * without tsx, so this is JavaScript.
 */
import { Readable } from 'node:stream';
import { spec as SpecReporter } from 'node:test/reporters';

/** The runner tells its counts as remarks: `pass 12`. */
const COUNT = /^(pass|fail|cancelled|skipped|todo) (\d+)$/;

/** @param {AsyncIterable<any>} events of Node's test runner. */
export default async function* report(events) {
  /** @type {Record<string, number>} */
  const counts = {};
  async function* counted() {
    for await (const event of events) {
      const { type, data } = event;
      const [, name, count] = (type === 'test:diagnostic' && COUNT.exec(data.message)) || [];
      if (name !== undefined && data.nesting === 0) counts[name] = Number(count);
      yield event;
    }
  }
  yield* Readable.from(counted()).pipe(new SpecReporter());
  const { pass = 0, fail = 0, cancelled = 0, skipped = 0, todo = 0 } = counts;
  yield `${pass} passed, ${fail + cancelled} failed, ${skipped + todo} skipped\n`;
}
