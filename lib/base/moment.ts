/**
 * Moments as a person reads them. There is one clock: that of the machine that ran k6, with its offset
 * from UTC wherever a moment is shown.
 */

/** `2026-01-05` by this machine's clock. */
export function localDate(at: Date): string {
  return [at.getFullYear(), twoDigits(at.getMonth() + 1), twoDigits(at.getDate())].join('-');
}

/** `15:30:01` by this machine's clock. */
export function localTime(at: Date): string {
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map(twoDigits).join(':');
}

/** `+01:00`: what this machine's clock is ahead of UTC. */
export function offsetOf(at: Date): string {
  const minutes = -at.getTimezoneOffset();
  const size = Math.abs(minutes);
  const parts = [Math.floor(size / 60), size % 60].map(twoDigits);
  return `${minutes < 0 ? '-' : '+'}${parts.join(':')}`;
}

/** ISO 8601 by this machine's clock: `2026-01-05T15:30:01.234+01:00`. */
export function localIso(at: Date): string {
  const below = String(at.getMilliseconds()).padStart(3, '0');
  return `${localDate(at)}T${localTime(at)}.${below}${offsetOf(at)}`;
}

/** `2026-01-05 15:30:01 +01:00`, of ISO 8601, whichever its offset is. */
export function showMoment(iso: string): string {
  const [, offset = 'Z'] = /([+-]\d\d:\d\d)$/.exec(iso) ?? [];
  return `${iso.slice(0, 19).replace('T', ' ')} ${offset === 'Z' ? '+00:00' : offset}`;
}

function twoDigits(part: number): string {
  return String(part).padStart(2, '0');
}
