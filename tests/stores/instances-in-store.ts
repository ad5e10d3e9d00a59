/** A run by `--instances` as the stores have it: a part of each process, and all of the run in their sum. */
import assert from 'node:assert/strict';
import type { ChatRun } from './chat-run.ts';
import { INSTANCES } from './dashboard-runs.ts';
import type { InfluxDb } from './influxdb-server.ts';
import type { Prometheus } from './prometheus-server.ts';

const TOTALS = ['chat_sessions_started', 'chat_questions_sent', 'chat_responses_received'];

/** Without a tag of its own, a process would write over what another one wrote in the same moment. */
export async function instancesAreInStores(
  influx: InfluxDb,
  prometheus: Prometheus,
  { summary, exitCode, said, to }: ChatRun,
): Promise<void> {
  assert.equal(exitCode, 0, said);
  const { sessions, overall } = summary;
  const expected = [sessions.started, overall.sent, overall.received];
  assert.equal(sessions.started, INSTANCES.sessions);
  for (const [index, metric] of TOTALS.entries()) {
    const total = expected[index];
    const ofInflux = await influx.query(
      `SELECT sum(value) FROM ${metric} WHERE run_id = '${INSTANCES.id}' GROUP BY instance`,
    );
    const parts = ofInflux.map(({ tags, values }) => [tags?.instance, Number(values[0]?.[1])]);
    assertParts(parts, total, `InfluxDB: ${metric}`);
    const text = `k6_${metric}_total{run_id="${INSTANCES.id}"}`;
    const query = `sum by (instance) (last_over_time(${text}[1h]))`;
    const ofPrometheus = await prometheus.query(query, to);
    assertParts(
      ofPrometheus.map(({ metric, value }) => [metric.instance, Number(value?.[1])]),
      total,
      `Prometheus: ${metric}`,
    );
  }
}

/** Half of them each: both have the same number of sessions. */
function assertParts(parts: unknown[][], total: number | undefined, what: string): void {
  const half = (total ?? 0) / 2;
  assert.ok(half > 0);
  const sorted = parts.sort(([a], [b]) => Number(a) - Number(b));
  assert.deepEqual(
    sorted,
    [
      ['1', half],
      ['2', half],
    ],
    what,
  );
}
