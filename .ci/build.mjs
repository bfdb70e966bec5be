// Builds dist/: the program and what starts it, what plugins import, the editor schema, and the digests of stage code.
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

// Loaded only when wanted; native or large, so they stay in node_modules.
const external = [
  '@resvg/resvg-js',
  'pdfkit',
  'read-excel-file',
  'read-excel-file/*',
  'ajv',
  'ajv/*',
  '@duckdb/node-api',
  'esbuild',
];

/**
 * What few commands want, and of many small files, for which node needs four times as long as for one: each is a file in `packages/`,
 * with what is used of it. Half of exceljs reads and writes books as streams.
 */
const packages = {
  exceljs: "exports.Workbook = require('exceljs/lib/doc/workbook')",
  ...Object.fromEntries(
    ['chokidar', 'docx', 'fflate', 'hyparquet', 'hyparquet-compressors', 'hyparquet-writer', 'marked', 'yaml'].map(
      (name) => [name, `export * from '${name}'`],
    ),
  ),
};
/** As much code as a fifth of the program, for pipelines that are read anew. */
const VALIDATORS = 'validators';

/** Stands for the digest of the whole build until that is known. */
const BUILD = `build-${'0'.repeat(64)}`;

const settings = {
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'external',
  define: {
    VERSION: JSON.stringify(JSON.parse(fs.readFileSync(at('package.json'), 'utf8')).version),
    BUILD: JSON.stringify(BUILD),
  },
  logLevel: 'warning',
};

/** A built-in that is imported late is required late: `import()` would bring in node's loader of ES modules. */
const lateBuiltins = {
  name: 'late built-ins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:/ }, ({ kind, path: name }) =>
      kind === 'dynamic-import' ? { path: name, namespace: 'late' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'late' }, ({ path: name }) => ({
      contents: `module.exports = require(${JSON.stringify(name)})`,
    }));
  },
};

/** The files that node starts. They load `program.js` when there is something to do. */
async function bundleStarts(outdir) {
  const starts = {
    ceteris: 'engine/start.ts',
    worker: 'engine/worker-start.ts',
    launcher: 'engine/programs/launcher.ts',
  };
  const entryPoints = Object.fromEntries(Object.entries(starts).map(([name, file]) => [name, at(file)]));
  await build({ ...settings, entryPoints, outdir, plugins: [lateBuiltins] });
  fs.writeFileSync(path.join(outdir, 'package.json'), '{ "type": "commonjs" }\n');
}

/** The digest of all files of a build, put into the files that node starts. */
function sealBuild(outdir) {
  const files = fs.readdirSync(outdir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const lines = files.map((entry) => {
    const file = path.join(entry.parentPath ?? entry.path, entry.name);
    return `${path.relative(outdir, file)} ${sha(fs.readFileSync(file))}`;
  });
  const digest = sha(lines.sort().join('\n'));
  for (const name of ['ceteris.js', 'worker.js']) {
    const start = path.join(outdir, name);
    fs.writeFileSync(start, fs.readFileSync(start, 'utf8').replaceAll(BUILD, digest));
  }
  fs.chmodSync(path.join(outdir, 'ceteris.js'), 0o755);
}

/** A CommonJS module as a function of what such a module sees. */
const asFunction = {
  banner: { js: '(function (exports, require, module, __filename, __dirname) {' },
  footer: { js: '})' },
};

/** ASCII, which is read without decoding: esbuild sees to texts and leaves regular expressions. */
function escapeRest(file) {
  const escaped = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(/[^\0-\x7f]/g, escaped));
}

/** Packages are files of their own, also for one another. */
const apart = {
  name: 'packages apart',
  setup({ onResolve }) {
    const filter = new RegExp(`^(ceteris:${VALIDATORS}|${Object.keys(packages).join('|')})$`);
    onResolve({ filter }, ({ path: name, importer }) =>
      importer === '<stdin>' ? undefined : { path: `./packages/${name.replace('ceteris:', '')}.js`, external: true },
    );
  },
};

/** The program: one module, in which every `import()` of ours is a part that is made ready late, and every other a late `require`. */
async function bundleProgram(outdir) {
  const outfile = path.join(outdir, 'program.js');
  await build({
    ...settings,
    entryPoints: [at('engine/parts.ts')],
    outfile,
    external,
    plugins: [apart, fontPlugin(outdir)],
    supported: { 'dynamic-import': false },
    ...asFunction,
  });
  escapeRest(outfile);
}

/** @param validators source of the module that checks params */
async function bundlePackages(outdir, validators) {
  for (const [name, contents] of Object.entries({ ...packages, [VALIDATORS]: validators })) {
    const outfile = path.join(outdir, 'packages', `${name}.js`);
    await build({ ...settings, stdin: { contents, resolveDir: root }, outfile, plugins: [apart], ...asFunction });
    escapeRest(outfile);
  }
}

/** What plugins import: a module of its own, since it holds no state that it would have to share with the program. */
const bundlePlugin = (outdir) =>
  build({
    ...settings,
    entryPoints: [at('stages/plugin.ts')],
    outfile: path.join(outdir, 'plugin.mjs'),
    format: 'esm',
  });

/** The registry and the schemas of its types, of which the program's validators are made. */
async function loadSchemas() {
  const outfile = path.join(at('node_modules/.cache'), `ceteris-schemas-${process.pid}.cjs`);
  const contents = "export * from './stages/registry.ts'; export * from './engine/load/schema.ts';";
  const noFonts = { name: 'no fonts', setup: ({ onLoad }) => onLoad({ filter: /\.woff$/ }, () => ({ contents: '' })) };
  const stdin = { contents, resolveDir: root, loader: 'ts' };
  await build({ ...settings, stdin, outfile, packages: 'external', plugins: [noFonts], legalComments: 'none' });
  try {
    return await import(pathToFileURL(outfile).href);
  } finally {
    fs.rmSync(outfile, { force: true });
  }
}

const PARTS_OF_TEXT = new Set(['en', 'zh', 'help', 'doc']);
const isText = (value) =>
  typeof value?.en === 'string' &&
  typeof value.zh === 'string' &&
  Object.keys(value).every((key) => PARTS_OF_TEXT.has(key));

/** What stages see of a file that is nothing but a table of messages or words: help and pages they cannot print. */
async function printedTexts(file) {
  const { outputFiles } = await build({
    entryPoints: [at(file)],
    bundle: true,
    write: false,
    format: 'esm',
    logLevel: 'silent',
  });
  const tables = Object.entries(await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`));
  const isTable = (value) => typeof value === 'object' && Object.values(value).every(isText);
  if (tables.length === 0 || !tables.every(([, table]) => isTable(table))) return undefined;
  const texts = (table) => Object.entries(table).map(([name, { en, zh }]) => [name, en, zh]);
  return JSON.stringify(tables.map(([name, table]) => [name, texts(table)]));
}

/**
 * Digest per stage type of its module and everything that it imports: our files without comments and spacing, tables of messages
 * without their help and pages, packages by name and locked version. A change of a kernel makes exactly the types stale whose code reaches it.
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
      const texts = file.startsWith('stages/catalogue/') ? await printedTexts(file) : undefined;
      digestOfFile.set(file, sha(texts ?? code));
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
const { registry, validatorSource, pipelineSchema } = await loadSchemas();
await Promise.all([
  bundleStarts(fresh),
  bundleProgram(fresh),
  validatorSource(registry)
    .then((source) => transform(source, { minify: true }))
    .then(({ code }) => bundlePackages(fresh, code)),
  bundlePlugin(fresh),
]);
execFileSync(
  process.execPath,
  [at('node_modules/typescript/bin/tsc'), '-p', at('tsconfig.types.json'), '--outDir', path.join(fresh, 'types')],
  {
    stdio: 'inherit',
  },
);
const types = [...registry.types.keys()].map((type) => [type, fileOfType(type)]);
const digests = await codeDigests([
  ...types,
  ['#gather', 'stages/columns/gather-bytes.ts'],
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
fs.mkdirSync(at('docs'), { recursive: true });
fs.copyFileSync(path.join(fresh, 'schema.en.json'), at('docs', 'pipeline.schema.json'));
sealBuild(fresh);
// swapped in whole: a run that starts meanwhile sees the old build or the new one
const old = at(`dist.${process.pid}.old`);
if (fs.existsSync(outdir)) fs.renameSync(outdir, old);
fs.renameSync(fresh, outdir);
fs.rmSync(old, { recursive: true, force: true });
console.log(`built dist/ (${types.length} stage types) in ${Math.round(performance.now() - started)} ms`);
