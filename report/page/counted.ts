/** How many of what, in words. */
import { showCount } from '../../lib/render/table.ts';

/** `1 question`, `2,000 questions`. */
export function counted(count: number, what: string): string {
  return `${showCount(count)} ${what}${count === 1 ? '' : 's'}`;
}
