/**
 * A kubectl that plays a cluster from a list of what is seen, one look after the other: no cluster was at
 * hand. It notes every command with what it got on stdin.
 */
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What is seen at one look. */
export interface Look {
  /** Of the TestRun; null: it is not there. */
  readonly stage: string | null;
  /** The cluster does not answer. */
  readonly isAway?: boolean;
  /** Of the operator's pods. */
  readonly pods?: readonly unknown[];
}

export interface Cluster {
  readonly looks: readonly Look[];
  /** Of the merge's container. */
  readonly mergeExit: number;
  /** The folder that stands for the merged results. */
  readonly merged: string;
}

export interface Called {
  readonly args: readonly string[];
  readonly input: string;
}

/** @returns a function that tells what was called. */
export async function standInKubectl(folder: string, cluster: Cluster) {
  const [state, notes] = [join(folder, 'state.json'), join(folder, 'notes')];
  await writeFile(state, JSON.stringify(cluster));
  await writeFile(notes, '');
  const path = join(folder, 'kubectl');
  await writeFile(path, `#!${process.execPath}\n(${play})(${JSON.stringify({ state, notes })});\n`);
  await chmod(path, 0o755);
  return async (): Promise<Called[]> =>
    (await readFile(notes, 'utf8'))
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
}

/** Runs in the process of its own; its text is the program. */
const play = `({ state, notes }) => {
  const fs = require('node:fs');
  const args = process.argv.slice(2);
  const call = args.join(' ');
  const input = args.includes('apply') ? fs.readFileSync(0, 'utf8') : '';
  fs.appendFileSync(notes, JSON.stringify({ args, input }) + '\\n');
  const { looks, mergeExit, merged } = JSON.parse(fs.readFileSync(state, 'utf8'));
  const say = (object) => console.log(JSON.stringify(object));
  const seen = () => looks.length > 1 && fs.writeFileSync(state, JSON.stringify({ looks: looks.slice(1), mergeExit, merged }));
  if (/get testrun /.test(call) && looks[0].isAway) {
    seen();
    console.error('Unable to connect to the server');
    process.exit(1);
  } else if (/get testrun /.test(call)) {
    const { stage } = looks[0];
    if (stage !== null) say({ status: { stage } });
  } else if (/get pods -l k6_cr=/.test(call)) {
    say({ items: looks[0].pods ?? [] });
    seen();
  } else if (/get pods -l job-name=/.test(call)) {
    const isLetGo = / patch | patch/.test(fs.readFileSync(notes, 'utf8').replaceAll('","', ' '));
    const state = isLetGo ? { terminated: { exitCode: mergeExit } } : { waiting: {} };
    say({ items: [{ metadata: { name: 'm' }, status: { containerStatuses: [{ state }] } }] });
  } else if (/logs job\\/\\S+-merge/.test(call)) {
    console.log('what merge printed');
  } else if (/logs job\\/\\S+-initializer/.test(call)) {
    console.log('PROFILE: expected another one');
  } else if (/ exec | tar /.test(call)) {
    const { spawnSync } = require('node:child_process');
    const from = args[args.indexOf('-C') + 1];
    if (!from.endsWith('/merged')) process.exit(1);
    process.exit(spawnSync('tar', ['-cf', '-', '-C', merged, '.'], { stdio: ['ignore', 'inherit', 'inherit'] }).status);
  }
}`;
