/** Durations as k6 writes them (`500ms`, `2s`, `17m`, `1h30m`), in milliseconds. */

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const PIECE = /(\d+(?:\.\d+)?)(ms|s|m|h)/g;
/** No duration is longer; a text of digits alone would cost the square of its length. */
const MOST_CHARS = 100;

/**
 * Reads a duration. `0` needs no unit.
 * @returns milliseconds, or null where the text is not a duration.
 */
export function parseDuration(text: string): number | null {
  if (text === '0') return 0;
  if (text.length > MOST_CHARS) return null;
  if (text.replace(PIECE, '') !== '' || text === '') return null;
  let total = 0;
  for (const [, amount = '', unit = ''] of text.matchAll(PIECE)) {
    total += Number(amount) * (UNIT_MS[unit] ?? 0);
  }
  return total;
}

/** Writes milliseconds the way k6 reads them: `90000` → `1m30s`, `1500` → `1s500ms`. */
export function formatDuration(ms: number): string {
  let rest = Math.round(ms);
  let text = '';
  for (const unit of ['h', 'm', 's', 'ms']) {
    const size = UNIT_MS[unit] ?? 1;
    const amount = Math.floor(rest / size);
    if (amount > 0) text += `${amount}${unit}`;
    rest -= amount * size;
  }
  return text === '' ? '0s' : text;
}
