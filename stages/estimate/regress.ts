import { Type } from '@sinclair/typebox';
import { numbers } from '../columns/column.ts';
import { Reference } from '../columns/params.ts';
import { recordOutput } from '../columns/record.ts';
import { tableShapeOf } from '../columns/schema.ts';
import { tableOf, tableOutput } from '../columns/table.ts';
import { defineStage, type OutputValue, type RecordShape, ROWS, type TableShape } from '../contract.ts';
import { firstName, instrumentFaults, instrumentOutputs } from './instrument-spec.ts';
import { fitInstrumented, type InstrumentedModel } from './instrumented.ts';
import { JointParam, type JointSpec, type JointValue, jointOf, jointTests } from './joint-tests.ts';
import { fitSpec, isFaults, termName } from './linear-fit.ts';
import {
  declareLinear,
  formulaParam,
  instrumentParam,
  type LinearParams,
  type LinearSpec,
  linearParams,
} from './linear-spec.ts';
import { modelRecord } from './model-record.ts';
import { Outcomes, severalModels } from './several-models.ts';

type Params = LinearParams & { readonly from: string; readonly joint?: JointValue };

export type RegressSpec = LinearSpec & { readonly joint: JointSpec };

const value = [{ name: 'value', how: 'made' }] as const;

/**
 * Least squares with any number of absorbed effects, and the errors that economists report.
 * Out: `model` (broom's fields), `residuals` (one per row of the input; missing where the row was not used).
 */
export const regress = defineStage<Params, RegressSpec>({
  type: 'regress',
  doc: {
    summary: {
      en: 'Ordinary or weighted least squares with absorbed fixed effects',
      zh: '最小二乘回归，可吸收任意多个固定效应',
    },
    details: {
      en: `Estimates y = xβ + effects + u by least squares. Effects in \`absorb\` are taken out exactly (two of them are solved directly,
more by preconditioned conjugate gradients), so their dummies never stand in memory (Frisch and Waugh 1933; Guimarães and Portugal 2010).

The structured form and \`formula\` are the same thing: \`formula: "npp ~ policy + open | city + year"\`.

**Several models**: \`y: [a, b]\` or \`c(a, b) ~ …\`, and stepwise terms as fixest has them: \`sw(a, b)\` one after the other, \`csw(a, b)\`
cumulative, \`sw0\`, \`csw0\` from none, \`mvsw(a, b)\` every subset, in a formula or as an item of x, controls or absorb. Each is a case of
the stage: \`baseline[npp,2]\`, all of them \`baseline[*]\`.

**Instruments** (\`iv: { endogenous, instruments }\`, or a further bar in the formula: \`y ~ x | city + year | endo ~ z1 + z2\`): two-stage least
squares, residuals with the endogenous regressors as observed (Wooldridge 2010, §5.2.2). Terms are \`fit_<name>\`; outputs
\`first_<name>\` and \`reduced\` are the first stages and the reduced form. \`iv\` in the record: first-stage F (classical, and with the errors
asked for), Cragg–Donald (1993), Kleibergen–Paap (2006), Wu–Hausman, Sargan (1958) or Hansen's J (1982) when over-identified, and
Anderson–Rubin (1949), which holds with weak instruments. \`r2\` is fixest's; Stata's is \`iv.structural_r2\`.

**Joint tests** (\`joint: { leads: ["year::2010:treated", …] }\`): Wald F that the terms are zero together, globs allowed.

**Standard errors** (\`vcov\`): iid, HC0–HC3 (MacKinnon and White 1985), one- to four-way clusters (Cameron, Gelbach and Miller 2011),
Driscoll–Kraay (1998), Newey–West (1987) and Conley (1999). By resampling: \`{ wild: { cluster, draws, weights } }\`, the restricted
wild cluster bootstrap-t (Cameron, Gelbach and Miller 2008; Roodman et al. 2019): p values and intervals (by inversion) of every term,
all sign vectors once when there are no more than \`draws\`, Webb's weights for few clusters; \`{ bootstrap: { cluster, draws } }\` draws
whole clusters, or rows; \`{ jackknife: cluster }\` leaves each out once (CV3; MacKinnon, Nielsen and Webb 2023). \`ssc\` names the small-sample convention: \`fixest\` (default) or
\`reghdfe\`, \`stata\`, \`none\`, or fixest's settings one by one: \`{ k_fixef: full, g_df: conventional }\`.

**Singletons** (rows alone in a level of an effect) are dropped, as reghdfe and recent fixest do, and counted in a note.
**Collinear regressors** are dropped, the later of a set, with a note that names what they are collinear with.
Rows with a missing or infinite value in any column of the model are left out, with a note.

Not done here: panel-corrected errors, random effects, non-linear models. Checked against fixest 0.14 and R's lm and sandwich.

**Assumptions.** β is the effect of x when u is mean-independent of x given controls and effects, in all periods of a unit when unit effects are absorbed (strict exogeneity); otherwise it is the best linear
approximation within the effects. Instruments must be as good as random, move the endogenous regressors, and act through them alone. The errors asked for must allow the dependence there is: clusters are
independent of each other and many; with few, use \`wild\`.`,
    },
    example: `stages:
  raw: { stage: ingest, file: panel.csv, panel: { unit: city, time: year } }
  baseline:
    stage: regress
    from: raw
    y: npp
    x: policy
    controls: [open, fin]
    absorb: [city, year]
    cluster: city
  instrumented:
    stage: regress
    from: raw
    formula: "npp ~ open + fin | city + year | policy ~ post_offices"
    cluster: city
`,
  },
  params: Type.Object(
    {
      from: Reference('the table'),
      ...linearParams,
      y: Outcomes,
      ...formulaParam,
      ...instrumentParam,
      joint: JointParam,
    },
    { additionalProperties: false },
  ),
  inputs: { from: { kinds: ['table'] } },
  outputs: {
    model: { kind: 'model', doc: 'the fitted model' },
    residuals: { kind: 'table', doc: 'the panel keys and `residual`, a row per row of the input' },
  },
  expand: severalModels,
  outputsFor: (params) => instrumentOutputs(params),
  declare(context) {
    const { faults, spec, reads, columns } = declareLinear(context);
    const model: RecordShape = { kind: 'model', columns, outcome: termName(spec.y) };
    const stages = spec.endogenous.map((term) => ({ ...model, outcome: termName(term) }));
    const shape = tableShapeOf(context.inputs.from?.[0]);
    const keys = shape.panel === undefined ? [] : [shape.panel.unit, shape.panel.time];
    const residuals: TableShape = {
      kind: 'table',
      open: false,
      columns: [...shape.columns.filter((c) => keys.includes(c.name)), { name: 'residual', type: 'number' }],
      ...(shape.panel === undefined ? {} : { panel: shape.panel }),
    };
    return {
      faults: [...faults, ...instrumentFaults(spec, context.params.formula !== undefined)],
      spec: { ...spec, joint: jointOf(context.params.joint) },
      reads: { from: [[ROWS, ...reads]] },
      outputs: {
        model: { shape: model, parts: value },
        ...Object.fromEntries(stages.map((shape) => [firstName(shape.outcome), { shape, parts: value }])),
        ...(stages.length === 0 ? {} : { reduced: { shape: model, parts: value } }),
        residuals: {
          shape: residuals,
          parts: [
            { name: ROWS, how: 'passed', input: 'from', index: 0, part: ROWS },
            ...keys.map((part) => ({ name: part, how: 'passed' as const, input: 'from', index: 0, part })),
            { name: 'residual', how: 'made' },
          ],
        },
      },
    };
  },
  weight: ({ errors }) => ('draws' in errors ? 5 + errors.draws / 5 : 5),
  run({ spec, inputs, memo }) {
    const [input] = inputs.from ?? [];
    if (input === undefined) throw new Error('ceteris bug: regress without input');
    const table = tableOf(input, memo);
    const estimated = spec.endogenous.length > 0 ? fitInstrumented(table, spec) : fitSpec(table, spec);
    if (isFaults(estimated)) return { ok: false, faults: estimated };
    const iv = 'model' in estimated ? estimated : undefined;
    const model = 'model' in estimated ? estimated.model : estimated;
    const joint = jointTests(model, spec.joint);
    if (isFaults(joint)) return { ok: false, faults: joint };
    const record = {
      ...modelRecord(model, spec),
      ...(Object.keys(joint).length === 0 ? {} : { joint }),
      ...(iv === undefined ? {} : { iv: iv.tests }),
    };
    const residual = spread(model.fit.residuals, model.rows, table.rows);
    return {
      ok: true,
      outputs: {
        model: recordOutput(record),
        residuals: tableOutput([['residual', numbers(residual)]]),
        ...(iv === undefined ? {} : stageOutputs(iv, spec)),
      },
      notes: model.notes,
    };
  },
});

/** First stages and the reduced form. */
const stageOutputs = (iv: InstrumentedModel, spec: LinearSpec): Record<string, OutputValue> => ({
  ...Object.fromEntries(iv.first.map((m) => [firstName(m.outcome), recordOutput(modelRecord(m, spec))])),
  reduced: recordOutput(modelRecord(iv.reduced, spec)),
});

/** Values of chosen rows put back among all rows; missing elsewhere. */
function spread(values: Float64Array, rows: Int32Array, count: number): Float64Array {
  if (rows.length === count) return values;
  const out = new Float64Array(count).fill(Number.NaN);
  for (let i = 0; i < rows.length; i++) out[rows[i] as number] = values[i] as number;
  return out;
}
