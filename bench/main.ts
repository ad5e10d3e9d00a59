/** The command: `npm run bench`. What it measures, and how to read it: bench/README.md. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { messageOf } from '../lib/base/errors.ts';
import { wrap } from '../lib/render/columns.ts';
import { readFlags } from '../runner/read-flags.ts';
import { accuracy } from './accuracy.ts';
import { longRun } from './long-run.ts';
import { type Load, type Measured, measure } from './measure.ts';
import { linesOf, tableOf } from './table.ts';
import { findPython, k6For, ROOT, VARIANTS, type Variant } from './variants.ts';

const HELP = `npm run bench -- [MODE] [flags]

  table       each client in turn, over several rounds: CPU of a frame, memory, CPU to open sockets
  accuracy    one engine's latencies against the server's own clock, and whether it trusts them
  long        one engine through the runner, for 20,000 answers: does its memory grow?

  --load NAME        of the table: speed, pace or sockets; all three unless named
  --sessions N,…     sessions at once                       (speed 20, pace and sockets 500)
  --variants A,B     the clients by name                    (all)
  --engine NAME      of accuracy and long: webcrypto or native                        (webcrypto)
  --speed N          of accuracy: N times the recorded pace                                   (1)
  --begin N          of accuracy: all sessions have begun within N seconds                   (10)
  --rounds N         of the table                                                             (3)
  --seconds N        the steady state of one measurement             (speed 10, pace and sockets 40)
  --answers N        of long                                                              (20000)
  --quick            one short round at full speed, within two minutes
  --json FILE        keeps every measurement

Variants:
${wrap(VARIANTS.map(({ name }) => name).join(', '), '  ').join('\n')}
`;

const LOADS = {
  speed: { sessions: 20, pace: 'full', settleMs: 2000, windowMs: 10_000 },
  pace: { sessions: 500, pace: 1, settleMs: 15_000, windowMs: 40_000 },
  sockets: { sessions: 500, pace: null, settleMs: 3000, windowMs: 2000 },
} satisfies Record<string, Load>;

const QUICK = { sessions: 10, pace: 'full', settleMs: 300, windowMs: 2000 } satisfies Load;

const SAID = {
  speed: 'at full speed',
  pace: 'at the recorded pace, in the steady state',
  sockets: 'sockets held, nothing asked',
  quick: 'at full speed, one short round: a hint, no measurement',
};

const { values, positionals } = commandLine();

function commandLine() {
  try {
    return readFlags(process.argv.slice(2), {
      load: { type: 'string' },
      sessions: { type: 'string' },
      variants: { type: 'string' },
      engine: { type: 'string', default: 'webcrypto' },
      speed: { type: 'string', default: '1' },
      begin: { type: 'string', default: '10' },
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string' },
      answers: { type: 'string', default: '20000' },
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    });
  } catch (error) {
    console.error(`bench: ${messageOf(error)}`);
    process.exit(2);
  }
}

function usage(text: string): never {
  console.error(`bench: ${text}; see npm run bench -- --help`);
  process.exit(2);
}

function toNumber(flag: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) usage(`--${flag}: expected a number above 0, got ${text}`);
  return value;
}

function sessionsAsked(): number[] {
  return (values.sessions?.split(',') ?? []).map((text) => toNumber('sessions', text));
}

function variantsAsked(): Variant[] {
  const names = values.variants?.split(',');
  const unknown = names?.find((name) => !VARIANTS.some((variant) => variant.name === name));
  if (unknown !== undefined) usage(`--variants: ${unknown} is none`);
  const asked = VARIANTS.filter(({ name }) => names?.includes(name) ?? true);
  if (findPython() !== undefined || !asked.some(({ kind }) => kind === 'asyncio')) return asked;
  console.log('asyncio is left out: no python3 with websockets 13 or later, and cryptography');
  return asked.filter(({ kind }) => kind !== 'asyncio');
}

/** crypto-js cannot keep the pace of so many, and its start is that of the others. */
function canDo({ engine }: Variant, load: string): boolean {
  return engine !== 'crypto-js' || load === 'speed' || load === 'quick';
}

async function prepare(variants: readonly Variant[]): Promise<void> {
  const run = (...args: string[]) =>
    execFileSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit' });
  run('build.mjs');
  if (variants.some(({ engine }) => engine === 'crypto-js')) {
    run('build.mjs', '--engine', 'crypto-js', '--outdir', 'dist/crypto-js');
  }
  await k6For('webcrypto');
  if (variants.some(({ engine }) => engine === 'native')) await k6For('native');
}

async function table(name: keyof typeof SAID, load: Load, rounds: number) {
  const variants = variantsAsked().filter((variant) => canDo(variant, name));
  const all = variants.map(({ name: variant }) => ({ variant, rounds: [] as Measured[] }));
  for (let round = 1; round <= rounds; round++) {
    for (const [at, variant] of variants.entries()) {
      all[at]?.rounds.push(await measure(variant, load));
      process.stderr.write('.');
    }
  }
  process.stderr.write('\n');
  const times = rounds === 1 ? '1 round' : `medians of ${rounds} rounds`;
  console.log(`${load.sessions} sessions ${SAID[name]}; ${times}, ${load.windowMs / 1000} s each`);
  const lines = linesOf(all);
  console.log(tableOf(lines));
  return { load: { name, ...load }, rounds: all, lines };
}

async function tables() {
  await prepare(variantsAsked());
  if (values.quick) return [await table('quick', QUICK, 1)];
  const made = [];
  for (const name of Object.keys(LOADS) as (keyof typeof LOADS)[]) {
    if (values.load !== undefined && values.load !== name) continue;
    const seconds = values.seconds === undefined ? null : toNumber('seconds', values.seconds);
    const usual: Load = LOADS[name];
    const [first = usual.sessions, ...more] = sessionsAsked();
    for (const sessions of [first, ...more]) {
      const windowMs = seconds === null ? usual.windowMs : seconds * 1000;
      made.push(
        await table(name, { ...usual, sessions, windowMs }, toNumber('rounds', values.rounds)),
      );
    }
  }
  return made;
}

async function main(): Promise<void> {
  if (values.help) return console.log(HELP.trimEnd());
  const [mode = 'table'] = positionals;
  const { engine } = values;
  if (engine !== 'webcrypto' && engine !== 'native') usage(`--engine: ${engine} is none`);
  if (values.load !== undefined && !(values.load in LOADS)) usage(`--load: ${values.load} is none`);
  const memory = Math.round(totalmem() / 2 ** 30);
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}, ${memory} GB`;
  const { GOGC = 'of the runner' } = process.env;
  console.log(`${new Date().toISOString()}, ${machine}, Node ${process.version}, GOGC ${GOGC}`);
  let made: unknown;
  if (mode === 'table') made = await tables();
  else if (mode === 'accuracy') {
    await prepare([{ name: engine, kind: 'k6', engine }]);
    const sessions = values.sessions === undefined ? [100, 500] : sessionsAsked();
    made = await accuracy(engine, sessions, {
      speed: toNumber('speed', values.speed),
      beginSeconds: toNumber('begin', values.begin),
    });
  } else if (mode === 'long') {
    await prepare([{ name: engine, kind: 'runner', engine }]);
    made = await longRun(engine, sessionsAsked()[0] ?? 20, toNumber('answers', values.answers));
  } else usage(`expected table, accuracy or long, got ${mode}`);
  if (values.json !== undefined) {
    writeFileSync(values.json, `${JSON.stringify({ at: new Date(), machine, made }, null, 2)}\n`);
  }
}

await main();
