/** Every profile, shared by two processes of k6: what they did together is what the service saw. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { PROFILE_NAMES } from '../../k6-options/profiles.ts';
import type { Limit, Summary } from '../../lib/results/model.ts';
import { outcomeOf } from '../../lib/results/outcome.ts';
import type { SimulatorOptions } from '../../simulator/options.ts';
import { withFiles } from './profile-run.ts';
import { withSimulator } from './run-k6.ts';
import { runShared, summaryIn } from './shared-run.ts';

type Found = Pick<Limit, 'held' | 'broke'>;

/** No profile here takes longer than ten seconds. */
const PROFILES: Record<string, Record<string, string>> = {
  default: { NUM_SESSIONS: '3' },
  smoke: {},
  ramp: {
    ...{ RAMP_START_SESSIONS: '1', RAMP_INCREMENT: '2' },
    ...{ RAMP_INTERVAL: '1s', RAMP_MAX_SESSIONS: '3' },
  },
  spike: {
    ...{ SPIKE_BASE_SESSIONS: '1', SPIKE_PEAK_SESSIONS: '3' },
    ...{ SPIKE_BEFORE: '1s', SPIKE_DURATION: '1s', SPIKE_AFTER: '1s' },
  },
  soak: { SOAK_SESSIONS: '3', SOAK_DURATION: '4s', SOAK_WINDOW: '1s' },
  arrivals: { ARRIVALS_PER_MINUTE: '240', ARRIVALS_DURATION: '2s' },
  breakpoint: {
    ...{ BREAKPOINT_START_SESSIONS: '2', BREAKPOINT_INCREMENT: '4' },
    ...{ BREAKPOINT_INTERVAL: '5s', BREAKPOINT_MAX_SESSIONS: '10' },
  },
  connections: { CONNECTIONS_LEVELS: '3,8,12', CONNECTIONS_HOLD: '2s' },
};

/** The service takes so many sockets; a level above that breaks, and the run ends there. */
const LIMITS: Record<string, { readonly maxConnections: number; readonly found: Found }> = {
  breakpoint: { maxConnections: 4, found: { held: '2', broke: '6' } },
  connections: { maxConnections: 5, found: { held: '3', broke: '8' } },
};

function totals({ sessions, overall, frames }: Summary): number[] {
  const { started, completed, failed, interrupted } = sessions;
  const { sent, good = 0, failed: unanswered } = overall;
  return [started, completed, failed, interrupted, sent, good, unanswered, frames.received];
}

describe('two instances', { concurrency: 2 }, () => {
  for (const profile of PROFILE_NAMES) {
    test(profile, async () => {
      const limit = LIMITS[profile];
      const simulated: SimulatorOptions = limit ? { maxConnections: limit.maxConnections } : {};
      await withFiles({}, (folder) =>
        withSimulator(simulated, async (simulator) => {
          const settings = { ...PROFILES[profile], NUC_LOG: 'off' };
          const { code, err, summary } = await runShared(folder, simulator.url, 2, settings, {
            profile,
          });
          assert.equal(code, limit ? 99 : 0, err);
          assert.equal(outcomeOf(summary), limit ? 'limit' : 'passed');
          if (limit) {
            const { held, broke } = summary.limit as Found;
            assert.deepEqual({ held, broke }, limit.found);
            assert.match(err, /\{step:\d+\}: rate>=\S+ was crossed over all instances/);
          }
          const stats = simulator.stats();
          const { sessions, overall } = summary;
          assert.equal(stats.tokens, sessions.started);
          // k6 takes no sample once it is told to end: a question that leaves just then is not counted.
          const untold = limit ? sessions.interrupted : 0;
          assert.ok(stats.questions >= overall.sent, `${stats.questions} of ${overall.sent}`);
          assert.ok(
            stats.questions <= overall.sent + untold,
            `${stats.questions} of ${overall.sent}`,
          );
          // The last frame of an answer may be on its way when its session is told to end.
          assert.ok(stats.responses >= overall.received);
          assert.ok(stats.responses <= overall.received + overall.interrupted);
          assert.ok(sessions.started > 0 && (overall.sent > 0 || profile === 'connections'));
          const { 'close:1006': cut = 0, ...violations } = stats.violations;
          assert.deepEqual([violations, stats.connections], [{}, 0]);
          assert.ok(cut <= sessions.interrupted);
          const each = [summary, ...(await ofEach(folder))].map(totals);
          const [all = [], one = [], two = []] = each;
          assert.deepEqual(
            all,
            one.map((count, index) => count + (two[index] ?? 0)),
          );
          assert.deepEqual(
            summary.instances?.map(({ problems }) => problems),
            [[], []],
          );
        }),
      );
    });
  }
});

function ofEach(folder: string): Promise<Summary[]> {
  return Promise.all([1, 2].map((index) => summaryIn(join(folder, `instance-${index}`))));
}
