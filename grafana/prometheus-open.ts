/**
 * "Open" in PromQL. k6 stamps each series that it pushes with the time of the series' own latest
 * sample, so that at most moments some counters are of one push and others of the next: their
 * difference is wrong by what a push brings, either way. Just after a push they belong together.
 */
import { highest, latest, series, total } from './prometheus-series.ts';
import { type Counted, INSTANCE } from './queries.ts';

const RUN = ['run_id'];
/** Several k6 that write one run do not push at the same moment. */
const K6 = [...RUN, ...INSTANCE];

/** Two pushes are 5 s apart, and up to one more by the clock of `vus`, which tells them. */
const SINCE_PUSH_S = [0, 1, 2, 3, 4, 5, 6];

/** As long as the run goes on. Between 0 and the virtual users, the more exactly the steadier. */
export function openNow(opened: Counted, closed: readonly Counted[]): string {
  const users = highest('vus', RUN);
  // Each asked for by itself: a subquery would calculate every second between two points too.
  const atPush = SINCE_PUSH_S.map(
    (ago) => `(${openAgo(opened, closed, ago)}) and on (${K6.join(', ')}) (${justPushed(ago)})`,
  );
  // Who pushes every second has no moment between two pushes, and no need of it.
  const open = `sum by (${RUN}) (${[...atPush, openAgo(opened, closed, 0)].join(' or ')})`;
  // The lesser of the two, for runs that have both.
  return `${users} - clamp_min(${users} - clamp_min(${open}, 0), 0)`;
}

/**
 * The latest sample of `vus`, taken every second, is less than a second older than the push that
 * brought it: the second after the next one is the first that is surely after the push.
 */
const justPushed = (ago: number) =>
  `time() - timestamp(${series('vus', '')}${offset(ago)}) >= ${ago + 1} < ${ago + 2}`;

/** What was open so many seconds before, of each k6. */
function openAgo(opened: Counted, closed: readonly Counted[], ago: number): string {
  // For what never happened: every k6 has virtual users.
  const none = `0 * max by (${K6.join(', ')}) (${latest(series('vus', ''), offset(ago))})`;
  const parts = closed.map((each) => `(${total(each, K6, offset(ago))} or ${none})`);
  return [total(opened, K6, offset(ago)), ...parts].join(' - ');
}

const offset = (seconds: number) => (seconds === 0 ? '' : ` offset ${seconds}s`);
