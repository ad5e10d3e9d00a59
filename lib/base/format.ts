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
