// What a family of regressions on S costs against how many there are: runs one stage type with growing numbers, prints the least of some rounds as JSON.
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { panel, SIZES, withPolicy } from './panels.mjs';

const { bundle, rounds } = JSON.parse(process.argv[2]);
const { placebo, mediation, specCurve, regress } = await import(pathToFileURL(bundle).href);

const { parts } = withPolicy(panel(SIZES.S), SIZES.S);
const names = [...parts.keys()].filter((name) => name !== '#rows');
const columns = names.map((name) => ({ name, type: 'number' }));
const shape = { kind: 'table', open: false, columns, panel: { unit: 'unit', time: 'year' } };
const controls = ['x1', 'x2', 'x3', 'x4', 'x5'];
const base = { from: 'p', y: 'y', x: 'policy', absorb: ['unit', 'year'], cluster: 'unit' };

/** [what, type, params by number, numbers] */
const FAMILIES = [
  ['regression', regress, () => ({ controls }), [1]],
  ['placebo', placebo, (draws) => ({ controls, draws, assign: 'both', seed: 1 }), [125, 250, 500, 1000]],
  [
    'cluster bootstrap of a mediation',
    mediation,
    (bootstrap) => ({ controls, mediator: 'x6', bootstrap, seed: 1 }),
    [125, 250, 500, 1000, 2000],
  ],
  [
    'cluster bootstrap of a regression',
    regress,
    (draws) => ({ controls, cluster: undefined, vcov: { bootstrap: { cluster: 'unit', draws, seed: 1 } } }),
    [125, 250, 500, 1000, 2000],
  ],
  ['specification curve', specCurve, (models) => ({ vary: choices(models) }), [128, 256, 512, 1024]],
];

/** The choices of a study: sets of controls, then also effects, clusters and samples. */
function choices(models) {
  return {
    controls: { subsets: [...controls, 'x6', 'x7'] },
    ...(models >= 256 && {
      absorb: [
        ['unit', 'year'],
        ['unit', 'industry^year'],
      ],
    }),
    ...(models >= 512 && { cluster: ['unit', 'industry'] }),
    ...(models >= 1024 && { where: { all: true, later: 'year >= 2003' } }),
  };
}

function prepared(type, params) {
  const all = Object.entries({ ...base, ...params });
  const given = Object.fromEntries(all.filter(([name, v]) => v !== undefined && !(name in (params.vary ?? {}))));
  const { faults, spec, reads } = type.declare({
    params: given,
    inputs: { from: [{ shape, path: ['from'], inner: [] }] },
    files: {},
    labels: {},
  });
  if (faults.length > 0) throw new Error(JSON.stringify(faults));
  const read = new Map(reads.from[0].map((name) => [name, parts.get(name)]));
  return { spec, inputs: { from: [{ kind: 'table', parts: read }] }, files: {} };
}

async function once(type, context) {
  const started = performance.now();
  const result = await type.run(context);
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  return performance.now() - started;
}

const found = [];
for (const [what, type, params, numbers] of FAMILIES) {
  const contexts = numbers.map((number) => prepared(type, params(number)));
  const first = await once(type, contexts.at(-1));
  // numbers take turns, so that a busy machine is as busy for all
  const times = numbers.map(() => []);
  for (let round = 0; round < rounds; round++)
    for (const [i, context] of contexts.entries()) times[i].push(await once(type, context));
  found.push({ what, numbers, first, ms: times.map((all) => Math.min(...all)) });
}
console.log(JSON.stringify(found));
