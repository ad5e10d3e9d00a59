/** How far a climb held: the highest level before the first that did not, and what gave way there. */
import { parseDuration } from '../base/duration.ts';
import { showMs, showRate } from '../base/format.ts';
import type { MetricName } from '../metrics/catalogue.ts';
import { hasSlo } from '../settings/slo.ts';
import { answersOf } from './answers.ts';
import type { FigureSource } from './figures.ts';
import type { Limit, StepPart } from './model.ts';
import type { StepsQuestion } from './profile.ts';

type Climb = Extract<StepsQuestion, { kind: 'climb' }>;

/** What the levels are judged by, beside their figures. */
export interface ClimbFacts {
  /** Of the same run. */
  readonly source: FigureSource;
  /** The levels that the run did not get to the end of. */
  readonly interrupted: readonly string[];
  /** As a run's files have them. */
  readonly settings: Readonly<Record<string, string>>;
}

/** @param steps in order, each named by its level. */
export function limitOf(
  { unit, rates }: Climb,
  steps: readonly StepPart[],
  { source, interrupted, settings }: ClimbFacts,
): Limit {
  let held: string | null = null;
  for (const step of steps) {
    const measured = rates.map(({ metric, least }) => ({
      metric,
      least,
      rate: source.rate(metric, { step: step.name }).rate,
    }));
    const broken = measured.find(({ rate, least }) => rate !== null && rate < least);
    if (broken !== undefined) {
      const { metric, rate, least } = broken;
      const figure = `${showRate(rate)} ${rateName(metric, unit, settings)}, ${showRate(least)} expected`;
      const causes = metric === 'chat_slo_met' ? causesOf(step, least, settings) : [];
      const why = causes.length === 0 ? figure : `${figure} (${causes.join(', ')})`;
      return { unit, held, broke: step.name, why };
    }
    const wasCut = interrupted.includes(step.name);
    if (!wasCut && step.sent > 0 && measured.some(({ rate }) => rate === null)) {
      return { unit, held, broke: step.name, why: 'no answer came' };
    }
    if (wasCut || measured.some(({ rate }) => rate === null)) {
      return { unit, held, broke: null, why: `${step.name} was not measured to its end` };
    }
    held = step.name;
  }
  return { unit, held, broke: null, why: 'the highest level that was tried: more may be possible' };
}

/** In one sentence without its full stop. */
export function limitText({ unit, held, broke, why }: Limit): string {
  const upTo = held === null ? 'no level held' : `${withUnit(held, unit)} held`;
  if (broke !== null) return `${upTo}; ${broke} did not: ${why}`;
  return why.startsWith('the highest') ? `${upTo}, ${why}` : `${upTo}; ${why}`;
}

/** `1 session`, `20 sockets`. */
export function withUnit(level: string, unit: Limit['unit']): string {
  return `${level} ${level === '1' ? unit.slice(0, -1) : unit}`;
}

function rateName(
  metric: MetricName,
  unit: Limit['unit'],
  settings: ClimbFacts['settings'],
): string {
  switch (metric) {
    case 'chat_slo_met':
      return hasSlo(settings) ? 'of the answers in time' : 'of the answers good';
    case 'chat_setup_success':
      return unit === 'sockets' ? 'of the sockets opened' : 'of the set-ups good';
    case 'chat_session_success':
      return `of the ${unit} held to their end`;
    default:
      return `of ${metric}`;
  }
}

/** Why answers of a step were not in time: which of the limits, or that they failed. */
function causesOf(step: StepPart, least: number, settings: ClimbFacts['settings']): string[] {
  const { bad, none } = answersOf(step);
  const over = [
    ['first chunk', step.firstChunk, settings.NUC_SLO_FIRST_CHUNK],
    ['response', step.response, settings.NUC_SLO_RESPONSE],
  ] as const;
  return [
    ...over.flatMap(([name, latency, limit]) => {
      const limitMs = parseDuration(limit ?? '');
      if (latency === null || limitMs === null || latency.p95 <= limitMs) return [];
      return [`${name} p95 ${showMs(latency.p95)}, limit ${limit}`];
    }),
    ...(step.successRate !== null && step.successRate < least
      ? [`${bad} bad, ${none} unanswered`]
      : []),
  ];
}
