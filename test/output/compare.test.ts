import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../stages/contract.ts';
import { compare } from '../../stages/output/compare.ts';
import { decimalOf, roundsTo } from '../../stages/output/decimal.ts';
import { follow } from '../../stages/output/inner-path.ts';
import { printedNumber } from '../../stages/output/published.ts';
import { record } from '../stage-lab.ts';
import { baseline, recordInput, shapeOf } from './records.ts';

interface Asked {
  readonly published?: unknown;
  readonly file?: { readonly text: string; readonly ending: string };
  readonly with: Readonly<Record<string, string>>;
  readonly more?: Readonly<Record<string, unknown>>;
  readonly of?: Json;
}

/** Runs `compare` on one record; references are written as the steps into it. */
async function compared(asked: Asked) {
  const value = asked.of ?? (baseline[3] as unknown as Json);
  const bytes = new TextEncoder().encode(asked.file?.text ?? '');
  const refs = Object.entries(asked.with);
  const declared = compare.declare({
    params: { published: asked.published ?? 'file', with: asked.with, ...asked.more } as never,
    inputs: { with: refs.map(([key, path]) => shapeOf('model', { key, inner: path.split('.'), path: ['with', key] })) },
    files:
      asked.file === undefined
        ? {}
        : { published: { param: ['published'], ending: asked.file.ending, head: bytes, whole: true } },
    labels: {},
  });
  if (declared.faults.length > 0) return { faults: declared.faults, verdict: [], notes: [], rows: [] };
  const spec = JSON.parse(JSON.stringify(declared.spec));
  const ran = await compare.run({
    spec,
    inputs: { with: refs.map(() => recordInput('model', value)) },
    files: { published: bytes },
  });
  if (!ran.ok) return { faults: ran.faults, verdict: [], notes: [], rows: [] };
  const rows = record({
    shape: { kind: 'comparison', columns: [] },
    parts: ran.outputs.comparison?.parts ?? new Map(),
  });
  return { faults: [], verdict: ran.verdict ?? [], notes: ran.notes, rows: rows.rows };
}

const codes = (faults: readonly { readonly code: string }[]): string[] => faults.map((f) => f.code);

describe('compare', () => {
  test('a computed number agrees when it rounds to the printed digits', async () => {
    const got = await compared({
      published: { coef: '0.06', se: '0.05', n: '3,840', r2: '0.91' },
      with: { coef: 'terms.policy.estimate', se: 'terms.policy.std_error', n: 'nobs', r2: 'r2' },
    });
    expect(got.verdict).toEqual([]);
    expect(got.rows[0]).toEqual({
      cell: 'coef',
      printed: '0.06',
      published: 0.06,
      computed: 0.0625,
      difference: 0.0625 - 0.06,
      within: true,
    });
    expect(got.notes).toEqual([{ code: 'CN2803', args: { within: 4, cells: 4 } }]);
  });

  test('the stage fails, cell by cell, when one does not agree; the rows are there nevertheless', async () => {
    const got = await compared({
      published: { coef: '0.061', n: '3840' },
      with: { coef: 'terms.policy.estimate', n: 'nobs' },
    });
    expect(got.verdict).toMatchObject([
      { code: 'CE2831', param: ['with', 'coef'], args: { cell: 'coef', printed: '0.061', computed: '0.06250' } },
    ]);
    expect(got.rows.map((r: { within: boolean }) => r.within)).toEqual([false, true]);
  });

  test('a known difference never fails', async () => {
    const asked = { published: { coef: '9' }, with: { coef: 'terms.policy.estimate' } };
    expect((await compared({ ...asked, more: { expect: 'differ' } })).verdict).toEqual([]);
    expect(codes((await compared(asked)).verdict)).toEqual(['CE2831']);
  });

  test('what was expected to differ and does not is said', async () => {
    const got = await compared({ published: { n: '3840' }, with: { n: 'nobs' }, more: { expect: 'differ' } });
    expect(codes(got.notes)).toEqual(['CN2803', 'CN2810']);
  });

  test('a tolerance is the largest absolute difference', async () => {
    const asked = { published: { coef: '0.06' }, with: { coef: 'terms.policy.estimate' } };
    expect((await compared({ ...asked, more: { tolerance: 0.0026 } })).verdict).toEqual([]);
    expect(codes((await compared({ ...asked, more: { tolerance: 0.0024 } })).verdict)).toEqual(['CE2831']);
  });

  test('all unknown places are told at once, each with what exists there', async () => {
    const got = await compared({
      published: { a: '1', b: '1', c: '1' },
      with: { a: 'terms.polcy.estimate', b: 'terms.policy.estimat', c: 'nobz' },
    });
    expect(got.faults).toMatchObject([
      { code: 'CE2822', param: ['with', 'a'], args: { name: 'polcy', known: ['policy', 'open'] } },
      { code: 'CE2822', param: ['with', 'b'], args: { name: 'estimat' } },
      { code: 'CE2822', param: ['with', 'c'], args: { name: 'nobz' } },
    ]);
    expect(got.faults[1]?.args.known).toContain('estimate');
    expect(got.faults[2]?.args.known).toContain('nobs');
  });

  test('a reference must end at a number that is there', async () => {
    const of = { f: { statistic: null, df1: 1 }, r2: 'high' };
    expect(codes((await compared({ of, published: { a: '1' }, with: { a: 'f.statistic' } })).faults)).toEqual([
      'CE2830',
    ]);
    const group = await compared({ of, published: { a: '1' }, with: { a: 'f' } });
    expect(group.faults).toMatchObject([{ code: 'CE2823', args: { path: 'f', fields: ['df1', 'statistic'] } }]);
    expect(codes((await compared({ of, published: { a: '1' }, with: { a: 'r2' } })).faults)).toEqual(['CE2823']);
  });

  test('published cells are checked before anything runs', async () => {
    const got = await compared({ published: { coef: 'n/a' }, with: { coef: 'nobs', n: 'nobs' } });
    expect(got.faults).toMatchObject([
      { code: 'CE2824', param: ['published', 'coef'] },
      { code: 'CE2821', param: ['with', 'n'], args: { name: 'n', known: ['coef'] } },
    ]);
    expect(codes((await compared({ published: {}, with: {} })).faults)).toEqual(['CE2826']);
  });
});

describe('a file of published numbers', () => {
  const json = `{"tables":[{"id":3,"rows":[{"term":"Policy","cells":[null,{"coef":0.060,"text":"0.0630***"}]}],"n":[3840]}]}`;

  test('keeps the digits that stand in it, also those of JSON numbers', async () => {
    const asked = (path: string) => ({
      file: { text: json, ending: 'json' },
      with: { coef: 'terms.policy.estimate' },
      more: { cells: { coef: path } },
    });
    const got = await compared(asked('tables.3.rows.Policy.cells.1.coef'));
    expect(got.rows[0].printed).toBe('0.060');
    expect(codes(got.verdict)).toEqual(['CE2831']); // 0.0625 is no 0.060, though it is 0.06
    expect((await compared(asked('tables.3.rows.Policy.cells.1.text'))).rows[0].published).toBe(0.063);
    expect((await compared(asked('tables.4.rows'))).faults).toMatchObject([
      { code: 'CE2834', args: { name: '4', cell: 'coef', known: ['3'] } },
    ]);
    expect(codes((await compared(asked('tables.3'))).faults)).toEqual(['CE2835']);
    expect(codes((await compared(asked('tables.3.rows.Policy.term'))).faults)).toEqual(['CE2824']);
  });

  test('CSV: a cell is found by the texts of its line', async () => {
    const text = 'model,term,coef,n\nbase,policy,0.06,3840\nbase,open,1.00,3840\n';
    const got = await compared({
      file: { text, ending: 'csv' },
      with: { 'base.policy.coef': 'terms.policy.estimate', 'base.open.coef': 'terms.open.estimate' },
    });
    expect(got.faults).toEqual([]);
    expect(got.rows.map((r: { printed: string }) => r.printed)).toEqual(['0.06', '1.00']);
    const two = await compared({ file: { text: 'cell,value\nn,"3,840"\n', ending: 'csv' }, with: { n: 'nobs' } });
    expect(two.rows[0]).toMatchObject({ cell: 'n', published: 3840, within: true });
  });

  test('YAML that does not parse is a fault, not a crash', async () => {
    const got = await compared({ file: { text: 'a: [1, 2', ending: 'yaml' }, with: { n: 'nobs' } });
    expect(codes(got.faults)).toEqual(['CE2825']);
  });
});

describe('a way into a record', () => {
  const rows: Json = {
    rows: [
      { group: 2014, time: 2014, estimate: 1 },
      { group: 2014, time: 2015, estimate: 2 },
      { group: 2015, time: 2015, estimate: 3 },
    ],
    grid: [{ Mbar: 0.5, conf_low: 4 }],
    cuts: [7, 8],
  };

  for (const [path, value] of [
    [['rows', '2014', '2015', 'estimate'], 2],
    [['rows', '2015', 'estimate'], 3],
    [['grid', '`0.5`', 'conf_low'], 4],
    [['cuts', '1'], 8],
  ] as const)
    test(`${path.join(' → ')} leads to ${value}`, () => expect(follow(rows, path)).toEqual({ ok: true, value }));

  test('an entry that is not called by name yet does not give a field', () => {
    expect(follow({ rows: [{ term: 'x', estimate: 1 }] }, ['rows', 'estimate'])).toMatchObject({
      ok: false,
      known: ['x'],
    });
  });

  test('names of every object lead nowhere', () => {
    for (const name of ['constructor', '__proto__', 'toString', 'length'])
      expect(follow(rows, [name]).ok, name).toBe(false);
  });
});

describe('numbers as printed', () => {
  for (const [text, units, scale] of [
    ['0.082***', 82n, 3],
    ['(2.310)', 2310n, 3],
    ['[-0.5]', -5n, 1],
    ['−0.01', -1n, 2],
    ['-1,234.50', -123450n, 2],
    ['3,850', 3850n, 0],
    ['（9.113）', 9113n, 3],
  ] as const)
    test(`${text}`, () => expect(printedNumber(text)).toMatchObject({ units, scale }));

  for (const text of ['', 'n/a', '1,23', '1 234', '12%', '0x10', '-'])
    test(`'${text}' is none`, () => expect(printedNumber(text)).toBeUndefined());

  test('rounding: exactly the numbers within half a unit of the last digit agree', () => {
    const decimals = fc.tuple(fc.integer({ min: -99999, max: 99999 }), fc.integer({ min: 0, max: 4 }));
    fc.assert(
      fc.property(decimals, fc.integer({ min: -3000, max: 3000 }), ([units, scale], thousandths) => {
        const printed = decimalOf(`${units}e-${scale}`);
        // the computed number is the printed one and some thousandths of a unit, written out exactly
        const computed = Number(`${BigInt(units) * 1000n + BigInt(thousandths)}e-${scale + 3}`);
        expect(printed && roundsTo(computed, { ...printed, scale })).toBe(Math.abs(thousandths) <= 500);
      }),
    );
  });
});
