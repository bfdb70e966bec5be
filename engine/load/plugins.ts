/**
 * Stage types of the user's own: TypeScript or JavaScript files named under `plugins:`. Each is bundled with all that it imports; the
 * digest of the bundle is the code in the keys of its stages, so that an edit of the file, or of one that it imports, re-runs them.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Message, Metafile } from 'esbuild';
import { digestOf } from '../../cache/digest.ts';
import type { AnyStageType } from '../../stages/contract.ts';
import { type Diagnostic, type Place, type SourceFile, sourceFile } from '../diagnostic/diagnostic.ts';
import { oddIn, stageTypesIn } from './plugin-types.ts';
import { displayName } from './source.ts';
import { surroundingsOf } from './surroundings.ts';

export interface PluginFile {
  readonly path: string;
  /** its path in the YAML */
  readonly at: Place;
}

export interface PluginOptions {
  readonly cwd: string;
  /** URL of the module that `import … from 'ceteris'` gives */
  readonly api: string;
  /** digest of that module's code */
  readonly apiCode: string;
  readonly importModule: (url: string) => Promise<object>;
  /** names of types that are there already */
  readonly taken: ReadonlySet<string>;
}

export interface Plugins {
  readonly types: readonly AnyStageType[];
  /** all files that take part, for watching and for keys */
  readonly sources: readonly SourceFile[];
  /** paths that decide which files take part, of files that there are and are not */
  readonly around: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

const unchanged = new Map<string, { readonly digest: string; readonly module: Promise<object> }>();

export async function loadPlugins(files: readonly PluginFile[], options: PluginOptions): Promise<Plugins> {
  const types = new Map<string, AnyStageType>();
  const sources = new Map<string, SourceFile>();
  const around = new Set<string>();
  const diagnostics: Diagnostic[] = [];
  for (const file of files) {
    const loaded = await loadPlugin(file, options);
    for (const path of loaded.around) around.add(path);
    for (const source of loaded.sources) sources.set(source.path, source);
    diagnostics.push(...loaded.diagnostics);
    for (const type of loaded.types) {
      if (options.taken.has(type.type) || types.has(type.type))
        diagnostics.push(say('CE1313', { name: type.type, file: displayName(file.path, options.cwd) }, file.at));
      else types.set(type.type, type);
    }
  }
  return { types: [...types.values()], sources: [...sources.values()], around: [...around], diagnostics };
}

async function loadPlugin(file: PluginFile, options: PluginOptions): Promise<Plugins> {
  const name = displayName(file.path, options.cwd);
  const built = await bundle(file, options);
  const none = { types: [], sources: built.sources, around: [] };
  if (!built.ok) return { ...none, diagnostics: built.diagnostics };
  const digest = digestOf(`${options.apiCode}\n${built.code}`);
  let found = unchanged.get(file.path);
  if (found?.digest !== digest) {
    const url = `data:text/javascript;base64,${Buffer.from(built.code + built.map).toString('base64')}`;
    found = { digest, module: options.importModule(url).then((module) => ({ url, ...module })) };
    unchanged.set(file.path, found);
  }
  let module: object;
  try {
    module = await found.module;
  } catch (thrown) {
    const said = thrown instanceof Error ? thrown.message : String(thrown);
    return { ...none, diagnostics: [say('CE1315', { file: name, said }, file.at)] };
  }
  const types = stageTypesIn(module);
  if (types.length === 0) return { ...none, diagnostics: [say('CE1312', { file: name }, file.at)] };
  const { url } = module as { readonly url: string };
  const odd = types.flatMap((type) => {
    const detail = oddIn(type);
    return detail === undefined ? [] : [say('CE1314', { file: name, name: type.type, detail }, file.at)];
  });
  if (odd.length > 0) return { ...none, diagnostics: odd };
  const { sources, around } = built;
  const origin = { code: digest, module: url, files: sources.map((s) => s.path) };
  return { types: types.map((type) => ({ ...type, origin })), sources, around, diagnostics: [] };
}

type Built = { readonly sources: readonly SourceFile[] } & (
  | { readonly ok: true; readonly code: string; readonly map: string; readonly around: readonly string[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] }
);

async function bundle(file: PluginFile, { api, cwd }: PluginOptions): Promise<Built> {
  const { build } = await import('esbuild');
  const folder = path.dirname(file.path);
  const own = sourceOf(file.path, cwd);
  const self = own === undefined ? [] : [own];
  if (own === undefined)
    return { ok: false, sources: [], diagnostics: [say('CE1310', { file: displayName(file.path, cwd) }, file.at)] };
  try {
    const { outputFiles, metafile } = await build({
      entryPoints: [file.path],
      absWorkingDir: folder,
      bundle: true,
      write: false,
      metafile: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      minifyWhitespace: true,
      legalComments: 'none',
      sourcemap: 'external',
      sourcesContent: false,
      outfile: path.join(folder, 'plugin.mjs'),
      logLevel: 'silent',
      plugins: [
        {
          name: 'ceteris',
          setup: ({ onResolve }) => onResolve({ filter: /^ceteris$/ }, () => ({ path: api, external: true })),
        },
      ],
    });
    const text = (ending: string): string => outputFiles.find((f) => f.path.endsWith(ending))?.text ?? '';
    const map = Buffer.from(text('.map')).toString('base64');
    return {
      ok: true,
      code: text('.mjs'),
      map: `\n//# sourceMappingURL=data:application/json;base64,${map}`,
      sources: sourcesOf(metafile, folder, cwd),
      around: surroundingsOf(metafile, folder),
    };
  } catch (thrown) {
    const errors = (thrown as { readonly errors?: readonly Message[] }).errors;
    if (errors === undefined) throw thrown;
    return { ok: false, sources: self, diagnostics: errors.map((e) => compileFault(e, file, folder, cwd)) };
  }
}

const sourcesOf = (metafile: Metafile, folder: string, cwd: string): SourceFile[] =>
  Object.keys(metafile.inputs).flatMap((input) => sourceOf(path.resolve(folder, input), cwd) ?? []);

function sourceOf(file: string, cwd: string): SourceFile | undefined {
  try {
    return sourceFile(file, displayName(file, cwd), readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** An error of the compiler, at its place in the plugin. Its columns count bytes. */
function compileFault({ text, location }: Message, file: PluginFile, folder: string, cwd: string): Diagnostic {
  const source = location === null ? undefined : sourceOf(path.resolve(folder, location.file), cwd);
  const lineStart = source?.lineStarts[(location?.line ?? 1) - 1];
  if (source === undefined || location === null || lineStart === undefined)
    return say('CE1311', { file: displayName(file.path, cwd), said: text }, file.at);
  const before = Buffer.from(location.lineText).subarray(0, location.column).toString().length;
  const start = lineStart + before;
  return say('CE1311', { file: source.name, said: text }, { source, start, end: start + Math.max(1, location.length) });
}

const say = (code: Diagnostic['code'], args: Diagnostic['args'], at: Place): Diagnostic => ({
  code,
  severity: 'error',
  args,
  at,
});
