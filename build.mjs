// Bundles every scenarios/*.ts into dist/*.js for k6.
//   node build.mjs                      the engine that runs under load: WebCrypto
//   node build.mjs --cipher crypto-js   the reference cipher instead (slow; see the README)
import { readdir, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

const esbuild = await import('esbuild').catch(() => {
  console.error(
    'build: esbuild is not installed; all packages are for development: npm ci --include=dev',
  );
  process.exit(1);
});

const { values } = parseArgs({
  options: {
    cipher: { type: 'string', default: 'webcrypto' },
    outdir: { type: 'string', default: 'dist' },
  },
});
if (values.cipher !== 'webcrypto' && values.cipher !== 'crypto-js') {
  console.error(`--cipher: expected webcrypto or crypto-js, got ${values.cipher}`);
  process.exit(2);
}

/** @type {import('esbuild').BuildOptions} */
const common = {
  bundle: true,
  platform: 'neutral',
  target: 'es2022',
  mainFields: ['module', 'main'],
  // package.json maps #cipher by this condition; 'crypto-js' never enters the default bundle.
  conditions: values.cipher === 'crypto-js' ? ['crypto-js'] : [],
  // k6 provides its own modules. crypto-js asks for Node's crypto only where no Web Crypto is.
  external: ['k6', 'k6/*', 'crypto'],
  // Not minified: it saves no memory in k6, and a stack trace stays readable.
  minify: false,
  charset: 'utf8',
  logLevel: 'warning',
};

/**
 * A file that is asked for by `require` becomes one CommonJS function within the bundle, evaluated
 * when it is called. esbuild by itself would put its functions at the bundle's top, and every virtual
 * user would pay for each of them.
 * @type {import('esbuild').Plugin}
 */
const evaluatedWhenRequired = {
  name: 'evaluated-when-required',
  setup(build) {
    build.onResolve({ filter: /\.ts$/ }, ({ kind, path, resolveDir }) =>
      kind === 'require-call' ? { path: resolve(resolveDir, path), namespace: 'required' } : null,
    );
    build.onLoad({ filter: /./, namespace: 'required' }, async ({ path }) => {
      const part = await esbuild.build({
        ...common,
        entryPoints: [path],
        format: 'cjs',
        write: false,
        sourcemap: 'inline',
      });
      return { contents: part.outputFiles[0]?.text ?? '', loader: 'js' };
    });
  },
};

const scenarios = (await readdir('scenarios')).filter((name) => name.endsWith('.ts'));
await rm(values.outdir, { recursive: true, force: true });
await esbuild.build({
  ...common,
  entryPoints: scenarios.map((name) => `scenarios/${name}`),
  outdir: values.outdir,
  format: 'esm',
  sourcemap: 'linked',
  plugins: [evaluatedWhenRequired],
});
