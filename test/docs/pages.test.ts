import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pages } from '../../engine/docs/pages.ts';
import { registry } from '../../stages/registry.ts';
import { Folder } from '../command-line.ts';
import { writeData } from './example-data.ts';

const root = resolve(import.meta.dirname, '..', '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

const written = [
  ...['README.md', 'README.zh.md', 'CONTRIBUTING.md', 'CHANGELOG.md'],
  ...readdirSync(join(root, 'docs'), { recursive: true })
    .map((name) => join('docs', String(name)))
    .filter((name) => name.endsWith('.md')),
].sort();

/** Headings as anchors, in the way of GitHub. */
const anchors = (markdown: string): Set<string> =>
  new Set(
    [...markdown.matchAll(/^#+ (.+)$/gm)].map((m) =>
      (m[1] ?? '')
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );

describe('pages made from the code', () => {
  const made = pages(registry);

  test('are what the code says now (else: npm run docs, and commit)', () => {
    const old = [...made].filter(
      ([name, text]) => !existsSync(join(root, 'docs', name)) || read(`docs/${name}`) !== text,
    );
    expect(old.map(([name]) => `docs/${name}`)).toEqual([]);
  });

  test('there is none of a type that is gone', () => {
    const kept = ['stages', 'zh/stages'].flatMap((folder) =>
      readdirSync(join(root, 'docs', folder)).map((name) => `${folder}/${name}`),
    );
    expect(kept.filter((name) => !made.has(name))).toEqual([]);
  });
});

test('every link between pages leads somewhere', () => {
  const broken: string[] = [];
  for (const file of written)
    for (const [, target = ''] of read(file).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue;
      const [path = '', anchor] = target.split('#');
      const to = path === '' ? file : join(dirname(file), path);
      if (!existsSync(join(root, to))) broken.push(`${file}: ${target}`);
      else if (anchor !== undefined && !anchors(read(to)).has(anchor)) broken.push(`${file}: ${target} (no heading)`);
    }
  expect(broken).toEqual([]);
});

/** YAML blocks that are pipelines, or the stages of one. */
const pipelinesIn = (markdown: string): string[] =>
  [...markdown.matchAll(/```yaml\n([\s\S]*?)```/g)].map((m) => m[1] ?? '').filter((yaml) => /^stages:/m.test(yaml));

describe('every pipeline on the pages passes the check', () => {
  for (const file of written.filter((name) => !/^docs.(?:zh.)?stages/.test(name)))
    for (const [i, yaml] of pipelinesIn(read(file)).entries())
      test(`${file}, number ${i + 1}`, () => {
        const folder = new Folder({
          'pipeline.yaml': /^ceteris:/m.test(yaml) ? yaml : `ceteris: 1\nname: page\n${yaml}`,
          'data/castle.csv': read('pipelines/castle/data/castle.csv'),
          'types/theil.ts': read('docs/examples/theil.ts'),
          'fit.R': '',
          'scripts/fit.R': '',
        });
        writeData(folder, yaml.replaceAll('file: data/castle.csv', ''));
        const { stdout } = folder.run('check', '--json');
        const { diagnostics } = JSON.parse(stdout) as { diagnostics: { severity: string; message: string }[] };
        expect(diagnostics.filter((d) => d.severity === 'error').map((d) => d.message)).toEqual([]);
      });
});
