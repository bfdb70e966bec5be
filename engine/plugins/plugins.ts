/**
 * Stage types of the user's own: TypeScript or JavaScript files named under `plugins:`. Each is bundled with all that it imports; the
 * digest of the bundle is the code in the keys of its stages, so that an edit of the file, or of one that it imports, re-runs them.
 */
import path from 'node:path';
import { type Digest, digestOf } from '../../cache/digest.ts';
import type { AnyStageType } from '../../stages/contract.ts';
import type { Diagnostic, Place, SourceFile } from '../diagnostic/diagnostic.ts';
import { pluginPlace, withFileNames } from '../diagnostic/thrown.ts';
import { displayName } from '../yaml/source.ts';
import { bundle, type PluginFile, say } from './bundle.ts';
import { oddIn, stageTypesIn } from './plugin-types.ts';

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

/** The code of one plugin, as it can be kept. */
export interface Bundle {
  readonly path: string;
  /** of its code and of what it is given */
  readonly digest: Digest;
  /** where what it is given lies */
  readonly api: string;
  /** a module, with the map to its sources */
  readonly module: string;
  /** what it was made of, absolute paths */
  readonly files: readonly string[];
}

/** What plugins bring to a pipeline beside their types. */
export interface PluginCode {
  /** all files that take part, for watching and for keys */
  readonly sources: readonly SourceFile[];
  /** paths that decide which files take part, of files that there are and are not */
  readonly around: readonly string[];
  readonly bundles: readonly Bundle[];
}

export interface Plugins extends PluginCode {
  readonly types: readonly AnyStageType[];
  readonly diagnostics: readonly Diagnostic[];
}

const unchanged = new Map<string, { readonly digest: Digest; readonly module: Promise<object> }>();

export async function loadPlugins(files: readonly PluginFile[], options: PluginOptions): Promise<Plugins> {
  const types = new Map<string, AnyStageType>();
  const sources = new Map<string, SourceFile>();
  const around = new Set<string>();
  const bundles: Bundle[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const file of files) {
    const loaded = await loadPlugin(file, options);
    for (const one of loaded.around) around.add(one);
    for (const source of loaded.sources) sources.set(source.path, source);
    bundles.push(...loaded.bundles);
    diagnostics.push(...loaded.diagnostics);
    for (const type of loaded.types) {
      if (options.taken.has(type.type) || types.has(type.type))
        diagnostics.push(say('CE1313', { name: type.type, file: displayName(file.path, options.cwd) }, file.at));
      else types.set(type.type, type);
    }
  }
  return {
    types: [...types.values()],
    sources: [...sources.values()],
    around: [...around],
    bundles,
    diagnostics,
  };
}

/** The types of plugins that were bundled before, whose files are still what they were. */
export async function typesOf(
  bundles: readonly Bundle[],
  importModule: PluginOptions['importModule'],
): Promise<readonly AnyStageType[]> {
  const found = await Promise.all(bundles.map(async (one) => typesIn(one, await imported(one, importModule))));
  return found.flat();
}

async function loadPlugin(file: PluginFile, options: PluginOptions): Promise<Plugins> {
  const name = displayName(file.path, options.cwd);
  const built = await bundle(file, options);
  const none = { types: [], sources: built.sources, around: built.around, bundles: [] };
  if (!built.ok) return { ...none, diagnostics: built.diagnostics };
  const { code, map, sources, around } = built;
  const { api, apiCode } = options;
  // where this program lies is no part of the code
  const digest = digestOf(`${apiCode}\n${code.replaceAll(JSON.stringify(api), '"ceteris"')}`);
  const one: Bundle = { path: file.path, digest, api, module: code + map, files: sources.map((s) => s.path) };
  let module: object;
  try {
    module = await imported(one, options.importModule);
  } catch (thrown) {
    const said = withFileNames(thrown instanceof Error ? thrown.message : String(thrown));
    return { ...none, diagnostics: [say('CE1315', { file: name, said }, placeOf(thrown, file, sources))] };
  }
  const types = typesIn(one, module);
  if (types.length === 0) return { ...none, diagnostics: [say('CE1312', { file: name }, file.at)] };
  const odd = types.flatMap((type) => {
    const detail = oddIn(type);
    return detail === undefined ? [] : [say('CE1314', { file: name, name: type.type, detail }, file.at)];
  });
  if (odd.length > 0) return { ...none, diagnostics: odd };
  return { types, sources, around, bundles: [one], diagnostics: [] };
}

/** Where in the plugin it was thrown, or where the YAML names it. */
function placeOf(thrown: unknown, file: PluginFile, sources: readonly SourceFile[]): Place {
  const place = thrown instanceof Error ? pluginPlace(thrown) : undefined;
  const source = place && sources.find((s) => s.path === path.resolve(path.dirname(file.path), place.file));
  const lineStart = place && source?.lineStarts[place.line - 1];
  if (place === undefined || source === undefined || lineStart === undefined) return file.at;
  const start = lineStart + place.column - 1;
  return { source, start, end: start + 1 };
}

const urlOf = ({ module }: Bundle): string => `data:text/javascript;base64,${Buffer.from(module).toString('base64')}`;

const typesIn = (one: Bundle, module: object): readonly AnyStageType[] => {
  const origin = { code: one.digest, module: urlOf(one), files: one.files };
  return stageTypesIn(module).map((type) => ({ ...type, origin }));
};

function imported(one: Bundle, importModule: PluginOptions['importModule']): Promise<object> {
  let found = unchanged.get(one.path);
  if (found?.digest !== one.digest) {
    found = { digest: one.digest, module: importModule(urlOf(one)) };
    unchanged.set(one.path, found);
  }
  return found.module;
}
