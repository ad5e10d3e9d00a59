/**
 * What counts as a pass. A threshold on a rate stands with one that asks for samples: k6 lets a rate
 * without samples pass, whatever it asks.
 */
import type { MetricName, MetricPartName } from '../lib/metrics/catalogue.ts';
import type { KnownThresholds, Profile, Threshold, Thresholds } from '../lib/results/profile.ts';
import type { Settings } from '../lib/settings/settings.ts';
import { limitsTime } from '../lib/settings/slo.ts';

type Slo = Pick<Settings, 'sloFirstChunk' | 'sloResponse' | 'sloRate'>;

/** Every session was completed, every question answered, and there was at least one of each. */
export function allSucceeded(slo: Slo): KnownThresholds {
  return {
    chat_sessions_completed: ['count>0'],
    chat_session_success: ['rate==1'],
    chat_responses_received: ['count>0'],
    chat_response_success: ['rate==1'],
    ...sloThreshold(slo),
  };
}

/** Most answers succeeded: for loads that are meant to overload, and whose sessions may be interrupted. */
export function mostSucceeded(slo: Slo): KnownThresholds {
  const rate = [`rate>=${slo.sloRate}`];
  return {
    chat_sessions_started: ['count>0'],
    chat_setup_success: rate,
    chat_responses_received: ['count>0'],
    chat_response_success: rate,
    ...sloThreshold(slo),
  };
}

/** The part of a metric that belongs to a step of the profile. */
export function ofStep(metric: MetricName, step: string): MetricPartName {
  return `${metric}{step:${step}}`;
}

/** A rate that ends the run where it is not reached, from so long after the test's start. */
export function endsTheRun(rate: number, fromMs: number): Threshold {
  return {
    threshold: `rate>=${rate}`,
    abortOnFail: true,
    delayAbortEval: `${Math.round(fromMs / 1000)}s`,
  };
}

/** The same thresholds, none of which ends the run. */
export function withoutAbort(thresholds: Thresholds): Thresholds {
  const plain = (one: Threshold) => (typeof one === 'string' ? one : one.threshold);
  return Object.fromEntries(
    Object.entries(thresholds).map(([metric, list]) => [metric, list.map(plain)]),
  );
}

// chat_slo_met has a sample for every judged answer, so the count of responses covers it.
function sloThreshold(slo: Slo): KnownThresholds {
  return limitsTime(slo) ? { chat_slo_met: [`rate>=${slo.sloRate}`] } : {};
}

/**
 * The same thresholds on what came after the warm-up; none on steps that were over by then. k6's own
 * metrics lack the tag: a threshold on those would never see a sample. And all sessions may start
 * in the warm-up, so that some were started is asked of the whole run.
 */
export function afterWarmup(
  { thresholds, steps }: Pick<Profile, 'thresholds' | 'steps'>,
  warmupMs: number,
): Thresholds {
  const over = steps.filter(({ toMs }) => toMs <= warmupMs).map(({ name }) => `{step:${name}}`);
  return Object.fromEntries(
    Object.entries(thresholds)
      .filter(([metric]) => !over.some((step) => metric.endsWith(step)))
      .map(([metric, list]) => [hasWarmup(metric) ? warm(metric) : metric, list]),
  );
}

function hasWarmup(metric: string): boolean {
  return metric.startsWith('chat_') && metric !== 'chat_sessions_started';
}

function warm(metric: string): string {
  return metric.endsWith('}') ? metric.replace(/}$/, ',warmup:no}') : `${metric}{warmup:no}`;
}
