import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { collapse, type SchemaError } from '../../../engine/load/params.ts';
import type { Schema } from '../../../engine/yaml/words.ts';
import { regress } from '../../../stages/estimate/regress.ts';

const validate = new Ajv({ allErrors: true, strict: false }).compile(regress.params);

const found = (vcov: unknown) => {
  const params = { from: 'x', y: 'y', x: 'x', vcov } as never;
  validate(params);
  return collapse((validate.errors ?? []) as readonly SchemaError[], regress.params as Schema, params);
};

describe('a union of mappings', () => {
  test('a value with the key of one branch gets that branch’s errors', () => {
    expect(found({ wild: { cluster: 'city', draws: 3 } }).map((e) => [e.keyword, e.instancePath])).toEqual([
      ['minimum', '/vcov/wild/draws'],
    ]);
  });

  test('a key of no branch is unknown, beside the keys of all', () => {
    const [error, ...more] = found({ wilde: { cluster: 'city' } });
    expect(more).toEqual([]);
    expect(error?.params.additionalProperty).toBe('wilde');
    expect(Object.keys(error?.schema?.properties ?? {})).toEqual(
      expect.arrayContaining(['cluster', 'wild', 'bootstrap', 'jackknife', 'conley']),
    );
  });
});
