import { join } from 'node:path';
import { expect, test } from 'vitest';
import { digestOf } from '../../cache/digest.ts';
import type { Outputs } from '../../engine/plan/part.ts';
import { KnownOutputs, keepOutputs } from '../../engine/standing/known-outputs.ts';
import { scratch } from '../cache/scratch.ts';

const outputs = (text: string): Outputs =>
  new Map([['main', { shape: { kind: 'record' }, parts: new Map([['all', { digest: digestOf(text) }]]) } as never]]);
const known = (path: string, run: string): readonly (string | undefined)[] => {
  const of = KnownOutputs.read(path, { question: 'q', run });
  return [0, 1].map((i) => {
    const ref = of.get(i)?.get('main')?.parts.get('all');
    return ref !== undefined && 'digest' in ref ? ref.digest : undefined;
  });
};

test('after an edit, a run of all that finds everything as it was leaves all known', () => {
  const path = join(scratch(), 'standing');
  keepOutputs(path, { question: 'q', run: 'first' }, [outputs('a'), outputs('b')]);
  KnownOutputs.read(path, { question: 'q', run: 'first' }).keep('edit', new Map([[0, outputs('c')]]), 2);
  const all = [digestOf('c'), digestOf('b')];
  expect(known(path, 'edit')).toEqual(all);
  // the run of all did nothing, so what stands is still the run of the edit
  keepOutputs(path, { question: 'q', run: 'edit' }, [outputs('c'), outputs('b')]);
  expect(known(path, 'edit')).toEqual(all);
  expect(known(path, 'first')).toEqual([undefined, undefined]);
});
