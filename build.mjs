// Bundles every scenarios/*.ts for k6.
//   node build.mjs                       dist/*.js for k6 as it is, dist/native/*.js for native/'s k6
//   node build.mjs --engine webcrypto    dist/*.js alone: k6's own WebSocket and WebCrypto
//   node build.mjs --engine crypto-js    dist/*.js with the reference cipher (slow)
//   node build.mjs --engine native       dist/native/*.js alone: k6/x/nuc (native/README.md)
//   node build.mjs --readable            not minified: for who wants to read a bundle
import { readdir, rm } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const esbuild = await import('esbuild').catch(() => {
  console.error(
    'build: esbuild is not installed; all packages are for development: npm ci --include=dev',
  );
  process.exit(1);
});

const ENGINES = ['webcrypto', 'crypto-js', 'native'];

const { values } = parseArgs({
  options: {
    engine: { type: 'string' },
    outdir: { type: 'string' },
    readable: { type: 'boolean', default: false },
  },
});
const { engine, outdir, readable } = values;
if (engine !== undefined && !ENGINES.includes(engine)) {
  console.error(`--engine: expected webcrypto, crypto-js or native, got ${engine}`);
  process.exit(2);
}

if (engine === undefined) {
  await bundle('webcrypto', outdir ?? 'dist');
  await bundle('native', join(outdir ?? 'dist', 'native'));
} else {
  await bundle(engine, outdir ?? (engine === 'native' ? 'dist/native' : 'dist'));
}

/**
 * @param {string} engineName
 * @param {string} folder is emptied first.
 */
async function bundle(engineName, folder) {
  /** @type {import('esbuild').BuildOptions} */
  const common = {
    bundle: true,
    platform: 'neutral',
    target: 'es2022',
    mainFields: ['module', 'main'],
    // package.json maps #chat, #envelope and #cipher by this condition: one engine is in a bundle.
    conditions: engineName === 'webcrypto' ? [] : [engineName],
    // k6 provides its own modules. crypto-js asks for Node's crypto only where no Web Crypto is.
    external: ['k6', 'k6/*', 'crypto'],
    // k6 reads the source map, so that a stack trace names this project's files and lines all the same.
    minify: !readable,
    charset: 'utf8',
    logLevel: 'warning',
  };

  /**
   * A file that is asked for by `require` becomes one CommonJS function within the bundle, evaluated
   * when it is called. esbuild by itself would put its functions at the bundle's top, and every virtual
   * user would pay for each of them. With `?anew` behind its name it is a function that evaluates the file
   * each time it is called: nothing of it stays longer than what it gave is used. It imports no k6 module.
   * @type {import('esbuild').Plugin}
   */
  const evaluatedWhenRequired = {
    name: 'evaluated-when-required',
    setup(build) {
      build.onResolve({ filter: /\.ts(\?anew)?$/ }, ({ kind, path, resolveDir }) => {
        if (kind !== 'require-call') return null;
        // The bundle holds this path: from the project's folder, so that it is the same everywhere.
        const file = relative('.', resolve(resolveDir, path)).replaceAll('\\', '/');
        return { path: file, namespace: 'required' };
      });
      build.onLoad({ filter: /./, namespace: 'required' }, async ({ path }) => {
        const [file = '', isAnew] = path.split('?');
        const part = await esbuild.build({
          ...common,
          entryPoints: [file],
          format: 'esm',
          write: false,
          sourcemap: 'inline',
          plugins: [evaluatedWhenRequired],
          banner: { js: isAnew ? 'module.exports = () => {' : '' },
        });
        const code = part.outputFiles[0]?.text ?? '';
        const contents = isAnew
          ? withCommonExports(code, 'return', '}')
          : withCommonExports(code, 'module.exports =', '');
        return { contents, loader: 'js' };
      });
    },
  };

  const scenarios = (await readdir('scenarios')).filter((name) => name.endsWith('.ts'));
  await rm(folder, { recursive: true, force: true });
  await esbuild.build({
    ...common,
    entryPoints: scenarios.map((name) => `scenarios/${name}`),
    outdir: folder,
    format: 'esm',
    sourcemap: 'linked',
    plugins: [evaluatedWhenRequired],
  });
}

/**
 * Gives on what the one `export` statement at the end of a bundled part has. esbuild's own CommonJS format
 * brings helpers that every virtual user would pay for: functions, and a getter for each name.
 * @param {string} code
 * @param {string} giveOn what stands before the object of exports.
 * @param {string} end what stands behind it.
 */
function withCommonExports(code, giveOn, end) {
  const [statement, names = ''] = /export\s*\{([^{}]*)\};?(?=\s*(?:\/\/#.*\s*)?$)/.exec(code) ?? [];
  if (statement === undefined) throw new Error('a part that is required exports nothing');
  const pairs = names.split(',').map((name) => {
    const [own, told = own] = name.trim().split(/\s+as\s+/);
    return `${told}: ${own}`;
  });
  return code.replace(statement, () => `${giveOn} { ${pairs.join(', ')} };${end}`);
}
