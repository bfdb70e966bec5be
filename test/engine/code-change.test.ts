import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ended, openLab, PANEL, readRun } from './lab.ts';

const root = resolve(import.meta.dirname, '../..');
const copy = mkdtempSync(join(tmpdir(), 'ceteris-build-'));
const KERNEL = 'stages/kernels/interpolate.ts';

type Digests = Readonly<Record<string, string>>;
const digestsIn = (folder: string): Digests =>
  JSON.parse(readFileSync(join(folder, 'dist/code.json'), 'utf8')) as Digests;

/** Stage types whose module reaches a file by its imports. */
function typesThatReach(file: string): string[] {
  const importsOf = (from: string): string[] =>
    [...readFileSync(join(root, from), 'utf8').matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map((m) =>
      normalize(join(dirname(from), m[1] ?? '')),
    );
  const reaches = (from: string): boolean => {
    const seen = new Set<string>();
    const queue = [from];
    for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
      if (at === file) return true;
      if (!seen.has(at)) queue.push(...importsOf(at));
      seen.add(at);
    }
    return false;
  };
  const modules = readdirSync(join(root, 'stages'), { recursive: true }).map((f) => `stages/${f}`);
  return Object.keys(digestsIn(root))
    .filter((type) => modules.some((m) => m.endsWith(`/${type}.ts`) && reaches(m)))
    .sort();
}

const edited = (file: string, change: (text: string) => string): string => {
  const before = readFileSync(join(root, file), 'utf8');
  const after = change(before);
  expect(after).not.toBe(before);
  return after;
};

function buildCopy(): void {
  const { status, stderr, stdout } = spawnSync(process.execPath, ['.ci/build.mjs'], { cwd: copy, encoding: 'utf8' });
  expect(status, `${stdout}${stderr}`).toBe(0);
}

/** The project with a kernel changed in one word, others in comments and spacing, and messages that no result carries; built elsewhere. */
beforeAll(() => {
  const leftOut = new Set(['node_modules', 'dist', '.git', 'test', 'docs', 'pipelines', 'bench']);
  for (const part of readdirSync(root))
    if (!leftOut.has(part) && !part.startsWith('dist.'))
      cpSync(join(root, part), join(copy, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const edit = (file: string, change: (text: string) => string): void =>
    writeFileSync(join(copy, file), edited(file, change));
  edit(KERNEL, (text) => text.replace(/\breturn\b/, 'if (Number.isNaN(0)) throw new Error();\n  return'));
  edit('stages/kernels/absorb.ts', (text) => `// a remark\n${text.replaceAll('\n', '\n\n')}`);
  edit('stages/catalogue/pipeline-file.ts', (text) => text.replaceAll("en: '", "en: 'now "));
  edit('stages/catalogue/ui.ts', (text) => text.replace('a declarative workflow', 'one declarative workflow'));
  // help and pages of a message that tables do print
  edit('stages/catalogue/linear.ts', (text) => text.replaceAll(/(help|doc): \{\s*en: '/g, '$&now '));
  buildCopy();
});

afterAll(() => rmSync(copy, { recursive: true, force: true }));

describe('a changed implementation', () => {
  test('gives another digest to the types that reach it, and to no others', () => {
    const [before, after] = [digestsIn(root), digestsIn(copy)];
    const changed = Object.keys(after).filter((type) => after[type] !== before[type]);
    expect(Object.keys(after)).toEqual(Object.keys(before));
    expect(changed.sort()).toEqual(typesThatReach(KERNEL));
    expect(changed).toContain('interpolate');
    expect(changed).not.toContain('regress');
  });

  test('re-runs just the stages of those types, and, where they give the same, nothing below', async () => {
    const lab = openLab({
      'pipeline.yaml': `ceteris: 1
name: t
stages:
  raw: { stage: ingest, file: panel.csv, panel: { unit: id, time: year } }
  filled: { stage: interpolate, from: raw, columns: [z] }
  fit: { stage: regress, from: filled, y: y, x: [x, z], absorb: id }
  tab: { stage: table, columns: fit, formats: [csv] }
`,
      'panel.csv': PANEL,
    });
    expect((await lab.run()).stages).toEqual(['raw ran', 'filled ran', 'fit ran', 'tab ran']);
    const other = async (...args: readonly string[]) => ended(lab.start(args, {}, join(copy, 'dist/ceteris.js')));
    const explained = await other('explain', 'filled');
    expect(explained.out).toContain("filled: stale\n    the code of 'interpolate' changed");
    const run = readRun(await other('run', '--json'), lab.folder);
    expect(run.stages).toEqual(['raw cached', 'filled ran', 'fit cached', 'tab cached']);
    // each version finds its own results again
    expect((await lab.run()).stages.every((s) => s.endsWith('cached'))).toBe(true);
  });
});

/** The digests of the copy after an edit of one text in it. */
function digestsAfter(file: string, change: (text: string) => string): Digests {
  const before = readFileSync(join(copy, file), 'utf8');
  writeFileSync(
    join(copy, file),
    edited(file, (text) => change(text)),
  );
  buildCopy();
  writeFileSync(join(copy, file), before);
  return digestsIn(copy);
}

describe('a changed text', () => {
  test('gives another digest to the types that print it', () => {
    const before = digestsIn(root);
    const changed = (after: Digests) => Object.keys(after).filter((type) => after[type] !== before[type]);
    const word = digestsAfter('stages/catalogue/words.ts', (text) => text.replace("en: 'Observations'", "en: 'Rows'"));
    expect(changed(word)).toEqual(expect.arrayContaining(['table', 'figure', 'interpolate']));
    expect(changed(word)).not.toContain('regress');
    const note = digestsAfter('stages/catalogue/precision.ts', (text) => text.replace('is not tested', 'has no test'));
    expect(changed(note)).toEqual(expect.arrayContaining(['table', 'interpolate']));
    const phrase = digestsAfter('stages/catalogue/phrases.ts', (text) => text.replace("'被剔除'", "'剔除'"));
    expect(changed(phrase)).toEqual(expect.arrayContaining(['table', 'interpolate']));
  });
});
