import { expect, test } from 'vitest';
import { writeCompiled } from '../../engine/compiled/compile.ts';
import { type Compiled, readCompiled } from '../../engine/compiled/compiled.ts';
import { loadPipeline } from '../../engine/compiled/load-checked.ts';
import type { Pipeline } from '../../engine/load/pipeline.ts';
import { compileValidators } from '../../engine/load/schema.ts';
import { checksOut } from '../../engine/plan/check-part.ts';
import type { Outputs } from '../../engine/plan/part.ts';
import type { AnyStageType, Shape } from '../../stages/contract.ts';
import type { Registry } from '../../stages/contract-registry.ts';
import { registry } from '../../stages/registry.ts';
import { Folder } from '../command-line.ts';

const CHAIN = `ceteris: 1
stages:
  raw: { stage: ingest, file: a.csv }
  one: { stage: derive, from: raw, columns: { b: a + 1 } }
  two: { stage: filter, from: one, keep: b > 1 }
  end: { stage: derive, from: two, columns: { c: b + 1 } }
`;

/** The chain as it was compiled, and whose declaration has been asked for. */
async function chain(): Promise<Compiled & { readonly declared: string[] }> {
  const declared: string[] = [];
  const noting = (type: AnyStageType): AnyStageType => ({
    ...type,
    declare: (context) => {
      declared.push(type.type);
      return type.declare(context);
    },
  });
  const types = new Map([...registry.types].map(([name, type]) => [name, noting(type)]));
  const own: Registry = { ...registry, types };
  const folder = new Folder({ 'pipeline.yaml': CHAIN, 'a.csv': 'a\n1\n2\n' });
  const validators = await compileValidators(registry);
  const { pipeline } = await loadPipeline(folder.at('pipeline.yaml'), { registry: own, cwd: folder.path, validators });
  writeCompiled(folder.at('plan'), 'test', pipeline as Pipeline);
  const compiled = await readCompiled({
    path: folder.at('plan'),
    of: 'test',
    registry: async () => own,
    nameOf: (file) => file,
    whole: () => ({ diagnostics: [], plugins: [] }),
  });
  declared.length = 0;
  return { ...(compiled as Compiled), declared };
}

const table = (...columns: readonly string[]): Outputs => {
  const shape: Shape = { kind: 'table', columns: columns.map((name) => ({ name, type: 'number' })), open: false };
  return new Map([['table', { shape, parts: new Map() }]]);
};

test('what stands above is taken as what it put out, and not declared again', async () => {
  const { pipeline, graph, declared } = await chain();
  const [two, end] = ['two', 'end'].map((name) => graph.index(name) as number) as [number, number];
  const known = (index: number) => (index === two ? table('a', 'b') : undefined);
  expect(checksOut({ pipeline, graph, known }, [end])).toBe(true);
  expect(declared).toEqual(['derive']);
});

test('a column that it did not put out is missed', async () => {
  const { pipeline, graph } = await chain();
  const [two, end] = ['two', 'end'].map((name) => graph.index(name) as number) as [number, number];
  expect(checksOut({ pipeline, graph, known: (index) => (index === two ? table('a') : undefined) }, [end])).toBe(false);
});

test('where that is not known, or the edit reaches it, it is declared', async () => {
  const { pipeline, graph, declared } = await chain();
  const [two, end] = ['two', 'end'].map((name) => graph.index(name) as number) as [number, number];
  expect(checksOut({ pipeline, graph }, [end])).toBe(true);
  expect(declared).toEqual(['ingest', 'derive', 'filter', 'derive']);
  // what it put out before says nothing of what it puts out now
  expect(checksOut({ pipeline, graph, known: (index) => (index === two ? table() : undefined) }, [two, end])).toBe(
    true,
  );
});
