/** The protocol's base64: standard, with `=`. Decoders take more than that, and say nothing. */

/** In time that grows with the length alone: one pattern for all of it overflows at some megabytes. */
export function isStandardBase64(text: string): boolean {
  if (text.length % 4 !== 0) return false;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return !/[^A-Za-z0-9+/]/.test(text.slice(0, text.length - padding));
}
