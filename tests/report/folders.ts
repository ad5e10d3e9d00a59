/** Folders of runs, made for a test. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { subfolder, temporaryFolder } from './chat-run.ts';
import { MadeRun } from './made-samples.ts';

export type FolderWith = (
  name: string,
  files: Readonly<Record<string, string | Buffer>>,
) => Promise<string>;

/** @returns what makes a folder with these files; they go when the tests of the file are over. */
export function madeFolders(): FolderWith {
  let scratch: Awaited<ReturnType<typeof temporaryFolder>> | undefined;
  before(async () => {
    scratch = await temporaryFolder();
  });
  after(() => scratch?.remove());
  return async (name, files) => {
    const folder = await subfolder(scratch?.path ?? '', name);
    for (const [file, content] of Object.entries(files)) {
      await writeFile(join(folder, file), content);
    }
    return folder;
  };
}

/** One session of ten seconds, sixteen answers. */
export function shortRun(): MadeRun {
  const run = new MadeRun(10_000).session(0, 9_000);
  for (let at = 0; at < 8_000; at += 500) run.answer(at, 50 + at / 100, 400 + at / 10);
  return run;
}
