/** Which suites can be run: what a suite needs follows from the modules that it imports. */
import { build } from 'esbuild';
import type { Program } from './programs.ts';

export interface Suites {
  /** The files that can be run. */
  readonly suites: readonly string[];
  /** The files that cannot, and the programs that they lack. */
  readonly without: ReadonlyMap<string, readonly Program[]>;
}

/** @param files relative to the root, as the programs' modules are. */
export async function suitesHere(
  root: string,
  files: readonly string[],
  missing: readonly Program[],
): Promise<Suites> {
  const without = new Map<string, readonly Program[]>();
  if (missing.length === 0) return { suites: files, without };
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [...files],
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    outdir: 'nowhere',
    write: false,
    metafile: true,
  });
  for (const { entryPoint = '', inputs } of Object.values(metafile.outputs)) {
    const lacks = missing.filter(({ startedBy }) => startedBy in inputs);
    if (lacks.length > 0) without.set(entryPoint, lacks);
  }
  return { suites: files.filter((file) => !without.has(file)), without };
}
