/** The panel "Answers in flight": what it shows can be there, and no run lifts another. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { AskedStore } from './asked-store.ts';
import type { ChatRun } from './chat-run.ts';
import { ABORTED, CONNECTIONS, INSTANCES, RAMP } from './dashboard-runs.ts';
import type { View } from './grafana-view.ts';

/** Shorter than k6's pushes: every moment between two of them has to be right. */
const EVERY_SECOND = { interval: '1s' };
const INTERVAL_MS = 1000;
/** When the lines of a run have to have ended. */
const END_MS = 5000;

/** @param runs the ramp with faults, and one that was aborted before it. */
export async function answersInFlightAreRight(
  t: TestContext,
  store: AskedStore,
  view: View,
  { ramp, aborted }: { readonly ramp: ChatRun; readonly aborted: ChatRun },
): Promise<void> {
  const target = targetOf(store, 'Answers in flight');
  const inFlight = pointsByRun(await store.ask(target, view, EVERY_SECOND));
  const users = pointsByRun(await store.ask(targetOf(store, 'Virtual users'), view, EVERY_SECOND));

  for (const [run, points] of inFlight) {
    const figures = [...points.values()];
    t.diagnostic(`${store.name}: in flight: ${run}: ${figures}`);
    assert.ok(figures.length > 0, run);
    for (const [time, figure] of points) {
      // A virtual user is seen up to a second after it has begun.
      const near = [0, 1, 2]
        .map((n) => time + n * INTERVAL_MS)
        .map((at) => users.get(run)?.get(at) ?? 0);
      const most = Math.max(...near);
      assert.ok(figure >= 0 && figure <= most, `${run}: ${figure} of ${most} virtual users`);
    }
  }
  // Each session of the last step but one, which may be about to begin.
  const most = Math.max(...of(inFlight, RAMP.id).values());
  assert.ok(most >= RAMP.last - 1, `${most} at the most`);
  // One process alone has two.
  assert.ok(Math.max(...of(inFlight, INSTANCES.id).values()) > INSTANCES.sessions / 2);
  assert.equal(Math.max(...(inFlight.get(CONNECTIONS.id)?.values() ?? [0])), 0);

  for (const [id, run] of [
    [RAMP.id, ramp],
    [ABORTED.id, aborted],
  ] as const) {
    const last = Math.max(...of(inFlight, id).keys());
    assert.ok(last <= run.to + END_MS, `${id}: a line beyond the end of its run`);
  }

  const open = await store.openAtTheEnd(target, view);
  assert.equal(open.get(RAMP.id), 0, 'what was sent has ended');
  assert.equal(open.get(INSTANCES.id), 0, 'what both processes sent has ended');
  const { interrupted: lost } = aborted.summary.overall;
  assert.ok(lost > 0, 'the abort cut off questions');
  assert.equal(open.get(ABORTED.id), lost, 'what the abort cut off');
}

function targetOf({ dashboard }: AskedStore, title: string) {
  const [first] = dashboard.panels.find((each) => each.title === title)?.targets ?? [];
  assert.ok(first, title);
  return first;
}

type Points = ReadonlyMap<number, number>;

function pointsByRun(lines: Awaited<ReturnType<AskedStore['ask']>>): Map<string, Points> {
  return new Map(lines.map(({ of, points }) => [of.run_id ?? '', new Map(points)]));
}

function of(lines: ReadonlyMap<string, Points>, run: string): Points {
  const points = lines.get(run);
  assert.ok(points, `no line of ${run}`);
  return points;
}
