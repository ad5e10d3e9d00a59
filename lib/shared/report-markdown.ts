/** The summary as Markdown, for a pull request or a CI job's page: the verdict first. */
import { SETTINGS } from './settings.ts';
import type { Latency, Part, Summary } from './summary.ts';
import { sloLimits } from './summary-text.ts';
import { showCount, showGot, showMs, showRate } from './table.ts';

const LATENCY_HEAD = ['', 'answers', 'average', 'min', 'median', 'p90', 'p95', 'p99', 'max'];

/** @returns Markdown as GitHub reads it, with HTML only for what folds. */
export function reportMarkdown(summary: Summary): string {
  const sections = [
    verdict(summary),
    trust(summary),
    totals(summary),
    latencies(summary),
    steps(summary),
    errors(summary),
    thresholds(summary),
    settings(summary),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function verdict({ passed, run, verdicts, trust: { trusted } }: Summary): string {
  const crossed = verdicts.filter(({ ok }) => !ok).length;
  const why =
    verdicts.length === 0
      ? 'no thresholds: nothing was asked of this run'
      : `${crossed} of ${verdicts.length} thresholds crossed`;
  const doubt = trusted ? '' : ', not to be trusted';
  return [
    `## ${passed ? '✓ Passed' : '✗ Failed'}${doubt}: ${code(run.profile)}`,
    '',
    `${plain(run.purpose)}. Started ${startOf(run.startedAt)}, took ${showMs(run.durationMs)}; ${why}.`,
  ].join('\n');
}

/** `2026-01-05 15:30:00 UTC` */
function startOf(iso: string): string {
  return `${iso.slice(0, 19).replace('T', ' ')} UTC`;
}

function trust({ trust: { trusted, why } }: Summary): string {
  if (trusted) return '';
  return ['[!WARNING]', '**Not to be trusted.**', ...why.map((reason) => `- ${plain(reason)}`)]
    .map((line) => `> ${line}`)
    .join('\n');
}

function totals(summary: Summary): string {
  const { sessions, overall, frames, droppedIterations } = summary;
  const limits = sloLimits(summary);
  return [
    table(
      ['', 'started / sent', 'complete / received', 'failed', 'cut off'],
      [
        [
          'Sessions',
          ...[sessions.started, sessions.completed, sessions.failed, sessions.interrupted].map(
            showCount,
          ),
        ],
        [
          'Questions',
          ...[overall.sent, overall.received, overall.failed, overall.interrupted].map(showCount),
        ],
      ],
    ),
    '',
    `- success: **${showRate(overall.successRate)}** of the answers`,
    ...(limits === '' ? [] : [`- in time: **${showRate(overall.sloRate)}** (${plain(limits)})`]),
    `- frames opened: ${showCount(frames.received)}${frames.perAnswer === null ? '' : `, ${frames.perAnswer.avg.toFixed(1)} an answer`}`,
    ...(droppedIterations > 0
      ? [`- sessions never started: ${showCount(droppedIterations)} (dropped iterations)`]
      : []),
  ].join('\n');
}

function latencies({ overall, byCourse, byTurn, setUp, frames, clientLag }: Summary): string {
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
    latencyRow('Token', setUp.token),
    latencyRow('Create chat', setUp.create),
    latencyRow('Socket open', setUp.socketOpen),
    latencyRow('Client lag', clientLag),
  ];
  return section('Latency', table(LATENCY_HEAD, rows));
}

function latencyRow(name: string, latency: Latency | null): string[] {
  if (latency === null) return [name, '0', ...LATENCY_HEAD.slice(2).map(() => '—')];
  const { count, avg, min, med, p90, p95, p99, max } = latency;
  return [name, showCount(count), ...[avg, min, med, p90, p95, p99, max].map(showMs)];
}

function steps({ bySteps }: Summary): string {
  if (bySteps.length === 0) return '';
  const head = [
    'Step',
    'new sessions',
    'answers',
    'success',
    'first chunk, median',
    'p95',
    'response, median',
    'p95',
    'errors',
  ];
  const rows = bySteps.map((step) => [
    plain(step.name),
    showCount(step.sessionsStarted),
    showCount(step.received),
    showRate(step.successRate),
    ...[step.firstChunk, step.response].flatMap((latency) =>
      latency === null ? ['—', '—'] : [showMs(latency.med), showMs(latency.p95)],
    ),
    showCount(step.errors),
  ]);
  return section('Steps', table(head, rows));
}

function errors({ errors: counts, handshakesRefused }: Summary): string {
  if (counts.length === 0) return section('Errors', 'None.');
  const rows = counts.map(({ phase, reason, meaning, count }) => [
    code(`${phase}/${reason}`),
    showCount(count),
    plain(meaning),
  ]);
  const refused = handshakesRefused.map(({ status, count }) => `${showCount(count)} × ${status}`);
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
    one.ok ? '✓' : '✗ crossed',
    code(one.metric),
    code(one.threshold),
    showGot(one, metrics),
  ]);
  return section('Thresholds', table(['', 'metric', 'expected', 'got'], rows, 'lllr'));
}

function settings({ settings: values }: Summary): string {
  const fallbacks = new Map(Object.values(SETTINGS).map(({ name, fallback }) => [name, fallback]));
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

/** @param align of the columns: `l` left, `r` right; the last letter holds for all that follow. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  align = 'lr',
): string {
  const rule = head.map((_, column) => (letterAt(align, column) === 'l' ? '---' : '---:'));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function letterAt(align: string, column: number): string | undefined {
  return align[Math.min(column, align.length - 1)];
}

/** A value as code. '' is shown as nothing. */
export function code(text: string): string {
  if (text === '') return '';
  // Within backticks a bar, a backtick, a backslash before a bar and a line's end would each need
  // a rule of their own.
  return /[`|\\\r\n]/.test(text) || text !== text.trim()
    ? `<code>${plain(text)}</code>`
    : `\`${text}\``;
}

/** A text of which nothing is read as Markdown or HTML, on one line. */
export function plain(text: string): string {
  return text
    .replace(/[&<>|*`~[\]\\]|\b_|_\b/g, (character) => `&#${character.charCodeAt(0)};`)
    .replace(/\s*[\r\n]+\s*/g, ' ');
}
