/** The page's styles and script, in one piece each, as they are written into it. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';

/** In this order: a later sheet has the last word. */
const SHEETS = ['colours', 'page', 'figures', 'tables', 'charts', 'narrow', 'print'];
const here = dirname(fileURLToPath(import.meta.url));
const uplot = dirname(dirname(createRequire(import.meta.url).resolve('uplot')));

export interface PageAssets {
  readonly style: string;
  readonly script: string;
  /** Of the charting library that is in the script: it asks to be kept with every copy. */
  readonly licence: string;
}

let assets: Promise<PageAssets> | undefined;

/** Made once in a process: bundling takes some tens of milliseconds. */
export function pageAssets(): Promise<PageAssets> {
  assets ??= makeAssets();
  return assets;
}

async function makeAssets(): Promise<PageAssets> {
  const [bundle, sheets, chart, licence] = await Promise.all([
    build({
      entryPoints: [join(here, '..', 'browser', 'main.ts')],
      bundle: true,
      write: false,
      format: 'iife',
      target: 'es2022',
      minify: true,
      charset: 'utf8',
      logLevel: 'silent',
    }),
    Promise.all(SHEETS.map((name) => readFile(join(here, 'style', `${name}.css`), 'utf8'))),
    readFile(join(uplot, 'dist', 'uPlot.min.css'), 'utf8'),
    readFile(join(uplot, 'LICENSE'), 'utf8'),
  ]);
  const own = await transform(sheets.join('\n'), { loader: 'css', minify: true });
  return {
    style: `${chart}\n${own.code}`,
    // A script element ends at its end tag, wherever that stands.
    script: (bundle.outputFiles[0]?.text ?? '').replaceAll('</script', '<\\/script'),
    licence,
  };
}
