/**
 * The summary as JUnit XML, which CI systems read: a case per threshold and one per course, and the
 * run's latencies as properties. The text of a failed case says all that a person needs to know without
 * opening another file.
 */

import { counted, showCount, showRate } from '../base/format.ts';
import { showMoment } from '../base/moment.ts';
import { frequentErrors } from '../results/frequent-errors.ts';
import type { Part, Summary } from '../results/model.ts';
import { outcomeOf, outcomeReason, outcomeWords, sortedResults } from '../results/outcome.ts';
import { lacksSamples, showGot } from '../results/threshold-results.ts';
import { trafficTexts } from '../results/traffic.ts';
import { warmupText } from '../results/warmup.ts';
import { generatorText } from './generator-text.ts';
import { latencyRows, STATISTICS } from './latency-rows.ts';

interface Case {
  readonly name: string;
  /** Milliseconds; 0 where a case has no time of its own. */
  readonly ms: number;
  /** Skipped: nothing was judged. */
  readonly outcome: 'passed' | 'failure' | 'skipped';
  /** Why it did not pass, in one line. */
  readonly text: string;
}

/**
 * @returns a whole document. The time of the suites is the run's, of a course's case the average
 *   time of its answers; all in seconds.
 */
export function junit(summary: Summary): string {
  // A run of sockets asks nothing of its courses.
  const least = leastSuccess(summary);
  const wasAsked = summary.overall.sent > 0;
  const found = outcomeOf(summary) === 'limit';
  const courses =
    summary.stepsOf === 'sockets'
      ? []
      : summary.byCourse
          .map((part) => courseCase(part, least, wasAsked))
          .map((one) => (found ? notJudged(one) : one));
  const judged = {
    ...summary,
    reasons: reasonsOf(summary),
    properties: [...runProperties(summary), ...latencyProperties(summary)],
  };
  return suites(judged, [
    ['thresholds', thresholdCases(summary)],
    ['courses', courses],
    ['generator', trustCases(summary)],
  ]);
}

/** Of a run that k6 did not sum up: one case, which failed. @param why in one line. */
export function junitWithoutSummary(run: Run, why: string): string {
  const name = 'the run has a summary';
  const trust = { trusted: true, why: [] };
  return suites({ run, trust }, [['run', [{ name, ms: 0, outcome: 'failure', text: why }]]]);
}

type Run = Pick<Summary['run'], 'profile' | 'startedAt' | 'durationMs'>;

interface Judged {
  readonly run: Run;
  readonly trust: Summary['trust'];
  /** Why sessions and answers failed, in a line each. */
  readonly reasons?: readonly string[];
  /** Of the first suite. */
  readonly properties?: readonly (readonly [name: string, value: string])[];
}

function suites(judged: Judged, all: readonly [name: string, cases: Case[]][]): string {
  const cases = all.flatMap(([, list]) => list);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="nuc-k6" ${counts(cases)} time="${seconds(judged.run.durationMs)}">`,
    ...all.flatMap(([name, list], index) =>
      suite(name, list, index === 0 ? judged : { ...judged, reasons: [], properties: [] }),
    ),
    '</testsuites>',
    '',
  ].join('\n');
}

function suite(
  name: string,
  cases: readonly Case[],
  { run, trust, reasons = [], properties = [] }: Judged,
): string[] {
  if (cases.length === 0) return [];
  const className = `nuc-k6.${run.profile}.${name}`;
  const attributes = [
    `name="${escapeXml(name)}"`,
    counts(cases),
    `time="${seconds(run.durationMs)}"`,
    // The format has no zone: it is UTC, as Ant has it. A property has the moment with its offset.
    `timestamp="${new Date(run.startedAt).toISOString().slice(0, 19)}"`,
  ];
  const untrusted = escapeXml(`Not to be trusted: ${trust.why.join('; ')}`);
  return [
    `  <testsuite ${attributes.join(' ')}>`,
    ...propertyLines(properties),
    ...cases.flatMap((one) => caseLines(one, className, reasons)),
    ...(trust.trusted ? [] : [`    <system-err>${untrusted}</system-err>`]),
    '  </testsuite>',
  ];
}

function propertyLines(properties: NonNullable<Judged['properties']>): string[] {
  if (properties.length === 0) return [];
  const lines = properties.map(
    ([name, value]) => `      <property name="${escapeXml(name)}" value="${escapeXml(value)}"/>`,
  );
  return ['    <properties>', ...lines, '    </properties>'];
}

/** When it was, what the latencies hold beside what the thresholds judged, and what it cost. */
function runProperties(summary: Summary): (readonly [string, string])[] {
  const ofWarmup = warmupText(summary);
  const { generator } = summary;
  const traffic = trafficTexts(summary.metrics);
  return [
    ['started', showMoment(summary.run.startedAt)],
    ...(ofWarmup === '' ? [] : [['warm-up', ofWarmup] as const]),
    ...(traffic.length === 0 ? [] : [['network', traffic.join(', ')] as const]),
    ...(generator === undefined ? [] : [['load generator', generatorText(generator)] as const]),
  ];
}

/** `First chunk, p95` → `800.0 ms`, of every latency of the whole run that has a sample. */
function latencyProperties(summary: Summary): (readonly [string, string])[] {
  return latencyRows(summary, summary.stepsOf)
    .filter(({ part }) => part === null)
    .flatMap(({ name, statistics }) =>
      (statistics ?? []).map((value, index) => [`${name}, ${STATISTICS[index]}`, value] as const),
    );
}

function caseLines(
  { name, ms, outcome, text }: Case,
  className: string,
  reasons: readonly string[],
): string[] {
  const start = `    <testcase name="${escapeXml(name)}" classname="${escapeXml(className)}" time="${seconds(ms)}"`;
  if (outcome === 'passed') return [`${start}/>`];
  const message = `message="${escapeXml(text)}"`;
  return [
    `${start}>`,
    outcome === 'skipped'
      ? `      <skipped ${message}/>`
      : `      <failure ${message} type="failure">${[text, ...reasons].map(escapeXml).join('\n')}</failure>`,
    '    </testcase>',
  ];
}

function counts(cases: readonly Case[]): string {
  const countOf = (outcome: Case['outcome']) =>
    cases.filter((one) => one.outcome === outcome).length;
  return `tests="${cases.length}" failures="${countOf('failure')}" errors="0" skipped="${countOf('skipped')}"`;
}

function thresholdCases(summary: Summary): Case[] {
  const { verdicts, metrics } = summary;
  if (verdicts.length === 0) {
    // k6 ends with 0, and its files must not say otherwise.
    const text = outcomeReason(summary);
    return [{ name: 'the run has thresholds', ms: 0, outcome: 'skipped', text }];
  }
  const found = outcomeOf(summary) === 'limit';
  const { judged, notReached } = sortedResults(summary);
  return [
    ...(found ? [foundCase(summary)] : []),
    ...judged.map((result) => {
      const { metric, threshold, ok } = result;
      const name = `${metric} ${threshold}`;
      const text = `${metric}: expected ${threshold}, got ${showGot(result, metrics)}`;
      if (!ok) return { name, ms: 0, outcome: found ? 'skipped' : 'failure', text } as const;
      return {
        name,
        ms: 0,
        outcome: lacksSamples(result, metrics) ? 'skipped' : 'passed',
        text,
      } as const;
    }),
    ...(notReached.length === 0 ? [] : [notReachedCase(notReached.length)]),
  ];
}

/** A figure that missed its threshold tells that something failed; these tell what. */
function reasonsOf(summary: Summary): string[] {
  return frequentErrors(summary, summary.settings).map(
    ({ phase, reason, meaning, count }) => `${showCount(count)} × ${phase}/${reason}: ${meaning}`,
  );
}

/** A run without a verdict is not green. */
function trustCases({ trust: { trusted, why } }: Summary): Case[] {
  if (trusted) return [];
  const text = `No verdict, the figures are not to be trusted: ${why.join('; ')}`;
  return [{ name: 'the figures are to be trusted', ms: 0, outcome: 'failure', text }];
}

/** A run that looked for a limit and found it did what it was for. */
function foundCase(summary: Summary): Case {
  const name = `${outcomeWords(summary)}: ${outcomeReason(summary)}`;
  return { name, ms: 0, outcome: 'passed', text: '' };
}

function notReachedCase(count: number): Case {
  const text = `${counted(count, 'threshold')} of steps that were not reached: nothing was judged`;
  return { name: 'steps that were not reached', ms: 0, outcome: 'skipped', text };
}

/** The share of the answers that has to succeed: as the run's thresholds ask, else all. */
function leastSuccess({ verdicts }: Summary): number {
  const asked = verdicts
    .filter(({ metric }) => metric.startsWith('chat_response_success'))
    .map(({ threshold }) => Number(/^rate>=?\s*([\d.]+)$/.exec(threshold.trim())?.[1] ?? 1));
  return asked.length === 0 ? 1 : Math.min(...asked);
}

/** @param wasAsked whether there was a question at all, of whichever course. */
function courseCase(course: Part, least: number, wasAsked: boolean): Case {
  const { name, sent, received, failed, interrupted, successRate, response } = course;
  const one = { name, ms: response?.avg ?? 0 };
  if (sent === 0 && wasAsked) {
    return { ...one, outcome: 'skipped', text: `${name}: no session came to its questions` };
  }
  if (successRate !== null && successRate < least) {
    const judged = showCount(sent - interrupted);
    const expected = least < 1 ? `, expected ${showRate(least)}` : '';
    const text = `${name}: ${showCount(failed)} of ${judged} answers failed (success ${showRate(successRate)}${expected})`;
    return { ...one, outcome: 'failure', text };
  }
  if (received > 0) return { ...one, outcome: 'passed', text: '' };
  const asked = `${showCount(sent)} asked, ${showCount(interrupted)} cut off`;
  return { ...one, outcome: 'failure', text: `${name}: no answer came (${asked})` };
}

/** Above its limit a service fails; what a course lost there is no failure of the run. */
function notJudged(one: Case): Case {
  if (one.outcome !== 'failure') return one;
  return { ...one, outcome: 'skipped', text: `at the limit that was found: ${one.text}` };
}

/** Milliseconds as seconds with three decimals. */
function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** For attributes and text alike; what XML 1.0 cannot hold at all becomes U+FFFD. */
function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\u{FFFD}')
    .replace(/[&<>"'\t\n\r]/g, (character) => ENTITIES[character] ?? character);
}
