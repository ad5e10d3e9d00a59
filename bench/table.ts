/** Medians of several rounds, their ratios, and the table of them. */
import type { Measured } from './measure.ts';

/** One variant's measurements, round by round. */
interface Rounds {
  readonly variant: string;
  readonly rounds: readonly Measured[];
}

export interface Line {
  readonly variant: string;
  readonly openCpuSeconds: number;
  readonly frameMicros: number | null;
  readonly framesPerSecond: number;
  readonly residentMB: number;
  /**
   * What it takes of the floor's and of the peer's; null where those were not measured. Each round is
   * compared by itself, since the machine drifts, and the median of that is taken.
   */
  readonly ofFloor: {
    readonly open: number | null;
    readonly frame: number | null;
    readonly resident: number | null;
  };
  readonly ofPeer: number | null;
  readonly problems: readonly string[];
}

/** @throws RangeError of no values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[sorted.length >> 1]];
  if (low === undefined || high === undefined) throw new RangeError('median: expected values');
  return (low + high) / 2;
}

export function linesOf(all: readonly Rounds[]): Line[] {
  const floor = all.find(({ variant }) => variant === 'floor');
  const peer = all.find(({ variant }) => variant === 'asyncio');
  return all.map((line) => {
    const { variant, rounds } = line;
    const of = (key: 'openCpuSeconds' | 'framesPerSecond' | 'residentMB') =>
      median(rounds.map((round) => round[key]));
    const micros = rounds.flatMap(({ frameMicros }) => frameMicros ?? []);
    return {
      variant,
      openCpuSeconds: of('openCpuSeconds'),
      frameMicros: micros.length === 0 ? null : median(micros),
      framesPerSecond: of('framesPerSecond'),
      residentMB: of('residentMB'),
      ofFloor: {
        open: ratioOf(line, floor, 'openCpuSeconds'),
        frame: ratioOf(line, floor, 'frameMicros'),
        resident: ratioOf(line, floor, 'residentMB'),
      },
      ofPeer: ratioOf(line, peer, 'frameMicros'),
      problems: [...new Set(rounds.flatMap(({ problems }) => problems))],
    };
  });
}

function ratioOf(
  part: Rounds,
  whole: Rounds | undefined,
  key: 'openCpuSeconds' | 'frameMicros' | 'residentMB',
): number | null {
  const ratios = part.rounds.flatMap((round, at) => {
    const [own, other] = [round[key], whole?.rounds[at]?.[key]];
    return own === null || !other ? [] : own / other;
  });
  return ratios.length === 0 ? null : median(ratios);
}

const HEAD = [
  'variant',
  'µs/frame',
  '÷floor',
  '÷asyncio',
  'frames/s',
  'RSS MB',
  '÷floor',
  'open s',
  '÷floor',
];

/** At most 100 columns wide. */
export function tableOf(lines: readonly Line[]): string {
  const rows = lines.map((line) => [
    line.variant,
    digits(line.frameMicros, 1),
    digits(line.ofFloor.frame, 2),
    digits(line.ofPeer, 2),
    digits(line.framesPerSecond, 0),
    digits(line.residentMB, 0),
    digits(line.ofFloor.resident, 2),
    digits(line.openCpuSeconds, 2),
    digits(line.ofFloor.open, 2),
  ]);
  const problems = lines.flatMap(({ variant, problems }) =>
    problems.map((problem) => `! ${variant}: does not count: ${problem}\n`),
  );
  return `${columns([HEAD, ...rows])}${problems.join('')}`;
}

/** Text in columns: the first to the left, the others to the right. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, at) =>
    Math.max(...rows.map((row) => row[at]?.length ?? 0)),
  );
  const cells = (row: readonly string[]) =>
    row.map((cell, at) =>
      at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0),
    );
  return rows.map((row) => `${cells(row).join('  ').trimEnd()}\n`).join('');
}

export function digits(value: number | null, count: number): string {
  return value === null ? '–' : value.toFixed(count);
}
