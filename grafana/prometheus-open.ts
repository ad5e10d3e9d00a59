/**
 * "Open" in PromQL. k6 stamps each series that it pushes with the time of the series' own latest
 * sample, so that at most moments some counters are of one push and others of the next: their
 * difference is wrong by what a push brings, either way. Just after a push they belong together.
 */
import { highest, series, total } from './prometheus-series.ts';
import { type Counted, INSTANCE } from './queries.ts';

const RUN = ['run_id'];
/** Several k6 that write one run do not push at the same moment. */
const K6 = [...RUN, INSTANCE];

/**
 * The latest sample of `vus`, taken every second, is less than a second older than the push that
 * brought it: the second after the next one is the first that is surely after the push.
 */
const JUST_PUSHED = `time() - timestamp(${series('vus', '')}) >= 1 < 2`;

/** Three pushes long, so that one that is late leaves no gap. */
const RECENTLY = '[15s:1s]';

/** As long as the run goes on. Between 0 and the virtual users, the more exactly the steadier. */
export function openNow(opened: Counted, closed: readonly Counted[]): string {
  const users = highest('vus', RUN);
  const open = `clamp_min(${difference(opened, closed)}, 0)`;
  // The lesser of the two, for runs that have both.
  return `${users} - clamp_min(${users} - ${open}, 0)`;
}

function difference(opened: Counted, closed: readonly Counted[]): string {
  const all = total(opened, K6);
  const parts = closed.map((each) => `(${total(each, K6)} or 0 * ${all})`);
  const now = [all, ...parts].join(' - ');
  const atPush = `last_over_time(((${now}) and on (${K6.join(', ')}) (${JUST_PUSHED}))${RECENTLY})`;
  // Who pushes every second has no moment between two pushes, and no need of it.
  return `sum by (${RUN}) (${atPush} or ${now})`;
}
