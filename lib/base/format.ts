/** Figures as a person reads them. */

/** `459.3 ms`, `24.91 s`, `12.5 min`, `8.0 h`. */
export function showMs(ms: number): string {
  // The limits lie where the rounded figure would reach the next unit.
  if (ms < 999.95) return `${ms.toFixed(1)} ms`;
  if (ms < 119_995) return `${(ms / 1000).toFixed(2)} s`;
  if (ms < 7_197_000) return `${(ms / 60_000).toFixed(1)} min`;
  return `${(ms / 3_600_000).toFixed(1)} h`;
}

/** `100.00 %`; `—` where there was no sample. What is not all is never rounded up to 100 %. */
export function showRate(rate: number | null): string {
  if (rate === null) return '—';
  const percent = rate < 1 ? Math.min(rate * 100, 99.99) : rate * 100;
  return `${percent.toFixed(2)} %`;
}

/** As k6 shows them: `812 B`, `20.6 kB`, `1.2 MB`. */
export function showBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(bytes || 1) / 3)));
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}

/** `20,620` */
export function showCount(count: number): string {
  return Math.round(count)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 question`, `2,000 questions`. */
export function counted(count: number, what: string): string {
  return `${showCount(count)} ${what}${count === 1 ? '' : 's'}`;
}
