/** The summary as Markdown, for a pull request or a CI job's page: the verdict first. */

import { counted, showCount, showMs, showRate } from '../base/format.ts';
import { showMoment } from '../base/moment.ts';
import { answerTexts, sessionTexts } from '../results/answers.ts';
import { doubtText } from '../results/doubtful.ts';
import { frequentErrors } from '../results/frequent-errors.ts';
import type { Summary } from '../results/model.ts';
import { outcomeOf, outcomeReason, outcomeWords, sortedResults } from '../results/outcome.ts';
import { showGot } from '../results/threshold-results.ts';
import { trafficTexts } from '../results/traffic.ts';
import { warmupText } from '../results/warmup.ts';
import { hasSlo, sloText } from '../settings/slo.ts';
import { settingSpecs } from '../settings/specs.ts';
import { generatorText } from './generator-text.ts';
import { type LatencyRow, latencyRows, STATISTICS } from './latency-rows.ts';
import { code, plain, table } from './markdown.ts';
import { purposeText } from './purpose.ts';
import { slowestCoursesText, withSlowestCourses } from './slowest-courses.ts';
import { notReachedText, stepColumns, stepLabel } from './step-columns.ts';
import { stepsInSight, stepsInSightText } from './steps-in-sight.ts';
import { crossedTexts, markOf } from './summary-text.ts';
import { shorten } from './text-width.ts';

/** @returns Markdown as GitHub reads it, with HTML only for what folds. */
export function reportMarkdown(summary: Summary): string {
  const sections = [
    verdict(summary),
    reasons(summary),
    trust(summary),
    summary.findings.map((finding) => `**${plain(finding)}**`).join('\\\n'),
    totals(summary),
    latencies(summary),
    steps(summary),
    errors(summary),
    thresholds(summary),
    settings(summary),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

/** Of a run that k6 did not sum up. @param why in one line. */
export function markdownWithoutSummary(profile: string, why: string): string {
  return `## ✗ No summary: ${code(profile)}\n\n${sentence(plain(why))}\n`;
}

const SIGNS = { passed: '✓', failed: '✗', limit: '▲', none: '–' } as const;

function verdict(summary: Summary): string {
  const { run, trust, findings } = summary;
  const doubt = trust.trusted ? '' : ', not to be trusted';
  const reason = outcomeReason(summary);
  // What the steps tell stands below.
  const why = findings.includes(reason) ? '' : `; ${reason}`;
  return [
    `## ${SIGNS[outcomeOf(summary)]} ${outcomeWords(summary)}${doubt}: ${code(run.profile)}`,
    '',
    `${sentence(plain(purposeText(run.purpose, summary.settings)))} Started ${showMoment(run.startedAt)}, took ${showMs(run.durationMs)}${run.engine === undefined ? '' : `, with the engine ${plain(run.engine)}`}${plain(why)}.`,
  ].join('\n');
}

/** Why the run failed. Of one that passed, the tables below are enough. */
function reasons(summary: Summary): string {
  if (summary.passed) return '';
  return [
    ...crossedTexts(summary).map((text) => `- ${plain(text)}`),
    ...frequentErrors(summary, summary.settings).map(
      ({ phase, reason, meaning, count }) =>
        `- **${showCount(count)}** × ${code(`${phase}/${reason}`)}: ${plain(meaning)}`,
    ),
  ].join('\n');
}

function sentence(text: string): string {
  return /[.?!]$/.test(text) ? text : `${text}.`;
}

function trust({ trust }: Summary): string {
  const { trusted, why } = trust;
  const doubt = doubtText(trust);
  if (trusted) return doubt === '' ? '' : `> [!NOTE]\n> ${plain(doubt)}.`;
  return ['[!WARNING]', '**Not to be trusted.**', ...why.map((reason) => `- ${plain(reason)}`)]
    .map((line) => `> ${line}`)
    .join('\n');
}

function totals(summary: Summary): string {
  const { sessions, overall, frames, droppedIterations, lateStarts, stepsOf } = summary;
  const ofWarmup = warmupText(summary);
  const remarks = [
    ...(ofWarmup === '' ? [] : [`- warm-up: ${plain(ofWarmup)}`]),
    `- sessions: **${showCount(sessions.started)}** started, ${sessionTexts(sessions).join(', ')}`,
  ];
  if (stepsOf === 'answers') {
    const { sent, successRate, sloRate } = overall;
    remarks.push(`- questions: **${showCount(sent)}** sent, ${answerTexts(overall).join(', ')}`);
    remarks.push(`- success: **${showRate(successRate)}** of the answers`);
    const limits = sloText(summary.settings);
    if (limits !== '') remarks.push(`- in time: **${showRate(sloRate)}** (${plain(limits)})`);
    const average =
      frames.perAnswer === null ? '' : `, ${frames.perAnswer.avg.toFixed(1)} an answer`;
    remarks.push(`- frames opened: ${showCount(frames.received)}${average}`);
  }
  const traffic = trafficTexts(summary.metrics);
  if (traffic.length > 0) remarks.push(`- network: ${traffic.join(', ')}`);
  if (droppedIterations > 0) {
    remarks.push(`- sessions never started: ${showCount(droppedIterations)} (dropped iterations)`);
  }
  if (lateStarts > 0) remarks.push(`- sessions started late: ${showCount(lateStarts)}`);
  if (summary.generator) remarks.push(`- load generator: ${generatorText(summary.generator)}`);
  return remarks.join('\n');
}

function latencies(summary: Summary): string {
  const rows = latencyRows(withSlowestCourses(summary), summary.stepsOf).map(
    ({ name, part, hasParts, samples, statistics }) => [
      part === null ? (hasParts ? `**${name}**` : name) : `${name}, ${partName(part)}`,
      samples,
      ...(statistics ?? STATISTICS.map(() => '—')),
    ],
  );
  if (rows.every(([, samples]) => samples === '0')) return section('Latency', 'No sample.');
  const left = slowestCoursesText(summary);
  const rest = left === '' ? '' : `\n\n${left}.`;
  return section('Latency', table(['', 'samples', ...STATISTICS], rows) + rest);
}

function partName({ kind, name }: NonNullable<LatencyRow['part']>): string {
  return kind === 'turn' ? `turn ${plain(name)}` : code(name);
}

function steps(summary: Summary): string {
  const { bySteps, stepsOf, settings: values } = summary;
  if (bySteps.length === 0) return '';
  const columns = stepColumns(stepsOf, hasSlo(values));
  const heads = columns.map(({ group, name }, index) =>
    group === '' || columns[index - 1]?.group === group ? name : `${group}, ${name}`,
  );
  const rows = stepsInSight(summary).map((step) => [
    plain(stepLabel(step, summary)),
    ...columns.map(({ cell }) => cell(step)),
  ]);
  const folded = stepsInSightText(summary);
  const left = notReachedText(summary);
  return section(
    'Steps',
    [
      ...(rows.length === 0 ? [] : [table(['Step', ...heads], rows)]),
      ...(folded === '' ? [] : [sentence(plain(folded))]),
      ...(left === '' ? [] : [sentence(plain(left))]),
    ].join('\n\n'),
  );
}

function errors({ errors: counts, handshakesRefused }: Summary): string {
  if (counts.length === 0) return section('Errors', 'None.');
  const rows = counts.map(({ phase, reason, meaning, count }) => [
    code(`${phase}/${reason}`),
    showCount(count),
    plain(meaning),
  ]);
  const refused = handshakesRefused.map(
    ({ status, count }) => `${showCount(count)} × ${status ?? 'another'}`,
  );
  return section(
    'Errors',
    [
      table(['', 'count', 'meaning'], rows, 'lrl'),
      ...(refused.length === 0 ? [] : ['', `Handshakes refused by status: ${refused.join(', ')}.`]),
    ].join('\n'),
  );
}

function thresholds(summary: Summary): string {
  const { verdicts, metrics } = summary;
  if (verdicts.length === 0) return '';
  const { judged, notReached } = sortedResults(summary);
  const rows = judged.map((one) => [
    `${markOf(one, metrics)}${one.ok ? '' : ' crossed'}`,
    code(one.metric),
    code(one.threshold),
    showGot(one, metrics),
  ]);
  return section(
    'Thresholds',
    [
      table(['', 'metric', 'expected', 'got'], rows, 'lllr'),
      ...(notReached.length === 0
        ? []
        : [`${counted(notReached.length, 'threshold')} of steps that were not reached.`]),
    ].join('\n\n'),
  );
}

/** Of a setting, such as a list of 2,000 courses. */
const LONGEST_VALUE = 500;

function settings({ settings: values }: Summary): string {
  const fallbacks = new Map(
    Object.values(settingSpecs()).map(({ name, fallback }) => [name, fallback]),
  );
  const rows = Object.entries(values)
    .filter(([name, value]) => value !== fallbacks.get(name))
    .map(([name, value]) => [
      code(name),
      code(shorten(value, LONGEST_VALUE)),
      code(fallbacks.get(name) ?? ''),
    ]);
  if (rows.length === 0) return 'All settings have their defaults.';
  return [
    '<details>',
    `<summary>Settings that differ from the defaults (${rows.length})</summary>`,
    '',
    table(['setting', 'value', 'default'], rows, 'l'),
    '',
    '</details>',
  ].join('\n');
}

function section(title: string, body: string): string {
  return `### ${title}\n\n${body}`;
}
