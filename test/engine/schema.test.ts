/** The schema that editors complete and check with says what the program says. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { pipelineSchema } from '../../engine/load/schema.ts';
import { registry } from '../../stages/registry.ts';

const schema = pipelineSchema(registry);
const fits = new Ajv2020({ strict: false }).compile(JSON.parse(JSON.stringify(schema)) as object);
const pipelines = resolve(import.meta.dirname, '..', '..', 'pipelines');

test('every study of the repository fits it', () => {
  for (const study of readdirSync(pipelines))
    for (const file of readdirSync(join(pipelines, study)).filter((name) => name.endsWith('.yaml')))
      expect(fits(parse(readFileSync(join(pipelines, study, file), 'utf8'), { merge: true })), `${study}/${file}`).toBe(
        true,
      );
});

test('the example of every stage type fits it', () => {
  for (const [name, type] of registry.types)
    expect(fits({ ceteris: 1, name: 'example', ...(parse(type.doc.example) as object) }), name).toBe(true);
});

test('unknown types, unknown params and values that cannot be do not', () => {
  const stage = (of: object, more: object = {}) => fits({ ceteris: 1, stages: { a: of }, ...more });
  const good = { stage: 'regress', from: 'raw', y: 'y', x: 'x' };
  expect(stage(good)).toBe(true);
  expect(stage({ ...good, level: '${level}' })).toBe(true);
  expect(stage({ ...good, stage: 'regres' })).toBe(false);
  expect(stage({ ...good, clutser: 'city' })).toBe(false);
  expect(stage({ ...good, level: 'high' })).toBe(false);
  expect(stage(good, { defaults: { regress: { cluster: 'city' } } })).toBe(true);
  expect(stage(good, { defaults: { regress: { clutser: 'city' } } })).toBe(false);
  expect(stage(good, { stagess: {} })).toBe(false);
});

test('an editor has a sentence in both languages for each type', () => {
  const text = JSON.stringify(schema);
  for (const type of registry.types.values()) {
    expect(text, type.type).toContain(JSON.stringify(type.doc.summary.en).slice(1, -1));
    expect(text, type.type).toContain(type.doc.summary.zh);
  }
});
