import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { openLab } from './lab.ts';

const shipped = readdirSync(resolve(import.meta.dirname, '../../pipelines'));

test('makes a study that runs as it is, with the schema for editors beside it', async () => {
  const lab = openLab({});
  expect(await lab.json('init', 'mine')).toMatchObject({ ok: true });
  expect(existsSync(lab.at('mine/out')) || existsSync(lab.at('mine/.ceteris'))).toBe(false);
  expect(lab.read('mine/pipeline.yaml')).toMatch(/^# yaml-language-server: \$schema=pipeline\.schema\.json$/m);
  expect(JSON.parse(lab.read('mine/pipeline.schema.json'))).toMatchObject({ title: 'ceteris pipeline' });
  expect((await lab.run('mine')).code).toBe(0);
});

test.each(shipped)('template %s passes the check', async (template) => {
  const lab = openLab({});
  await lab.cli(['init', 'mine', '--template', template]);
  expect(await lab.check('mine')).toMatchObject({ code: 0, diagnostics: [] });
});

test('overwrites nothing, and names the templates that there are', async () => {
  const lab = openLab({ 'mine/notes.txt': 'mine' });
  const taken = await lab.cli(['init', 'mine']);
  expect([taken.code, taken.err.includes('CE1512')]).toEqual([2, true]);
  expect(readdirSync(join(lab.folder, 'mine'))).toEqual(['notes.txt']);
  const unknown = await lab.cli(['init', 'other', '--template', 'castel']);
  expect([unknown.code, unknown.err.includes("did you mean 'castle'")]).toEqual([2, true]);
});
