import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { regress } from '../../stages/estimate/regress.ts';
import { derive } from '../../stages/prepare/derive.ts';
import { declareStage, near, readTable, record, referenceTable, runStage, type Value } from '../stage-lab.ts';

test('the constant beside absorbed effects, and its clustered error, are those that reghdfe prints', async () => {
  const data = readFileSync(new URL('../../pipelines/medicaid/data/ehec.csv', import.meta.url));
  const raw = await readTable(data, { panel: { unit: 'stfips', time: 'year' } });
  const made = await runStage(derive, { from: 'x', columns: { post: 'coalesce(year >= yexp2, 0)' } }, { from: raw });
  const params = {
    from: 'x',
    y: 'dins',
    x: 'post',
    absorb: ['stfips', 'year'],
    cluster: 'stfips',
    ssc: 'reghdfe',
    constant: true,
  };
  const { terms } = record((await runStage(regress, params, { from: made.outputs.table as Value })).outputs.model);
  const printed = terms.map((t: { term: string; estimate: number; std_error: number }) => [
    t.term,
    t.estimate.toFixed(7),
    t.std_error.toFixed(7),
  ]);
  expect(printed).toEqual([
    ['(Intercept)', '0.6794409', '0.0021452'],
    ['post', '0.0703207', '0.0074010'],
  ]);
});

// R 4.2.2: m <- lm(inv ~ value + capital + factor(firm), grunfeld); the slopes' are sqrt(diag(sandwich::vcovHC(m, "HC2"))) and "HC3";
// with the constant: dm <- function(v) v - ave(v, firm) + mean(v); X <- cbind(1, dm(value), dm(capital)); B <- solve(crossprod(X));
// s <- X * resid(m) / (1 - hatvalues(m))^p, p = 1/2 and 1; sqrt(diag(B %*% crossprod(s) %*% B))
for (const [kind, want] of [
  ['HC2', [25.6236582332593, 0.0206194324434476, 0.047754969275525]],
  ['HC3', [29.1211309111605, 0.0227163586789362, 0.0552187123174876]],
] as const)
  test(`leverages are the effects' own beside a reported constant: ${kind}`, async () => {
    const params = { from: 'x', y: 'inv', x: ['value', 'capital'], absorb: 'firm', vcov: kind, constant: true };
    const { terms } = record(
      (await runStage(regress, params, { from: await referenceTable('grunfeld') })).outputs.model,
    );
    terms.forEach((t: { std_error: number }, j: number) => {
      expect(near(t.std_error, want[j] as number, 1e-7), `${t.std_error}, not ${want[j]}`).toBe(true);
    });
  });

// the same with LIML in base R: dummies of gear; the constant's row from cbind(1, fitted wt less its gear means) e / (1 - h)^p, h of the projection on
// fitted wt and dummies, bread diag(1/n, k-class)
for (const [kind, want] of [
  ['HC2', [2.62051505023766, 0.815927679291421]],
  ['HC3', [2.94645801072518, 0.91399621486645]],
] as const)
  test(`and beside a reported constant of LIML: ${kind}`, async () => {
    const iv = { endogenous: 'wt', instruments: ['disp', 'drat'] };
    const params = { from: 'x', y: 'mpg', iv, 'iv-method': 'liml', absorb: 'gear', vcov: kind, constant: true };
    const { terms } = record((await runStage(regress, params, { from: await referenceTable('mtcars') })).outputs.model);
    expect(near(terms[0].estimate, 37.1242954625723, 1e-8)).toBe(true);
    terms.forEach((t: { std_error: number }, j: number) => {
      expect(near(t.std_error, want[j] as number, 1e-7), `${t.std_error}, not ${want[j]}`).toBe(true);
    });
  });

test('a constant that is reported leaves the errors of the slopes as they are, repaired or not', async () => {
  const from = await referenceTable('grunfeld');
  for (const cluster of [['firm', 'year'], ['firm'], ['year']]) {
    const params = { from: 'x', y: 'inv', x: ['value', 'capital'], absorb: ['firm', 'year'], cluster };
    const models = [false, true].map(async (constant) =>
      record((await runStage(regress, { ...params, constant }, { from })).outputs.model),
    );
    const [plain, wider] = await Promise.all(models);
    for (const t of plain.terms) {
      const same = wider.terms.find((w: { term: string }) => w.term === t.term);
      expect(near(same.std_error, t.std_error, 1e-10), `${cluster}: ${same.std_error}, not ${t.std_error}`).toBe(true);
    }
  }
});

test('effects that are slopes alone have no constant to report', async () => {
  const from = await referenceTable('grunfeld');
  const codes = (absorb: string | readonly string[]) =>
    declareStage(regress, { from: 'x', y: 'inv', x: 'value', absorb, constant: true }, { from }).faults.map((f) => [
      f.code,
      f.param,
    ]);
  expect(codes('firm[[capital]]')).toEqual([['CE2606', ['constant']]]);
  expect(codes(['firm[[capital]]', 'year'])).toEqual([]);
  expect(codes('firm[capital]')).toEqual([]);
});
