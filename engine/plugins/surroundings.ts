/**
 * What decides, beside the files that a bundle is made of, which files its imports stand for: a file that is not there and would be
 * taken first if it were, and the settings of the folders above. While none of these comes, goes or changes, neither does the bundle.
 */
import { isBuiltin } from 'node:module';
import path from 'node:path';

/** What may be added to a path that an import gives. */
const ENDINGS = ['.tsx', '.ts', '.jsx', '.js', '.css', '.json', '.mts', '.cts', '.mjs', '.cjs'];
const SETTINGS = ['package.json', 'tsconfig.json', 'jsconfig.json'];

/** An import as it is written, whether it leads to a file or not. */
export interface Import {
  /** absolute path of the file that it stands in */
  readonly importer: string;
  readonly name: string;
}

/** @param own the files that were read, absolute paths @returns absolute paths, of files that there are and are not */
export function surroundingsOf(own: ReadonlySet<string>, imports: readonly Import[]): readonly string[] {
  const found = new Set<string>();
  const add = (base: string): void => {
    for (const candidate of candidatesOf(base)) found.add(candidate);
  };
  for (const file of own)
    for (const dir of ancestorsOf(path.dirname(file))) for (const name of SETTINGS) found.add(path.join(dir, name));
  for (const { importer, name } of imports) {
    const folder = path.dirname(importer);
    if (name.startsWith('.') || path.isAbsolute(name)) add(path.resolve(folder, name));
    else if (!isBuiltin(name))
      for (const dir of ancestorsOf(folder)) {
        add(path.join(dir, name));
        add(path.join(dir, 'node_modules', name));
        found.add(path.join(dir, 'node_modules', packageOf(name), 'package.json'));
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
