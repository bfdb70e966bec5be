// Builds dist/: the command line, the worker, the validators of params, the editor schema, and the digests of stage code.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, transform } from 'esbuild';
import { fontPlugin } from './font.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const at = (...parts) => path.join(root, ...parts);
const sha = (text) => createHash('sha256').update(text).digest('hex');

// Loaded only when wanted; native or large, so they stay in node_modules. (docx and exceljs are bundled: of the many small files of
// exceljs, node needs four times as long as of one.)
const external = [
  '@resvg/resvg-js',
  'pdfkit',
  'read-excel-file',
  'read-excel-file/*',
  'ajv',
  'ajv/*',
  'hyparquet',
  'hyparquet-writer',
  'hyparquet-compressors',
  '@duckdb/node-api',
  'esbuild',
];

/** CommonJS packages inside an ES module bundle ask for node's built-ins through `require`. */
const banner = {
  js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
};

const define = { VERSION: JSON.stringify(JSON.parse(fs.readFileSync(at('package.json'), 'utf8')).version) };

/** Stands for the digest of the whole build until that is known. */
const BUILD = `build-${'0'.repeat(64)}`;

/** The file that node starts: one CommonJS file that loads `main.mjs` only when there is something to do. */
async function bundleStart(outdir) {
  const main = {
    name: 'main stays outside',
    setup: ({ onResolve }) =>
      void onResolve({ filter: /^\.\/main\.ts$/ }, () => ({ path: './main.mjs', external: true })),
  };
  await build({
    entryPoints: { ceteris: at('engine/start.ts') },
    outdir,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    plugins: [main],
    minifyWhitespace: true,
    minifySyntax: true,
    define: { ...define, BUILD: JSON.stringify(BUILD) },
    logLevel: 'warning',
  });
  fs.writeFileSync(path.join(outdir, 'package.json'), '{ "type": "commonjs" }\n');
}

/** The digest of all files of a build, put into the file that node starts. */
function sealBuild(outdir) {
  const files = fs.readdirSync(outdir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const lines = files.map((entry) => {
    const file = path.join(entry.parentPath ?? entry.path, entry.name);
    return `${path.relative(outdir, file)} ${sha(fs.readFileSync(file))}`;
  });
  const start = path.join(outdir, 'ceteris.js');
  fs.writeFileSync(start, fs.readFileSync(start, 'utf8').replaceAll(BUILD, sha(lines.sort().join('\n'))));
  fs.chmodSync(start, 0o755);
}

async function bundle(outdir) {
  const entries = {
    main: 'engine/main.ts',
    worker: 'engine/run/worker.ts',
    launcher: 'engine/run/launcher.ts',
    registry: 'stages/registry.ts',
    schema: 'engine/load/schema.ts',
    plugin: 'stages/plugin.ts',
  };
  await build({
    entryPoints: Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, at(file)])),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external,
    plugins: [fontPlugin],
    banner,
    minifyWhitespace: true,
    minifySyntax: true,
    chunkNames: 'chunks/[name]-[hash]',
    define,
    logLevel: 'warning',
  });
}

/**
 * Digest per stage type of its module and everything that it imports: our files without comments and spacing, packages by
 * name and locked version. A change of a kernel makes exactly the types stale whose code reaches it.
 */
async function codeDigests(types) {
  const lock = JSON.parse(fs.readFileSync(at('package-lock.json'), 'utf8')).packages;
  const versionOf = (name) => lock[`node_modules/${name}`]?.version ?? 'none';
  const digestOfFile = new Map();
  const normal = async (file) => {
    if (!digestOfFile.has(file)) {
      const { code } = await transform(fs.readFileSync(at(file), 'utf8'), {
        loader: 'ts',
        minifyWhitespace: true,
        legalComments: 'none',
      });
      digestOfFile.set(file, sha(code));
    }
    return digestOfFile.get(file);
  };
  const digests = {};
  for (const [type, file] of types) {
    const { metafile } = await build({
      entryPoints: [at(file)],
      bundle: true,
      write: false,
      metafile: true,
      format: 'esm',
      platform: 'node',
      packages: 'external',
      absWorkingDir: root,
      logLevel: 'silent',
    });
    const lines = [];
    for (const [input, { imports }] of Object.entries(metafile.inputs)) {
      lines.push(`${input} ${await normal(input)}`);
      for (const { path: name, external: outside } of imports)
        if (outside && !name.startsWith('node:')) {
          const parts = name.split('/');
          const pkg = name.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0];
          lines.push(`${pkg}@${versionOf(pkg)}`);
        }
    }
    digests[type] = sha([...new Set(lines)].sort().join('\n'));
  }
  return digests;
}

/** Packages that the program is made of, for locks and crates: in the bundle, or loaded from where they are installed. */
function packageList() {
  const { dependencies, optionalDependencies } = JSON.parse(fs.readFileSync(at('package.json'), 'utf8'));
  const lock = JSON.parse(fs.readFileSync(at('package-lock.json'), 'utf8')).packages;
  const names = Object.keys({ ...dependencies, ...optionalDependencies }).sort();
  const loaded = names.filter((name) => external.includes(name));
  const bundled = names.filter((name) => !external.includes(name));
  return { bundled: Object.fromEntries(bundled.map((n) => [n, lock[`node_modules/${n}`].version])), loaded };
}

/** A stage type `x` lives in stages/<family>/x.ts. */
function fileOfType(type) {
  const found = fs
    .readdirSync(at('stages'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !['kernels', 'columns', 'catalogue'].includes(entry.name))
    .map((entry) => `stages/${entry.name}/${type}.ts`)
    .filter((file) => fs.existsSync(at(file)));
  if (found.length !== 1)
    throw new Error(`stage type ${type}: expected one file stages/*/${type}.ts, found ${found.length}`);
  return found[0];
}

const started = performance.now();
const outdir = at('dist');
const fresh = at(`dist.${process.pid}.tmp`);
fs.rmSync(fresh, { recursive: true, force: true });
await Promise.all([bundle(fresh), bundleStart(fresh)]);
execFileSync(
  process.execPath,
  [at('node_modules/typescript/bin/tsc'), '-p', at('tsconfig.types.json'), '--outDir', path.join(fresh, 'types')],
  {
    stdio: 'inherit',
  },
);
const load = (name) => import(pathToFileURL(path.join(fresh, name)).href);
const { registry } = await load('registry.mjs');
const { validatorSource, pipelineSchema } = await load('schema.mjs');
const types = [...registry.types.keys()].map((type) => [type, fileOfType(type)]);
const digests = await codeDigests([
  ...types,
  ['#gather', 'stages/columns/present.ts'],
  ['#plugin', 'stages/plugin.ts'],
]);
fs.writeFileSync(path.join(fresh, 'code.json'), `${JSON.stringify(digests, null, 1)}\n`);
for (const lang of ['en', 'zh'])
  fs.writeFileSync(
    path.join(fresh, `schema.${lang}.json`),
    `${JSON.stringify(pipelineSchema(registry, lang), null, 1)}\n`,
  );
fs.writeFileSync(path.join(fresh, 'packages.json'), `${JSON.stringify(packageList(), null, 1)}\n`);
// where the pipelines of this repository say that their schema is; not in git, since it is made from the stage types
fs.copyFileSync(path.join(fresh, 'schema.en.json'), at('docs', 'pipeline.schema.json'));
const source = path.join(fresh, 'validators.source.mjs');
fs.writeFileSync(source, await validatorSource(registry));
await build({
  entryPoints: [source],
  outfile: path.join(fresh, 'validators.mjs'),
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  banner,
  minify: true,
  logLevel: 'warning',
});
fs.rmSync(source);
sealBuild(fresh);
// swapped in whole: a run that starts meanwhile sees the old build or the new one
const old = at(`dist.${process.pid}.old`);
if (fs.existsSync(outdir)) fs.renameSync(outdir, old);
fs.renameSync(fresh, outdir);
fs.rmSync(old, { recursive: true, force: true });
console.log(`built dist/ (${types.length} stage types) in ${Math.round(performance.now() - started)} ms`);
