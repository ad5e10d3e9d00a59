/** The summary on a terminal: aligned, with units, within 80 columns, and the verdict last. */

import { counted, showCount, showMs, showRate } from '../base/format.ts';
import { answerTexts, sessionTexts } from '../results/answers.ts';
import { doubtText } from '../results/doubtful.ts';
import { frequentErrors } from '../results/frequent-errors.ts';
import type { ErrorCount, Latency, Summary, ThresholdResult } from '../results/model.ts';
import { outcomeOf, outcomeReason, outcomeWords, sortedResults } from '../results/outcome.ts';
import { lacksSamples, showGot } from '../results/threshold-results.ts';
import { trafficTexts } from '../results/traffic.ts';
import { warmupText } from '../results/warmup.ts';
import { hasSlo, sloText } from '../settings/slo.ts';
import { alignColumns, LINE_WIDTH, wrap } from './columns.ts';
import { latencyRows, STATISTICS } from './latency-rows.ts';
import { slowestCoursesText, withSlowestCourses } from './slowest-courses.ts';
import { notReachedText, stepColumns, stepLabel } from './step-columns.ts';
import { stepsInSight, stepsInSightText } from './steps-in-sight.ts';
import { padRight, shorten, widthOf } from './text-width.ts';

const RULE = '='.repeat(LINE_WIDTH);
const NO_SAMPLE = 'no sample';
const LONGEST_NAME = 40;
/** Crossed thresholds beside the verdict. */
const MOST_CROSSED = 3;
/** Of more thresholds than these, only the crossed ones are shown; summary.json has all of them. */
const THRESHOLDS_IN_SIGHT = 16;

export function summaryText(summary: Summary): string {
  const sections = [
    [RULE, title(summary), RULE],
    summary.findings.flatMap((finding) => wrap(finding)),
    totals(summary),
    latencies(summary),
    steps(summary),
    errors(summary),
    thresholds(summary),
    trust(summary),
    verdict(summary),
  ];
  const text = sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
  return `\n${text}\n\n`;
}

/** The engine that every run has where nobody asks for another: its name would say nothing. */
function isStock({ engine = 'webcrypto' }: Summary['run']): boolean {
  return engine === 'webcrypto';
}

function title(summary: Summary): string {
  const {
    run,
    trust: { trusted },
  } = summary;
  const rest = [
    ...(isStock(run) ? [] : [`engine ${run.engine}`]),
    showMs(run.durationMs),
    outcomeWords(summary).toUpperCase(),
    ...(trusted ? [] : ['NOT TO BE TRUSTED']),
  ].join(' · ');
  const room = LINE_WIDTH - 'SUMMARY ·  · '.length - rest.length;
  return `SUMMARY · ${shorten(run.profile, room)} · ${rest}`;
}

/** The last lines, above a prompt that hides all before: what the run came to, why, and how it felt. */
function verdict(summary: Summary): string[] {
  const { trust } = summary;
  const outcome = outcomeWords(summary).toUpperCase();
  const word = trust.trusted ? outcome : `${outcome} · NOT TO BE TRUSTED`;
  return [
    RULE,
    ...wrap(`${word}: ${outcomeReason(summary)}`),
    ...crossedTexts(summary).flatMap((text) => wrap(text, '  ')),
    ...summary.findings
      .filter((finding) => finding !== outcomeReason(summary))
      .flatMap((finding) => wrap(finding, '  ')),
    ...frequentErrors(summary, summary.settings).flatMap(({ phase, reason, meaning, count }) =>
      wrap(`${showCount(count)} × ${phase}/${reason}: ${meaning}`, '  '),
    ),
    ...wrap(whatMatters(summary).join(' · ')),
    RULE,
  ];
}

/** What each of the crossed thresholds came to: errors alone do not tell why, where answers were slow too. */
export function crossedTexts(summary: Summary): string[] {
  const { verdicts, metrics } = summary;
  if (outcomeOf(summary) === 'limit') return [];
  const crossed = verdicts.filter(({ ok }) => !ok);
  const rest = crossed.length - MOST_CROSSED;
  return [
    ...crossed
      .slice(0, MOST_CROSSED)
      .map((result) => `${result.metric} ${result.threshold}: ${showGot(result, metrics)}`),
    ...(rest > 0 ? [`and ${rest} more`] : []),
  ];
}

/** Three figures. */
function whatMatters({ stepsOf, overall, sessions, setUp, settings }: Summary): string[] {
  const p95 = (latency: Latency | null) => (latency === null ? '—' : showMs(latency.p95));
  if (stepsOf === 'sockets') {
    return [
      `${showCount(setUp.socketOpen?.count ?? 0)} of ${counted(sessions.started, 'socket')} opened`,
      `${showCount(sessions.failed)} failed`,
      `open after p95 ${p95(setUp.socketOpen)}`,
    ];
  }
  if (overall.sent === 0) return ['no question was sent'];
  if (overall.successRate === null) return ['no answer came to its end'];
  return [
    hasSlo(settings)
      ? `${showRate(overall.sloRate)} of the answers in time`
      : `${showRate(overall.successRate)} of the answers good`,
    `first chunk p95 ${p95(overall.firstChunk)}`,
    `response p95 ${p95(overall.response)}`,
  ];
}

function totals(summary: Summary): string[] {
  const { sessions, overall, frames, droppedIterations, lateStarts, stepsOf } = summary;
  const limits = sloText(summary.settings);
  const ofSessions = row('Sessions', [
    `${showCount(sessions.started)} started`,
    ...sessionTexts(sessions),
    ...(droppedIterations > 0 ? [`${showCount(droppedIterations)} never started`] : []),
    ...(lateStarts > 0 ? [`${showCount(lateStarts)} started late`] : []),
  ]);
  const ofWarmup = warmupText(summary);
  if (ofWarmup !== '') ofSessions.unshift(...row('Warm-up', [ofWarmup]));
  const traffic = trafficTexts(summary.metrics);
  const ofNetwork = traffic.length === 0 ? [] : row('Network', traffic);
  if (stepsOf === 'sockets') return [...ofSessions, ...ofNetwork];
  return [
    ...ofSessions,
    ...row('Questions', [`${showCount(overall.sent)} sent`, ...answerTexts(overall)]),
    ...row('Answers', [
      overall.successRate === null ? 'none' : `${showRate(overall.successRate)} success`,
      ...(limits === '' ? [] : [`${showRate(overall.sloRate)} in time (${limits})`]),
    ]),
    ...row('Frames', [
      `${showCount(frames.received)} opened`,
      ...(frames.perAnswer === null ? [] : [`${frames.perAnswer.avg.toFixed(1)} an answer`]),
    ]),
    ...ofNetwork,
  ];
}

const NAME_WIDTH = 'Questions  '.length;

/** A name, and beside it what there is to say, in as many lines as it needs. */
function row(name: string, texts: readonly string[]): string[] {
  const [first = '', ...more] = wrap(texts.join(' · '), ' '.repeat(NAME_WIDTH));
  return [name.padEnd(NAME_WIDTH) + first.slice(NAME_WIDTH), ...more];
}

function latencies(summary: Summary): string[] {
  const rows = latencyRows(withSlowestCourses(summary), summary.stepsOf).filter(
    ({ part, turnsOnTerminal }) => part?.kind !== 'turn' || turnsOnTerminal,
  );
  if (rows.every(({ statistics }) => statistics === null)) return [`Latency  ${NO_SAMPLE}`];
  const left = slowestCoursesText(summary);
  const doubt = doubtText(summary.trust);
  return [
    ...alignColumns([
      ['Latency', ...STATISTICS],
      ...rows.map(({ name, part, statistics }) => [
        part === null ? name : `  ${part.kind === 'turn' ? 'turn ' : ''}${part.name}`,
        ...(statistics ?? [NO_SAMPLE]),
      ]),
    ]),
    ...(left === '' ? [] : wrap(left)),
    ...(doubt === '' ? [] : wrap(doubt)),
  ];
}

function steps(summary: Summary): string[] {
  const { bySteps, stepsOf, settings } = summary;
  if (bySteps.length === 0) return [];
  const columns = stepColumns(stepsOf, hasSlo(settings)).filter(({ first }) => first !== false);
  // The group stands above the first of its columns; a name of two words in two lines.
  const heads = columns.map(({ group, name }, index) =>
    group === '' ? name.split(' ') : [columns[index - 1]?.group === group ? '' : group, name],
  );
  const folded = stepsInSightText(summary);
  const left = notReachedText(summary);
  return [
    ...alignColumns([
      ['Step', ...heads.map(([above = '']) => above)],
      ['', ...heads.map(([, below = '']) => below)],
      ...stepsInSight(summary).map((step) => [
        stepLabel(step, summary),
        ...columns.map(({ cell }) => cell(step)),
      ]),
    ]),
    ...(folded === '' ? [] : wrap(folded)),
    ...(left === '' ? [] : wrap(left)),
  ];
}

function errors({ errors: counts, handshakesRefused }: Summary): string[] {
  if (counts.length === 0) return ['Errors  none'];
  const refused = handshakesRefused.map(
    ({ status, count }) => `${status ?? 'another status'}×${showCount(count)}`,
  );
  return [
    'Errors',
    ...errorRows(counts),
    ...(refused.length === 0 ? [] : wrap(`handshakes refused: ${refused.join(', ')}`, '  ')),
  ];
}

function errorRows(counts: readonly ErrorCount[]): string[] {
  const rows = alignColumns(
    counts.map(({ phase, reason, count }) => [`  ${phase}/${reason}`, showCount(count)]),
  );
  const indent = ' '.repeat((rows[0]?.length ?? 0) + 2);
  return rows.flatMap((row, index) => {
    const [first = '', ...more] = wrap(counts[index]?.meaning ?? '', indent);
    return [row + first.slice(row.length), ...more];
  });
}

function thresholds(summary: Summary): string[] {
  const { verdicts, metrics } = summary;
  if (verdicts.length === 0) return ['Thresholds  none was judged'];
  const { judged, notReached } = sortedResults(summary);
  const shown = judged.length <= THRESHOLDS_IN_SIGHT ? judged : judged.filter(({ ok }) => !ok);
  const held = judged.length - shown.length;
  return [
    'Thresholds',
    ...thresholdRows(shown, metrics),
    ...(held > 0 ? [`  ✓ ${showCount(held)} ${shown.length > 0 ? 'more ' : ''}held`] : []),
    ...(notReached.length > 0
      ? [`  · ${showCount(notReached.length)} of steps that were not reached`]
      : []),
  ];
}

function thresholdRows(results: readonly ThresholdResult[], metrics: Summary['metrics']): string[] {
  const rows = results.map((result) => ({
    name: `  ${markOf(result, metrics)} ${result.metric}`,
    threshold: shorten(result.threshold, LONGEST_NAME),
    got: showGot(result, metrics),
  }));
  const thresholdWidth = Math.max(...rows.map(({ threshold }) => threshold.length));
  const gotWidth = Math.max(...rows.map(({ got }) => got.length));
  const room = LINE_WIDTH - thresholdWidth - gotWidth - 4;
  // A long name has a line of its own, so that the other rows need not move apart.
  const fitting = rows.map(({ name }) => widthOf(name)).filter((width) => width <= room);
  const nameWidth = Math.max(...fitting, 0);
  return rows.flatMap(({ name, threshold, got }) => {
    const end = `  ${threshold.padEnd(thresholdWidth)}  ${got.padStart(gotWidth)}`;
    return widthOf(name) <= room
      ? [padRight(name, nameWidth) + end]
      : [shorten(name, LINE_WIDTH), ' '.repeat(nameWidth) + end];
  });
}

/** `·`: nothing was judged, such as a step that was not reached. */
export function markOf(result: ThresholdResult, metrics: Summary['metrics']): '✓' | '✗' | '·' {
  if (!result.ok) return '✗';
  return lacksSamples(result, metrics) ? '·' : '✓';
}

function trust({ trust: { trusted, why } }: Summary): string[] {
  if (trusted) return [];
  return ['NOT TO BE TRUSTED', ...why.flatMap((reason) => wrap(reason, '  '))];
}
