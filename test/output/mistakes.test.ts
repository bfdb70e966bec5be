/** Mistakes in tables, figures, comparisons and programs: each is found, under its code, where it was made. */
import { describe, expect, test } from 'vitest';
import type { AnyStageType, Note, RecordKind } from '../../stages/contract.ts';
import { exec } from '../../stages/external/exec.ts';
import { compare } from '../../stages/output/compare.ts';
import { figure } from '../../stages/output/figure.ts';
import { tableStage } from '../../stages/output/table.ts';
import { declareStage, readTable } from '../stage-lab.ts';
import { baseline, recordInput, shapeOf } from './records.ts';

type Found = { readonly codes: readonly (readonly [string, unknown])[]; readonly notes: readonly Note[] };

async function tableOf(params: object, results: readonly (readonly [RecordKind, object])[]): Promise<Found> {
  const declared = tableStage.declare({
    params: { columns: 'x', ...params } as never,
    inputs: { columns: results.map(([kind], i) => shapeOf(kind, { path: ['columns', i] })) },
    files: {},
    labels: {},
  });
  if (declared.faults.length > 0) return { codes: declared.faults.map((f) => [f.code, f.param]), notes: [] };
  const ran = await tableStage.run({
    spec: JSON.parse(JSON.stringify(declared.spec)),
    inputs: { columns: results.map(([kind, value]) => recordInput(kind, value as never)) },
    files: {},
  });
  return ran.ok ? { codes: [], notes: ran.notes } : { codes: ran.faults.map((f) => [f.code, f.param]), notes: [] };
}

const models = baseline.map((model) => ['model', model] as const);
const summary = ['summary', { rows: [{ variable: 'x', mean: 1 }] }] as const;

describe('tables', () => {
  test('a model beside a summary, in either order', async () => {
    expect((await tableOf({}, [models[0]!, summary])).codes).toEqual([['CE2801', ['columns', 1]]]);
    expect((await tableOf({}, [summary, models[0]!])).codes).toEqual([['CE2801', ['columns', 1]]]);
  });

  test('a row of the foot, or a field, that there is not', async () => {
    expect((await tableOf({ rows: ['nobs', 'r22'] }, models)).codes).toEqual([['CE2803', ['rows', 1]]]);
    expect((await tableOf({ rows: ['variable', 'meen'] }, [summary])).codes).toEqual([['CE2803', ['rows', 1]]]);
  });

  test('headers over more columns than there are', async () => {
    const headers = [{ text: 'all', span: 5 }];
    expect((await tableOf({ headers }, models)).codes).toEqual([['CE2804', ['headers']]]);
  });

  test('results without rows', async () => {
    expect((await tableOf({}, [['summary', { rows: [] }]])).codes).toEqual([['CE2805', ['columns']]]);
  });

  test('a term to drop that no model has is noted', async () => {
    expect((await tableOf({ drop: ['polcy'] }, models)).notes).toContainEqual({
      code: 'CN2801',
      args: { name: 'polcy' },
    });
  });
});

const faults = (type: AnyStageType, params: object, inputs = {}) =>
  declareStage(type, params, inputs).faults.map((f) => [f.code, f.param]);

test('a figure of trends of a table that is no panel', async () => {
  const table = await readTable('city,year,y,cohort\na,1,2,3\n');
  expect(faults(figure, { kind: 'trends', from: 'x', y: 'y' }, { from: table })).toEqual([['CE2842', undefined]]);
});

test('a comparison whose cells are named for what is not compared, or for numbers that stand in the pipeline', () => {
  const declared = (params: object) =>
    compare.declare({
      params: { with: { effect: 'x' }, ...params } as never,
      inputs: { with: [shapeOf('model', { key: 'effect', inner: ['nobs'], path: ['with', 'effect'] })] },
      files: {},
      labels: {},
    }).faults;
  const inline = declared({ published: { effect: 1 }, cells: { effect: 'a.b' } });
  expect(inline.map((f) => [f.code, f.param])).toEqual([['CE2833', ['cells']]]);
  const other = declared({ published: 'table.yaml', cells: { effcet: 'a.b' } });
  expect(other.map((f) => [f.code, f.param, f.args.known])).toEqual([['CE2832', ['cells', 'effcet'], ['effect']]]);
});

test('an output of a program with the name of what it prints', () => {
  expect(faults(exec, { run: ['true'], outputs: { log: { file: 'a.csv' } } })).toContainEqual([
    'CE2902',
    ['outputs', 'log'],
  ]);
});
