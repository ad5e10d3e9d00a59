/** A short name for a text, to see whether two are the same: FNV-1a, 32 bits. Not for secrets. */

/** @returns eight hexadecimal digits. */
export function digest(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}
