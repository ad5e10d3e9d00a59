/**
 * The figures of a run, worked out from its samples as far as they have come: what the live page shows,
 * and what is left of a run that k6 could not sum up. At the end of a run they are the summary's.
 */
import { localIso } from '../../lib/base/moment.ts';
import { type FigureSource, figuresFrom, type MetricTags } from '../../lib/results/figures.ts';
import type { Step } from '../../lib/results/profile.ts';
import { statisticsOf } from './percentiles.ts';
import type { Recording, Traffic } from './recording-shape.ts';
import type { KeptMetric, Samples } from './samples.ts';
import { endedSessions, numberOf, stepsSeen, total, valuesOf } from './timeline.ts';

/** What the page shows; a summary has it too. */
export type PageFigures = Recording['figures'];

/** The parts of a run, as far as they are known before their samples come. */
export interface KnownParts {
  readonly courses?: readonly string[];
  /** Without them, those that the samples name. */
  readonly steps?: readonly Step[];
}

/**
 * @param isOver whether a session or a question without an end was interrupted, or is open still.
 */
export function figuresOfSamples(
  samples: Samples,
  isOver: boolean,
  { courses = [], steps }: KnownParts = {},
): PageFigures {
  const asked = valuesOf(samples.of('chat_questions_sent'), 'course');
  const parts = {
    courses: [...new Set([...courses, ...asked])],
    steps: steps ?? stepsSeen(samples),
  };
  const progress = isOver
    ? ({ isOver } as const)
    : ({ isOver, endedSessions: numberOf(endedSessions(samples)) } as const);
  return {
    run: {
      profile: samples.run.profile,
      startedAt: localIso(new Date(samples.firstAt)),
      durationMs: samples.lastAt - samples.firstAt,
    },
    ...figuresFrom(sampleFigures(samples), parts, progress),
  };
}

/** @returns undefined before k6 has counted anything: it does at the end of a session. */
export function trafficOf(samples: Samples): Traffic | undefined {
  const bytes = (metric: KeptMetric) =>
    total(samples.of(metric).map(({ values }) => total(values)));
  const [sent, received] = [bytes('data_sent'), bytes('data_received')];
  return sent + received === 0 ? undefined : { sent, received };
}

function sampleFigures(samples: Samples): FigureSource {
  const valuesOfMetric = (metric: string, tags: MetricTags = {}) => {
    const wanted = Object.entries(tags) as [keyof MetricTags, string][];
    const groups = samples
      .of(metric as KeptMetric)
      .filter((group) => wanted.every(([tag, value]) => group.tags[tag] === value));
    const all = new Float64Array(numberOf(groups));
    let filled = 0;
    for (const { values } of groups) {
      all.set(values, filled);
      filled += values.length;
    }
    return all;
  };
  return {
    count: (metric, tags) => total(valuesOfMetric(metric, tags)),
    latency: (metric, tags) => statisticsOf(valuesOfMetric(metric, tags)),
    rate: (metric, tags) => {
      const values = valuesOfMetric(metric, tags);
      const passes = total(values);
      const rate = values.length > 0 ? passes / values.length : null;
      return { passes, fails: values.length - passes, rate };
    },
  };
}
