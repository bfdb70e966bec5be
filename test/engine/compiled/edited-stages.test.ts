import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compile, writeCompiled } from '../../../engine/compiled/compile.ts';
import { type Edited, FORMAT, type Head } from '../../../engine/compiled/compiled.ts';
import { editedStages } from '../../../engine/compiled/edited-stages.ts';
import { loadEdited, type Validator } from '../../../engine/compiled/load-checked.ts';
import { narrowed, withoutStages } from '../../../engine/compiled/narrowed.ts';
import { decodeSections, type Sections } from '../../../engine/compiled/sections.ts';
import { type LoadOptions, load } from '../../../engine/load/load.ts';
import { compileValidators } from '../../../engine/load/schema.ts';
import { registry } from '../../../stages/registry.ts';

const MAIN = `ceteris: 1
name: study
include: more.yaml
vars: { top: 9, controls: [x, z] }
stages:   # all of them
  logs:
    stage: derive
    from: raw
    columns: { ly: log(y), big: "x > \${top}" }

  # ---------- the fits
  fit:
    stage: regress
    from: logs
    where: year > 2002
    y: ly
    matrix:
      (1): { x: [x] }
      (2): { x: "\${controls}", cluster: id }
      (3): { x: [x, z], absorb: [id, year] }
  own: { stage: filter, from: raw, keep: x > 1 }
  note:
    stage: describe
    from: own
    description: >-
      What is left
      after the filter.
  # the table
  tab:
    stage: table
    columns: fit[*]
    label: { en: All, zh: 全部 }
    formats: [csv, md]
  pair: { stage: table, columns: ["fit[(2)]", "fit[(1)]"], rows: [x] }
  odd:
    stage: exec
    run: [sort, a.csv]
    inputs: { a.csv: raw }
    outputs:
      sorted: { file: stdout, format: csv }
  last: { stage: describe, from: odd.sorted }
labels: { x: The x }
defaults:
  regress: { cluster: year }
`;
const MORE = `stages:
  first: { stage: ingest, file: first.csv }
  second: { stage: ingest, file: second.csv, encoding: utf-8 }
  raw: { stage: append, from: [first, second] }
`;

let folder: string;
let options: LoadOptions;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ceteris-edited-'));
  const validators = await compileValidators(registry);
  const validate: LoadOptions['validate'] = (type, params) => {
    const validator = validators[type];
    return validator === undefined || validator(params) ? [] : (validator.errors ?? []);
  };
  options = { registry, validate, cwd: folder };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const loaded = () => load(join(folder, 'main.yaml'), options);

function write(main: string, more = MORE): void {
  writeFileSync(join(folder, 'main.yaml'), main);
  writeFileSync(join(folder, 'more.yaml'), more);
}

function compiled(): Buffer {
  const { pipeline, diagnostics } = loaded();
  expect(diagnostics).toEqual([]);
  const bytes = pipeline && compile('of', pipeline);
  if (bytes === undefined) throw new Error('not compiled');
  return Buffer.from(bytes);
}

function original(): Sections<Head> {
  write(MAIN);
  const sections = decodeSections<Head>(FORMAT, compiled());
  if (sections === undefined) throw new Error('not decoded');
  return sections;
}

/** Where comments stand, alone, can make a file one that is not read plainly. */
function contents(bytes: Uint8Array): unknown {
  const { head, bytes: of } = decodeSections<Head>(FORMAT, bytes) as Sections<Head>;
  const sections = ['names', 'starts', 'reader starts', 'readers', 'hidden', 'files', 'files of', 'nodes'];
  return [head, sections.map((name) => of(name).toString('latin1'))];
}

/** The edit told from a part, if it is; then the whole, loaded anew, must be fine and come to the same. */
function edited(kept: Sections<Head>, main: string, more = MORE): Edited | undefined {
  write(main, more);
  const found = editedStages(kept, { load: options, whole: loaded });
  if (found !== undefined) expect(contents(found.bytes), main).toEqual(contents(compiled()));
  return found;
}

const names = ({ changed, graph }: Edited): string[] => changed.map((i) => graph.name(i));

describe('an edit of what stages say', () => {
  for (const [from, to, changed] of [
    ['x > 1', 'x > 10', ['own']],
    ['log(y)', 'log(1 + y)', ['logs']],
    ['(1): { x: [x] }', '(1): { x: [z] }', ['fit[(1)]']],
    ['year > 2002', 'year > 2001', ['fit[(1)]~where', 'fit[(2)]~where', 'fit[(3)]~where']],
    ['      after the filter.', '      after the filter,\n\n      and why.', ['note']],
    ['y: ly', 'y: ly\n    weights: z', ['fit[(1)]', 'fit[(2)]', 'fit[(3)]']],
    ['formats: [csv, md]', 'formats: [md]', ['tab']],
    ['rows: [x] }', 'rows: [x]\n    }', []],
    ['  # the table', '  # the best of tables', []],
    ['\n  # ---------- the fits', '', []],
    ['[sort, a.csv]', '[sort, -r, a.csv]', ['odd']],
    ['log(y), big: "x > ${top}"', 'log(x), big: "y > ${top}"', ['logs']],
  ] as const)
    test(`is told from these alone: ${from} → ${to}`, () => {
      const kept = original();
      const found = edited(
        kept,
        MAIN.replace(from, () => to),
      );
      expect(found && names(found)).toEqual(changed);
    });

  for (const [title, from, to] of [
    ['another input', 'from: own', 'from: raw'],
    ['a stage more', '  own:', '  also: { stage: describe, from: raw }\n  own:'],
    ['a stage less', '  pair: { stage: table, columns: ["fit[(2)]", "fit[(1)]"], rows: [x] }\n', ''],
    ['another name', '  note:', '  notes:'],
    ['another order', 'own: { stage: filter, from: raw, keep: x > 1 }\n  note:', 'note:'],
    ['another case', '      (1):', '      (0):'],
    ['cases in another order', '      (1): { x: [x] }\n      (2):', '      (2): { x: [x] }\n      (1):'],
    ['another type', 'stage: filter', 'stage: derive'],
    ['another label', 'en: All', 'en: Every'],
    ['another place', 'formats: [csv, md]', 'formats: [csv, md]\n    to: out/other'],
    ['other outputs', 'sorted: { file: stdout', 'ordered: { file: stdout'],
    ['no condition', '    where: year > 2002\n', ''],
    ['another condition where there was none', 'from: own\n', 'from: own\n    where: x > 2\n'],
    ['groups', '    from: own\n', '    from: own\n    foreach: id\n'],
    ['a param that is none', 'y: ly', 'y: ly\n    clusters: id'],
    ['a var that is none', '${controls}', '${control}'],
    ['a stage that is none', 'columns: fit[*]', 'columns: fits[*]'],
    ['a name twice', 'y: ly', 'y: ly\n    y: ly'],
    ['an anchor', 'rows: [x]', 'rows: &rows [x]'],
    ['a section among the stages', '  own:', 'title: T\n  own:'],
    ['a line further out', '    y: ly', '  y: ly'],
    ['a quote that is not closed', 'y: ly', 'y: "ly'],
    ['a var', 'top: 9', 'top: 10'],
    ['a default', 'cluster: year', 'cluster: id'],
    ['a label of a column', 'The x', 'An x'],
    ['the name', 'name: study', 'name: other'],
    ['a heading', 'stages:   # all of them', 'stages:   # some'],
  ] as const)
    test(`is left to the whole when it is ${title}`, () => {
      const kept = original();
      expect(MAIN).toContain(from);
      expect(
        edited(
          kept,
          MAIN.replace(from, () => to),
        ),
      ).toBeUndefined();
    });

  test('is told from a file that is included, too, and from two files at once', () => {
    const kept = original();
    const more = MORE.replace('utf-8', 'gb18030');
    expect(names(edited(kept, MAIN, more) as Edited)).toEqual(['second']);
    expect(names(edited(kept, MAIN.replace('x > 1', 'x > 2'), more) as Edited)).toEqual(['second', 'own']);
  });

  test('in several stages is one from the first to the last', () => {
    const kept = original();
    const main = MAIN.replace('x > 1', 'x > 2').replace('rows: [x]', 'rows: [z]');
    expect(names(edited(kept, main) as Edited)).toEqual(['own', 'pair']);
  });

  test('is placed where it stands in the file', () => {
    const kept = original();
    const main = MAIN.replace('# the table', '# the\n  # table').replace('rows: [x]', 'rows: [z]');
    const found = edited(kept, main) as Edited;
    const { source, start, end } = found.pipeline.instances.get('pair')?.place(['rows', 0]) ?? expect.fail();
    expect([source.path, source.text, source.text.slice(start, end)]).toEqual([join(folder, 'main.yaml'), main, 'z']);
    const other = found.pipeline.instances.get('last')?.place([]) ?? expect.fail();
    expect(other.source.text.slice(other.start, other.end)).toBe('last');
  });

  test('of what a var says is placed at the var', () => {
    const kept = original();
    const found = edited(kept, MAIN.replace('"x > ${top}"', '"z > ${top}"')) as Edited;
    const at = found.pipeline.instances.get('logs')?.place(['columns', 'big'], { within: { start: 4, end: 5 } });
    expect(at?.source.text.slice(at.start, at.end)).toBe('${top}');
  });

  test('is not told from what was compiled of other files, or of files that need the full parser', () => {
    write(MAIN.replace('x > 1', '!!str x > 1'));
    expect(loaded().diagnostics.length).toBe(0);
    const kept = decodeSections<Head>(FORMAT, compiled()) as Sections<Head>;
    expect(edited(kept, MAIN)).toBeUndefined();
  });
});

test('a run after such an edit validates these stages only, before and after', async () => {
  const kept = original();
  const [path, of] = [join(folder, 'plan'), 'of'];
  const { pipeline } = loaded();
  if (pipeline !== undefined) writeCompiled(path, of, pipeline);
  const validated: string[] = [];
  const counting = ([type, validate]: [string, Validator]): [string, Validator] => [
    type,
    (value) => validated.push(type) > 0 && validate(value),
  ];
  const validators = Object.fromEntries(Object.entries(await compileValidators(registry)).map(counting));
  write(MAIN.replace('x > 1', 'x > 2'));
  const whole = { registry, cwd: folder, validators, compiled: { path, of } };
  const { edited: found } = await loadEdited(join(folder, 'main.yaml'), whole, {
    sources: kept.head.sources,
    rests: '',
  });
  expect(found && names(found)).toEqual(['own']);
  expect(validated).toEqual(['filter', 'filter']);
});

describe('random edits', () => {
  const common = [
    'x',
    'z',
    ' ',
    '\n',
    '  ',
    '\n  ',
    '\n    ',
    '1',
    '9',
    ': ',
    ', ',
    '# ',
    '[',
    ']',
    '{',
    '}',
    '"',
    '&a ',
    '*a',
    '|',
    '-',
    '~',
  ];
  const lines = MAIN.split('\n');
  const edit = fc.oneof(
    fc.record({ at: fc.nat(MAIN.length), cut: fc.nat(3), put: fc.constantFrom(...common) }),
    // a line of the file put elsewhere, once more or instead of another
    fc.record({ line: fc.nat(lines.length), cut: fc.nat(2), copy: fc.nat(lines.length - 1) }),
    fc.record({ at: fc.nat(MAIN.length), digit: fc.nat(9) }),
  );
  const apply = (
    text: string,
    one: Exclude<typeof edit extends fc.Arbitrary<infer T> ? T : never, undefined>,
  ): string => {
    if ('line' in one) {
      const all = text.split('\n');
      all.splice(one.line, one.cut, lines[one.copy] as string);
      return all.join('\n');
    }
    if ('digit' in one) return text.slice(0, one.at) + text.slice(one.at).replace(/\d/, String(one.digit));
    return text.slice(0, one.at) + one.put + text.slice(one.at + one.cut);
  };

  test('come to what the whole comes to, or are left to it', () => {
    const kept = original();
    let told = 0;
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 2 }), (all) => {
        const main = all.reduce(apply, MAIN);
        if (main !== MAIN && edited(kept, main) !== undefined) told++;
      }),
      { numRuns: 1500 },
    );
    expect(told).toBeGreaterThan(50);
  });
});

describe('what is left of a file', () => {
  test('is read in the places where it stands', () => {
    const now = MAIN.replace('x > 1', 'x > 100');
    const part = narrowed(MAIN, now);
    if (part === undefined) return expect.fail();
    expect(part.now.length).toBeLessThan(300);
    for (let at = 0; at < part.now.length; at++) expect(now[part.placeOf(at)]).toBe(part.now[at]);
    const rest = withoutStages(MAIN);
    expect(rest.now.match(/stage.*/g)).toEqual(['stages: {}']);
    const end = rest.now.indexOf('stages');
    for (let at = 0; at < rest.now.length; at++)
      if (at < end || at > end + 10) expect(MAIN[rest.placeOf(at)]).toBe(rest.now[at]);
  });
});
