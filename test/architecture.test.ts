import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { INNER } from '../stages/contract.ts';

const root = resolve(import.meta.dirname, '..');

/** Which layers a file of a layer may import, beside its own folder. */
const may: Readonly<Record<string, readonly string[]>> = {
  cache: [],
  'stages/kernels': [],
  'stages/catalogue': ['stages/contract'],
  'stages/contract': ['stages/catalogue'],
  'stages/columns': ['stages/contract', 'stages/catalogue', 'stages/kernels'],
  'stages/family': ['stages/contract', 'stages/catalogue', 'stages/columns', 'stages/kernels'],
  'stages/registry': ['stages/contract', 'stages/columns', 'stages/family'],
  engine: ['cache', 'stages/contract', 'stages/catalogue'],
  'engine/main': ['cache', 'stages/contract', 'stages/catalogue', 'stages/registry', 'engine'],
};

const layer = (file: string): string => {
  if (file.startsWith('engine/')) return dirname(file) === 'engine' ? 'engine/main' : 'engine';
  if (file.startsWith('cache/')) return 'cache';
  return /^stages\/(kernels|columns|catalogue|contract|registry)\b/.exec(file)?.[0] ?? 'stages/family';
};

/** The folder that files share, a family's subfolders included. */
const room = (file: string): string =>
  layer(file) === 'stages/family' ? file.split('/').slice(0, 2).join('/') : dirname(file);

const sources = ['cache', 'stages', 'engine'].flatMap((dir) =>
  readdirSync(join(root, dir), { recursive: true })
    .map((file) => join(dir, String(file)))
    .filter((file) => file.endsWith('.ts')),
);

const imports = (file: string): string[] =>
  [...readFileSync(join(root, file), 'utf8').matchAll(/(?:\bfrom\s|\bimport\s|\bimport\()\s*'([^']+)'/g)].map(
    (m) => m[1] ?? '',
  );

/** The files of the project that a file imports. */
const targets = (file: string): string[] =>
  imports(file)
    .filter((spec) => spec.startsWith('.'))
    .map((spec) => normalize(join(dirname(file), spec)));

/** The first circle that is found, from a name back to itself. */
function circleIn(edges: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const way: string[] = [];
  const follow = (name: string): string[] | undefined => {
    if (way.includes(name)) return [...way.slice(way.indexOf(name)), name];
    if (done.has(name)) return undefined;
    way.push(name);
    for (const next of edges.get(name) ?? []) {
      const circle = follow(next);
      if (circle !== undefined) return circle;
    }
    way.pop();
    done.add(name);
    return undefined;
  };
  for (const name of edges.keys()) {
    const circle = follow(name);
    if (circle !== undefined) return circle;
  }
  return undefined;
}

describe('architecture', () => {
  test('imports go one way: engine to stages and cache, stages only inward, families never sideways', () => {
    const wrong: string[] = [];
    let seen = 0;
    for (const file of sources)
      for (const target of targets(file)) {
        seen++;
        const [from, to] = [layer(file), layer(target)];
        const sameRoom = from === to && (from !== 'stages/family' || room(file) === room(target));
        if (!sameRoom && !may[from]?.includes(to)) wrong.push(`${file} → ${target}`);
      }
    expect(seen).toBeGreaterThan(100);
    expect(wrong).toEqual([]);
  });

  test('no imports go in a circle between files; types count', () => {
    expect(circleIn(new Map(sources.map((file) => [file, targets(file)])))).toBeUndefined();
    expect(circleIn(new Map(Object.entries({ a: ['b'], b: ['c'], c: ['b'] })))).toEqual(['b', 'c', 'b']);
  });

  test('a folder of the engine imports only from those above it in docs/architecture.md, where each has its line', () => {
    const text = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
    const order = [...text.matchAll(/^\| `(engine\/[a-z-]+)\/` \| /gm)].map((m) => m[1] ?? '');
    const there = readdirSync(join(root, 'engine'), { withFileTypes: true }).filter((e) => e.isDirectory());
    expect(order.toSorted()).toEqual(there.map((e) => `engine/${e.name}`).sort());
    const wrong: string[] = [];
    for (const file of sources.filter((f) => order.includes(dirname(f))))
      for (const target of targets(file).filter((t) => t.startsWith('engine/')))
        if (order.indexOf(dirname(target)) > order.indexOf(dirname(file)) || dirname(target) === 'engine')
          wrong.push(`${file} → ${target}`);
    expect(wrong).toEqual([]);
  });

  test('stages are pure: no files, clock, environment, processes or chance', () => {
    const wrong: string[] = [];
    for (const file of sources.filter((f) => f.startsWith('stages/'))) {
      for (const spec of imports(file)) if (spec.startsWith('node:')) wrong.push(`${file} imports ${spec}`);
      const code = readFileSync(join(root, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$|`[^`]*`|'[^'\n]*'/gm, '');
      const impure =
        /\b(process\.|Date\.now|new Date\(\)|Math\.random|performance\.now|globalThis|toLocale\w+|Intl\.)/.exec(code);
      if (impure) wrong.push(`${file} uses ${impure[0]}`);
    }
    expect(wrong).toEqual([]);
  });

  test('the cache and the kernels import nothing but node, ml-matrix and their own', () => {
    const wrong = sources
      .filter((f) => f.startsWith('cache/') || f.startsWith('stages/kernels/'))
      .flatMap((file) =>
        imports(file)
          .filter((s) => !s.startsWith('.') && !s.startsWith('node:') && s !== 'ml-matrix')
          .map((s) => `${file}: ${s}`),
      );
    expect(wrong).toEqual([]);
  });

  test('every import names a file with its ending', () => {
    const wrong = sources.flatMap((file) =>
      imports(file)
        .filter((s) => s.startsWith('.') && !/\.(ts|json)$/.test(s))
        .map((s) => `${file}: ${s}`),
    );
    expect(wrong).toEqual([]);
  });

  test('files stay one concept: none is longer than 400 lines', () => {
    const long = sources
      .map((file) => [file, readFileSync(join(root, file), 'utf8').split('\n').length] as const)
      .filter(([, n]) => n > 400);
    expect(long).toEqual([]);
  });

  test('every part of a table that is no column is one that no column may be named like', () => {
    const parts = sources
      .filter((file) => file.startsWith('stages/'))
      .flatMap((file) => [
        ...readFileSync(join(root, file), 'utf8').matchAll(/: PartName = '(#[a-z]+)'|^const [A-Z]+ = '(#[a-z]+)';$/gm),
      ])
      .map((m) => m[1] ?? m[2] ?? '');
    expect(parts.toSorted()).toEqual([...INNER].sort());
  });

  test('what is exported is used by another file', () => {
    const readers = ['cache', 'engine', 'stages', 'test', '.ci'].flatMap((dir) =>
      readdirSync(join(root, dir), { recursive: true })
        .map((file) => join(dir, String(file)))
        .filter((file) => /\.(ts|mjs)$/.test(file)),
    );
    const texts = new Map(readers.map((file) => [file, readFileSync(join(root, file), 'utf8')]));
    // what the build makes of code into parts is called by the name of the part; the published package is for others
    const called = (file: string): boolean =>
      ['engine/parts.ts', 'engine/execute/worker.ts', 'stages/plugin.ts'].includes(file);
    const wrong = sources
      .filter((file) => !called(file))
      .flatMap((file) =>
        [...(texts.get(file) ?? '').matchAll(/^export (?:const|(?:async )?function|class) (\w+)/gm)]
          .map(([, name = '']) => name)
          .filter((name) => {
            const uses = new RegExp(`\\b${name}\\b`);
            return ![...texts].some(
              ([other, text]) => other !== file && text.includes(`/${basename(file)}'`) && uses.test(text),
            );
          })
          .map((name) => `${name} in ${file}`),
      );
    expect(wrong).toEqual([]);
  });
});
