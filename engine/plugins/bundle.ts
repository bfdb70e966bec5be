/** The code of a plugin: one module of the file and all that it imports. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Message, Metafile, Plugin } from 'esbuild';
import { type Diagnostic, type Place, type SourceFile, sourceFile } from '../diagnostic/diagnostic.ts';
import { displayName } from '../yaml/source.ts';
import { type Import, surroundingsOf } from './surroundings.ts';

export interface PluginFile {
  readonly path: string;
  /** its path in the YAML */
  readonly at: Place;
}

export type Built = {
  readonly sources: readonly SourceFile[];
  /** absolute paths that decide which these are, of files that there are and are not */
  readonly around: readonly string[];
} & (
  | { readonly ok: true; readonly code: string; readonly map: string }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] }
);

interface BundleOptions {
  readonly cwd: string;
  /** URL of the module that `import … from 'ceteris'` gives */
  readonly api: string;
}

/** Takes note of what the compiler reads and imports. */
const takingNote = ({
  api,
  cwd,
  read,
  imports,
}: BundleOptions & { readonly read: Map<string, SourceFile>; readonly imports: Import[] }): Plugin => ({
  name: 'ceteris',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^ceteris$/ }, () => ({ path: api, external: true }));
    onResolve({ filter: /.*/ }, ({ path, importer, namespace }) => {
      if (namespace === 'file' && importer !== '') imports.push({ importer, name: path });
      return undefined; // the compiler knows where it leads
    });
    onLoad({ filter: /.*/, namespace: 'file' }, ({ path }) => {
      const bytes = bytesOf(path);
      if (bytes === undefined) return undefined; // the compiler says why
      read.set(path, sourceIn(bytes, path, cwd));
      return { contents: bytes, loader: 'default' };
    });
  },
});

export async function bundle(file: PluginFile, { api, cwd }: BundleOptions): Promise<Built> {
  const { build } = await import('esbuild');
  const folder = path.dirname(file.path);
  // what the module is made of, and not what stands there by the time that it is made
  const read = new Map<string, SourceFile>();
  const imports: Import[] = [];
  const own = sourceOf(file.path, cwd);
  if (own === undefined) {
    const missing = say('CE1310', { file: displayName(file.path, cwd) }, file.at);
    return { ok: false, sources: [], around: [file.path], diagnostics: [missing] };
  }
  const around = (): readonly string[] => surroundingsOf(new Set([file.path, ...read.keys()]), imports);
  try {
    const { outputFiles, metafile } = await explained(() =>
      build({
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
        plugins: [takingNote({ api, cwd, read, imports })],
      }),
    );
    const text = (ending: string): string => outputFiles.find((f) => f.path.endsWith(ending))?.text ?? '';
    const map = Buffer.from(text('.map')).toString('base64');
    return {
      ok: true,
      code: text('.mjs'),
      map: `\n//# sourceMappingURL=data:application/json;base64,${map}`,
      sources: inOrder(own, metafile, folder, read),
      around: around(),
    };
  } catch (thrown) {
    const errors = (thrown as { readonly errors?: readonly Message[] }).errors;
    if (errors === undefined) throw thrown;
    return {
      ok: false,
      sources: [...read.values(), own],
      around: around(),
      diagnostics: errors.map((e) => compileFault(e, file, folder, cwd)),
    };
  }
}

/** The compiler is another process. When that cannot be started esbuild stumbles, and why is thrown after it where nobody catches it. */
async function explained<T>(work: () => Promise<T>): Promise<T> {
  let cause: unknown;
  const hear = (thrown: unknown): void => {
    cause ??= thrown;
  };
  process.on('uncaughtException', hear);
  try {
    const done = await work();
    if (cause !== undefined) throw cause; // it was of something else, and is not to be lost
    return done;
  } catch (thrown) {
    await setImmediate();
    throw cause ?? thrown;
  } finally {
    process.off('uncaughtException', hear);
  }
}

/** The file as it is named, which may be a link to another, then all that were read, in an order that is always the same. */
const inOrder = (
  own: SourceFile,
  { inputs }: Metafile,
  folder: string,
  read: ReadonlyMap<string, SourceFile>,
): readonly SourceFile[] => {
  const found = Object.keys(inputs).flatMap((input) => read.get(path.resolve(folder, input)) ?? []);
  return found.some((source) => source.path === own.path) ? found : [own, ...found];
};

function bytesOf(file: string): Uint8Array | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

const sourceIn = (bytes: Uint8Array, file: string, cwd: string): SourceFile =>
  sourceFile(file, displayName(file, cwd), new TextDecoder().decode(bytes));

function sourceOf(file: string, cwd: string): SourceFile | undefined {
  const bytes = bytesOf(file);
  return bytes && sourceIn(bytes, file, cwd);
}

/** An error of the compiler, at its place in the plugin. Its columns count bytes. */
function compileFault({ text, location }: Message, file: PluginFile, folder: string, cwd: string): Diagnostic {
  const missing = /^Could not resolve "(.+)"$/.exec(text)?.[1];
  const source = location === null ? undefined : sourceOf(path.resolve(folder, location.file), cwd);
  const lineStart = source?.lineStarts[(location?.line ?? 1) - 1];
  if (source === undefined || location === null || lineStart === undefined)
    return say('CE1311', { file: displayName(file.path, cwd), said: text }, file.at);
  const before = Buffer.from(location.lineText).subarray(0, location.column).toString().length;
  const start = lineStart + before;
  const at = { source, start, end: start + Math.max(1, location.length) };
  return missing === undefined
    ? say('CE1311', { file: source.name, said: text }, at)
    : say('CE1316', { file: source.name, name: missing }, at);
}

/** A fault of a plugin. */
export const say = (code: Diagnostic['code'], args: Diagnostic['args'], at: Place): Diagnostic => ({
  code,
  severity: 'error',
  args,
  at,
});
