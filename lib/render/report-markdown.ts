/** The summary as Markdown, for a pull request or a CI job's page: the verdict first. */

import { showCount, showMoment, showMs, showRate } from '../base/format.ts';
import type { Latency, Part, StepPart, Summary } from '../results/model.ts';
import { showGot } from '../results/threshold-results.ts';
import { hasSlo, sloText } from '../settings/slo.ts';
import { settingSpecs } from '../settings/specs.ts';
import { code, plain, table } from './markdown.ts';
import { markOf } from './summary-text.ts';

const LATENCY_HEAD = ['', 'samples', 'average', 'min', 'median', 'p90', 'p95', 'p99', 'max'];

/** @returns Markdown as GitHub reads it, with HTML only for what folds. */
export function reportMarkdown(summary: Summary): string {
  const sections = [
    verdict(summary),
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

function verdict({ passed, run, verdicts, trust: { trusted } }: Summary): string {
  const crossed = verdicts.filter(({ ok }) => !ok).length;
  const why =
    verdicts.length === 0
      ? 'no thresholds: nothing was asked of this run'
      : `${crossed} of ${verdicts.length} thresholds crossed`;
  const outcome = verdicts.length === 0 ? '– No verdict' : passed ? '✓ Passed' : '✗ Failed';
  const doubt = trusted ? '' : ', not to be trusted';
  return [
    `## ${outcome}${doubt}: ${code(run.profile)}`,
    '',
    `${sentence(plain(run.purpose))} Started ${showMoment(run.startedAt)}, took ${showMs(run.durationMs)}; ${why}.`,
  ].join('\n');
}

function sentence(text: string): string {
  return /[.?!]$/.test(text) ? text : `${text}.`;
}

function trust({ trust: { trusted, why } }: Summary): string {
  if (trusted) return '';
  return ['[!WARNING]', '**Not to be trusted.**', ...why.map((reason) => `- ${plain(reason)}`)]
    .map((line) => `> ${line}`)
    .join('\n');
}

function totals(summary: Summary): string {
  const { sessions, overall, frames, droppedIterations, lateStarts, stepsOf } = summary;
  const counts = [
    [
      'Sessions',
      ...[sessions.started, sessions.completed, sessions.failed, sessions.interrupted].map(
        showCount,
      ),
    ],
  ];
  const remarks: string[] = [];
  if (stepsOf === 'answers') {
    const { sent, received, failed, interrupted, successRate, sloRate } = overall;
    counts.push(['Questions', ...[sent, received, failed, interrupted].map(showCount)]);
    remarks.push(`- success: **${showRate(successRate)}** of the answers`);
    const limits = sloText(summary.settings);
    if (limits !== '') remarks.push(`- in time: **${showRate(sloRate)}** (${plain(limits)})`);
    const average =
      frames.perAnswer === null ? '' : `, ${frames.perAnswer.avg.toFixed(1)} an answer`;
    remarks.push(`- frames opened: ${showCount(frames.received)}${average}`);
  }
  if (droppedIterations > 0) {
    remarks.push(`- sessions never started: ${showCount(droppedIterations)} (dropped iterations)`);
  }
  if (lateStarts > 0) remarks.push(`- sessions started late: ${showCount(lateStarts)}`);
  const head =
    stepsOf === 'answers'
      ? ['', 'started / sent', 'completed / received', 'failed', 'cut off']
      : ['', 'started', 'completed', 'failed', 'cut off'];
  return [table(head, counts), ...(remarks.length === 0 ? [] : ['', ...remarks])].join('\n');
}

function latencies(summary: Summary): string {
  const { overall, byCourse, byTurn, setUp, frames, clientLag, stepsOf } = summary;
  const ofSetUp = [
    latencyRow('Token', setUp.token),
    latencyRow('Create chat', setUp.create),
    latencyRow('Socket open', setUp.socketOpen),
  ];
  if (stepsOf === 'sockets') return section('Latency', table(LATENCY_HEAD, ofSetUp));
  const parts: [string, Part][] = [
    ...byCourse.map((part): [string, Part] => [code(part.name), part]),
    ...byTurn
      .filter((part) => part.response !== null)
      .map((part): [string, Part] => [`turn ${plain(part.name)}`, part]),
  ];
  const family = (name: string, of: (part: Part) => Latency | null) => [
    latencyRow(`**${name}**`, of(overall)),
    ...parts.map(([label, part]) => latencyRow(`${name}, ${label}`, of(part))),
  ];
  const rows = [
    ...family('First chunk', (part) => part.firstChunk),
    ...family('Response', (part) => part.response),
    latencyRow('Longest gap', frames.gapMax),
    ...ofSetUp,
    latencyRow('Client lag', clientLag),
  ];
  return section('Latency', table(LATENCY_HEAD, rows));
}

function latencyRow(name: string, latency: Latency | null): string[] {
  if (latency === null) return [name, '0', ...LATENCY_HEAD.slice(2).map(() => '—')];
  const { count, avg, min, med, p90, p95, p99, max } = latency;
  return [name, showCount(count), ...[avg, min, med, p90, p95, p99, max].map(showMs)];
}

function steps(summary: Summary): string {
  const { bySteps, stepsOf } = summary;
  if (bySteps.length === 0) return '';
  const body =
    stepsOf === 'sockets' ? socketSteps(bySteps) : answerSteps(bySteps, hasSlo(summary.settings));
  return section('Steps', body);
}

function socketSteps(all: readonly StepPart[]): string {
  const rows = all.map(({ name, sessionsStarted, setupSuccessRate, socketOpen, errors: count }) => [
    plain(name),
    showCount(sessionsStarted),
    showRate(setupSuccessRate),
    ...middle(socketOpen),
    showCount(count),
  ]);
  return table(['Step', 'sockets', 'opened', 'open after, median', 'p95', 'errors'], rows);
}

/** @param hasLimits whether answers have to be in time, or only to be good. */
function answerSteps(all: readonly StepPart[], hasLimits: boolean): string {
  const inTime = (text: string) => (hasLimits ? [text] : []);
  const head = [
    'Step',
    'new sessions',
    'answers',
    'success',
    ...inTime('in time'),
    'first chunk, median',
    'p95',
    'response, median',
    'p95',
    'errors',
  ];
  const rows = all.map((step) => [
    plain(step.name),
    showCount(step.sessionsStarted),
    showCount(step.received),
    showRate(step.successRate),
    ...inTime(showRate(step.sloRate)),
    ...middle(step.firstChunk),
    ...middle(step.response),
    showCount(step.errors),
  ]);
  return table(head, rows);
}

function middle(latency: Latency | null): string[] {
  return latency === null ? ['—', '—'] : [showMs(latency.med), showMs(latency.p95)];
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

function thresholds({ verdicts, metrics }: Summary): string {
  if (verdicts.length === 0) return '';
  const rows = verdicts.map((one) => [
    `${markOf(one, metrics)}${one.ok ? '' : ' crossed'}`,
    code(one.metric),
    code(one.threshold),
    showGot(one, metrics),
  ]);
  return section('Thresholds', table(['', 'metric', 'expected', 'got'], rows, 'lllr'));
}

function settings({ settings: values }: Summary): string {
  const fallbacks = new Map(
    Object.values(settingSpecs()).map(({ name, fallback }) => [name, fallback]),
  );
  const rows = Object.entries(values)
    .filter(([name, value]) => value !== fallbacks.get(name))
    .map(([name, value]) => [code(name), code(value), code(fallbacks.get(name) ?? '')]);
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
