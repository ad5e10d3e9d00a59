/** The summary on a terminal: at a glance, aligned, with units, within 100 columns. */
import type { Latency, Part, Summary, Verdict } from './summary.ts';
import { alignColumns, showCount, showMs, showRate } from './table.ts';

const RULE = '='.repeat(80);
const LATENCY_HEAD = ['avg', 'min', 'median', 'p90', 'p95', 'p99', 'max'];

export function summaryText(summary: Summary): string {
  const sections = [
    [RULE, title(summary), RULE],
    totals(summary),
    latencies(summary),
    steps(summary),
    errors(summary),
    verdicts(summary),
    trust(summary),
  ];
  const text = sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
  return `\n${text}\n\n`;
}

function title({ run, passed }: Summary): string {
  return `SUMMARY · ${run.profile} · ${showMs(run.durationMs)} · ${passed ? 'PASSED' : 'FAILED'}`;
}

function totals({ sessions, overall, frames, droppedIterations }: Summary): string[] {
  const perAnswer = frames.perAnswer === null ? '' : `${frames.perAnswer.avg.toFixed(1)} an answer`;
  return alignColumns([
    [
      'Sessions',
      `${showCount(sessions.started)} started`,
      `${showCount(sessions.completed)} completed`,
      `${showCount(sessions.failed)} failed`,
      ...cutOff(sessions.interrupted),
      ...(droppedIterations > 0 ? [`${showCount(droppedIterations)} never started`] : []),
    ],
    [
      'Questions',
      `${showCount(overall.sent)} sent`,
      `${showCount(overall.received)} received`,
      `${showCount(overall.failed)} failed`,
      ...cutOff(overall.interrupted),
      `success ${showRate(overall.successRate)}`,
    ],
    ['Frames', `${showCount(frames.received)} opened`, perAnswer],
  ]);
}

function cutOff(count: number): string[] {
  return count > 0 ? [`${showCount(count)} cut off`] : [];
}

function latencies({ overall, byCourse, byTurn, setUp, frames, clientLag }: Summary): string[] {
  const rows = [
    ['Latency', ...LATENCY_HEAD],
    ...family('First chunk', overall.firstChunk, byCourse, (part) => part.firstChunk),
    ...family('Response', overall.response, byCourse, (part) => part.response),
    ...byTurn
      .filter((turn) => turn.response !== null)
      .map((turn) => latencyRow(`  turn ${turn.name}`, turn.response)),
    latencyRow('Longest gap', frames.gapMax),
    latencyRow('Token', setUp.token),
    latencyRow('Create chat', setUp.create),
    latencyRow('Socket open', setUp.socketOpen),
    latencyRow('Client lag', clientLag),
  ];
  return alignColumns(rows);
}

function family(
  name: string,
  overall: Latency | null,
  parts: readonly Part[],
  of: (part: Part) => Latency | null,
): string[][] {
  return [
    latencyRow(name, overall),
    ...parts.map((part) => latencyRow(`  ${part.name}`, of(part))),
  ];
}

function latencyRow(name: string, latency: Latency | null): string[] {
  if (latency === null) return [name, 'no sample'];
  const { avg, min, med, p90, p95, p99, max } = latency;
  return [name, ...[avg, min, med, p90, p95, p99, max].map(showMs)];
}

function steps({ bySteps }: Summary): string[] {
  if (bySteps.length === 0) return [];
  const head = [
    'Step',
    'new sessions',
    'answers',
    'success',
    'SLO',
    'first p50',
    'p95',
    'response p50',
    'p95',
    'errors',
  ];
  const rows = bySteps.map((step) => [
    step.name,
    showCount(step.sessionsStarted),
    showCount(step.received),
    showRate(step.successRate),
    showRate(step.sloRate),
    ...middle(step.firstChunk),
    ...middle(step.response),
    showCount(step.errors),
  ]);
  return alignColumns([head, ...rows], 1);
}

function middle(latency: Latency | null): string[] {
  return latency === null ? ['—', '—'] : [showMs(latency.med), showMs(latency.p95)];
}

function errors({ errors: counts, handshakesRefused }: Summary): string[] {
  if (counts.length === 0) return ['Errors  none'];
  return [
    'Errors',
    ...alignColumns(
      counts.map(({ phase, reason, count }) => [`  ${phase}/${reason}`, showCount(count)]),
    ).map((line, index) => `${line}  ${counts[index]?.meaning ?? ''}`),
    ...(handshakesRefused.length === 0
      ? []
      : [
          `  refused handshakes by HTTP status: ${handshakesRefused
            .map(({ status, count }) => `${status}: ${showCount(count)}`)
            .join(', ')}`,
        ]),
  ];
}

function verdicts({ verdicts: all }: Summary): string[] {
  if (all.length === 0)
    return ['Thresholds  none: nothing was asked of this run, so it did not pass'];
  return [
    'Thresholds',
    ...alignColumns(
      all.map((verdict) => [
        `  ${verdict.ok ? '✓' : '✗'} ${verdict.metric}  ${verdict.threshold}`,
        got(verdict),
      ]),
    ),
  ];
}

function got({ metric, threshold, got: value }: Verdict): string {
  if (value === null) return '—';
  if (threshold.startsWith('rate')) return showRate(value);
  if (threshold.startsWith('count')) return showCount(value);
  return /time|gap|lag|duration/.test(metric) ? showMs(value) : String(value);
}

function trust({ trust: { trusted, why } }: Summary): string[] {
  return trusted ? [] : ['NOT TO BE TRUSTED', ...why.map((reason) => `  ${reason}`)];
}
