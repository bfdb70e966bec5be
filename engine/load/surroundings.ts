/**
 * What decides, beside the files that a bundle is made of, which files its imports stand for: a file that is not there and would be
 * taken first if it were, and the settings of the folders above. While none of these comes, goes or changes, neither does the bundle.
 */
import path from 'node:path';
import type { Metafile } from 'esbuild';

/** What may be added to a path that an import gives. */
const ENDINGS = ['.tsx', '.ts', '.jsx', '.js', '.css', '.json', '.mts', '.cts', '.mjs', '.cjs'];
const SETTINGS = ['package.json', 'tsconfig.json', 'jsconfig.json'];

/** @param folder to which the metafile's paths are relative @returns absolute paths, of files that there are and are not */
export function surroundingsOf({ inputs }: Metafile, folder: string): readonly string[] {
  const found = new Set<string>();
  const own = new Set(Object.keys(inputs).map((input) => path.resolve(folder, input)));
  for (const [input, { imports }] of Object.entries(inputs)) {
    const importer = path.dirname(path.resolve(folder, input));
    const above = ancestorsOf(importer);
    for (const dir of above) for (const name of SETTINGS) found.add(path.join(dir, name));
    for (const { original, external } of imports) {
      if (original === undefined || external === true) continue;
      const isPath = original.startsWith('.') || path.isAbsolute(original);
      const bases = isPath
        ? [path.resolve(importer, original)]
        : above.flatMap((dir) => [path.join(dir, original), path.join(dir, 'node_modules', original)]);
      for (const base of bases) for (const candidate of candidatesOf(base)) found.add(candidate);
      if (!isPath)
        for (const dir of above) found.add(path.join(dir, 'node_modules', packageOf(original), 'package.json'));
    }
  }
  return [...found].filter((file) => !own.has(file)).sort();
}

function candidatesOf(base: string): readonly string[] {
  const stem = base.replace(/\.[cm]?jsx?$/, '');
  const stems = stem === base ? [base, path.join(base, 'index')] : [base, stem, path.join(base, 'index')];
  return [base, path.join(base, 'package.json'), ...stems.flatMap((s) => ENDINGS.map((ending) => s + ending))];
}

/** `@scope/name/inner` → `@scope/name` */
const packageOf = (spec: string): string => spec.split('/', spec.startsWith('@') ? 2 : 1).join('/');

function ancestorsOf(dir: string): readonly string[] {
  const parent = path.dirname(dir);
  return parent === dir ? [dir] : [dir, ...ancestorsOf(parent)];
}
