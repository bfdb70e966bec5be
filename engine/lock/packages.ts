/** Versions of the packages that ceteris is made of. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

export type Versions = Readonly<Record<string, string>>;

export interface Packages {
  readonly all: Versions;
  /** those that are loaded from where they are installed, and may be others than at build time */
  readonly installed: Versions;
}

/** @param list absolute path of what the build says is in it, and what it loads */
export function packagesOf(list: string): Packages {
  const { bundled, loaded } = JSON.parse(readFileSync(list, 'utf8')) as {
    readonly bundled: Versions;
    readonly loaded: readonly string[];
  };
  const folders = createRequire(list).resolve.paths('x') ?? [];
  const installed = Object.fromEntries(
    loaded.flatMap((name) => {
      const version = folders.map((folder) => versionIn(join(folder, name))).find((v) => v !== undefined);
      return version === undefined ? [] : [[name, version] as const];
    }),
  );
  const all = Object.entries({ ...bundled, ...installed }).sort(([a], [b]) => (a < b ? -1 : 1));
  return { all: Object.fromEntries(all), installed };
}

/** Not by `require`: a package need not let its package.json be asked for. */
function versionIn(folder: string): string | undefined {
  try {
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { readonly version?: string };
    return version;
  } catch {
    return undefined;
  }
}
