/** The command `npm run deploy`, as the tests of this folder call it. */
import { parseAllDocuments } from 'yaml';
import { deployCommand } from '../../runner/deploy/deploy-command.ts';
import { RunnerError } from '../../runner/errors.ts';
import { ROOT } from '../k6/run-k6.ts';
import { Written } from '../runner/scratch.ts';

/** A manifest as a test reads it. */
// biome-ignore lint/suspicious/noExplicitAny: as YAML has it.
export type Read = any;

export interface Deployed {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly manifests: readonly Read[];
}

interface Watching {
  /** Of Ctrl-C. */
  readonly signal?: AbortSignal;
  /** Gets each line of stderr. */
  readonly said?: (line: string) => void;
}

const LOOK_MS = 50;

/** @param settings the only ones in force. */
export async function deploy(
  args: readonly string[],
  settings: Readonly<Record<string, string>>,
  { signal = new AbortController().signal, said = () => {} }: Watching = {},
): Promise<Deployed> {
  const [out, written] = [new Written(), new Written()];
  const err = {
    write: (text: string) => {
      written.write(text);
      said(text);
    },
  };
  const { HOME, PATH, CHAT_K6_CACHE } = process.env;
  const env = { HOME, PATH, ...(CHAT_K6_CACHE ? { CHAT_K6_CACHE } : {}), ...settings };
  const interrupts = { first: signal, second: signal, close: () => {} };
  const code = await deployCommand(args, {
    root: ROOT,
    env,
    interrupts,
    lookMs: LOOK_MS,
    out,
    err,
  }).catch((error: unknown) => {
    if (!(error instanceof RunnerError)) throw error;
    err.write(error.message);
    return error.exitCode;
  });
  const manifests = parseAllDocuments(out.text).map((document) => document.toJS());
  return { code, out: out.text, err: written.text, manifests };
}

export function ofKind(manifests: readonly Read[], kind: string): Read {
  return manifests.find((manifest) => manifest.kind === kind);
}
