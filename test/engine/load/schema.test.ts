/** The schema that editors complete and check with says what the program says. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { pipelineSchema } from '../../../engine/load/schema.ts';
import { registry } from '../../../stages/registry.ts';

const schema = pipelineSchema(registry, 'en');
const fits = new Ajv2020({ strict: false }).compile(JSON.parse(JSON.stringify(schema)) as object);
const pipelines = resolve(import.meta.dirname, '..', '..', '..', 'pipelines');

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

test('one value may stand for a list of one', () => {
  const raw = { stage: 'ingest', file: 'd.csv' };
  for (const missing of ['NA', -99, ['NA', -99]])
    expect(fits({ ceteris: 1, stages: { raw: { ...raw, missing } } }), String(missing)).toBe(true);
  for (const more of [{ include: 'data.yaml' }, { include: ['data.yaml'] }, { plugins: 'mine.ts' }])
    expect(fits({ ceteris: 1, stages: { raw }, ...more }), JSON.stringify(more)).toBe(true);
});

/** All descriptions in a schema, each with the keys that lead to it. */
const described = (node: unknown, path = ''): (readonly [string, string])[] => {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) =>
    key === 'description' && typeof value === 'string' ? [[path, value] as const] : described(value, `${path}/${key}`),
  );
};

test('an editor shows types, keys and params in the language that was asked for', () => {
  const chinese = described(pipelineSchema(registry, 'zh'));
  expect(chinese.filter(([, text]) => !/\p{Script=Han}/u.test(text))).toEqual([]);
  const english = described(schema);
  expect(english.filter(([, text]) => /\p{Script=Han}/u.test(text))).toEqual([]);
  expect(english.map(([path]) => path)).toEqual(chinese.map(([path]) => path));
  expect(JSON.stringify(schema)).not.toContain('x-zh');
});

test('what a param means stands once, not in each alternative of its value', () => {
  const texts = (node: unknown): string[] => described(node).map(([, text]) => text);
  const branches = (schema as { properties: { stages: { additionalProperties: { oneOf: object[] } } } }).properties
    .stages;
  for (const branch of branches.additionalProperties.oneOf as { properties: Record<string, unknown> }[])
    for (const [name, param] of Object.entries(branch.properties)) {
      const { description, ...rest } = param as { description: string };
      expect(texts(rest), name).not.toContain(description);
    }
});

test('a default, which editors put in, is a value that the param takes', () => {
  const ajv = new Ajv2020({ strict: false });
  const wrong: string[] = [];
  const visit = (node: unknown, path: string): void => {
    if (typeof node !== 'object' || node === null) return;
    const { default: standard } = node as { default?: unknown };
    if (standard !== undefined && typeof standard !== 'object' && !ajv.validate(node, standard)) wrong.push(path);
    for (const [key, value] of Object.entries(node)) visit(value, `${path}/${key}`);
  };
  for (const [name, { params }] of registry.types) visit(JSON.parse(JSON.stringify(params)), name);
  expect(wrong).toEqual([]);
});
