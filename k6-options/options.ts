/** A profile as k6's options. */

import { SYSTEM_TAGS } from '../lib/metrics/system-tags.ts';
import { TREND_STATS } from '../lib/metrics/trend-stats.ts';
import { generatorThresholds } from '../lib/results/generator-thresholds.ts';
import type { Profile, Thresholds } from '../lib/results/profile.ts';
import type { Settings } from '../lib/settings/settings.ts';
import { subMetrics } from './sub-metrics.ts';
import { afterWarmup, withoutAbort } from './thresholds.ts';

/** The tags of every sample, by which a store tells runs apart. k6's `--tag` replaces them whole. */
function runTags(profile: Profile, settings: Settings): Record<string, string> {
  return {
    run_id: settings.runId ?? startedNow(),
    profile: profile.name,
    environment: settings.environment,
    ...(settings.instance === null ? {} : { instance: settings.instance }),
  };
}

/** `2026-01-05T15:30:01Z` */
function startedNow(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}

export function k6Options(profile: Profile, settings: Settings) {
  const steps = profile.steps.map((step) => step.name);
  // k6's own summary would print every one of them.
  const shown = settings.summary === 'k6' ? {} : subMetrics(settings.courses, steps);
  const asked = settings.warmup > 0 ? afterWarmup(profile, settings.warmup) : profile.thresholds;
  const verdict = settings.abortOnFail ? asked : withoutAbort(asked);
  return {
    scenarios: profile.scenarios,
    thresholds: { ...shown, ...withGenerator(verdict, generatorThresholds(settings.maxLag)) },
    summaryTrendStats: TREND_STATS,
    systemTags: SYSTEM_TAGS,
    tags: runTags(profile, settings),
    // What a service sends on an idle connection, Go prints as it is, and it may echo the keys. It would
    // also hold a file for as long as the session lasts.
    noConnectionReuse: true,
    setupTimeout: '60s',
    teardownTimeout: '60s',
  };
}

/** A file of the user's own may ask more of the load generator, on the same metrics. */
function withGenerator(verdict: Thresholds, generator: Thresholds): Thresholds {
  const both = Object.entries(generator).map(([metric, list]) => [
    metric,
    [...new Set([...(verdict[metric] ?? []), ...list])],
  ]);
  return { ...verdict, ...Object.fromEntries(both) };
}
