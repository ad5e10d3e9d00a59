/** Reads a command line whose every flag is known. */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { messageOf } from '../lib/base/errors.ts';
import { usageError } from './errors.ts';

/**
 * @param explain a better text for what Node says of a wrong line; undefined: Node's first sentence.
 * @throws RunnerError in one line.
 */
export function readFlags<T extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: T,
  explain: (text: string) => string | undefined = () => undefined,
) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    const [text = ''] = messageOf(error).split(/\.\s/);
    throw usageError(`${explain(text) ?? text}; see --help`);
  }
}
