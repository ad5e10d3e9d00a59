/** JSON of a file that a person writes: what `JSON.parse` takes without a word is refused. */
import { SettingsError } from './errors.ts';

/**
 * @param source the setting and the file's name, for the error.
 * @param advice what to do with a text that is not JSON. No part of the text is quoted: it may be personal.
 * @throws SettingsError where it is not JSON, or an object has a key twice: only the last would count.
 */
export function parseJsonFile(text: string, source: string, advice = ''): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new SettingsError(`${source}: expected JSON, got other text${advice}`, { cause: error });
  }
  const line = lineOfRepeatedKey(text);
  if (line > 0) throw new SettingsError(`${source}: line ${line}: a key stands there twice`);
  return value;
}

/**
 * Splits at the quotes, since k6 takes most of a microsecond for each character that a script looks at.
 * @param text valid JSON.
 * @returns counted from 1; 0 where no object has a key twice.
 */
function lineOfRepeatedKey(text: string): number {
  // Of the same length, so that places stay what they are; a quote within a text is none any more.
  const pieces = (text.includes('\\') ? text.replace(/\\[\s\S]/g, '__') : text).split('"');
  const open: Set<string>[] = [];
  let at = 0;
  for (let index = 0; index < pieces.length; index++) {
    const piece = pieces[index] ?? '';
    const isText = index % 2 === 1;
    if (isText && /^\s*:/.test(pieces[index + 1] ?? '')) {
      const key: string = JSON.parse(`"${text.slice(at, at + piece.length)}"`);
      const keys = open.at(-1);
      if (keys?.has(key)) return text.slice(0, at).split('\n').length;
      keys?.add(key);
    } else if (!isText) {
      for (const character of piece) {
        if (character === '{') open.push(new Set());
        else if (character === '}') open.pop();
      }
    }
    at += piece.length + 1;
  }
  return 0;
}
