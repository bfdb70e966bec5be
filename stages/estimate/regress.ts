import { Type } from '@sinclair/typebox';
import { numbers } from '../columns/column.ts';
import { Reference } from '../columns/params.ts';
import { recordOutput } from '../columns/record.ts';
import { tableShapeOf } from '../columns/schema.ts';
import { tableOf, tableOutput } from '../columns/table.ts';
import { defineStage, type OutputValue, type RecordShape, ROWS, type TableShape } from '../contract.ts';
import { ERRORS_INSTEAD } from './errors-spec.ts';
import { firstName, instrumentFaults, instrumentOutputs } from './instrument-spec.ts';
import { fitInstrumented, type InstrumentedModel } from './instrumented.ts';
import { JointParam, type JointSpec, type JointValue, jointOf, jointTests } from './joint-tests.ts';
import { fitSpec, isFaults } from './linear-fit.ts';
import {
  formulaParam,
  instrumentMethodParam,
  instrumentParam,
  type LinearParams,
  linearParams,
} from './linear-params.ts';
import { declareLinear, type LinearSpec } from './linear-spec.ts';
import { modelRecord } from './model-record.ts';
import { Outcomes, severalModels } from './several-models.ts';
import { termName } from './term.ts';

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

**Terms** as R and fixest write them: columns; \`log(x + 1)\` and the other functions (exp, sqrt, abs, log1p, expm1, log2, log10, asinh, floor, ceil, float) of any
arithmetic; \`x^2\`, \`I(a / b)\`, \`I(x > 5)\` (1 or 0); \`poly(x, 2)\`, orthonormal over the rows of the estimation, or \`raw = TRUE\`; products
\`a:b\` and \`a*b\`; factors \`i(year, ref = 2014)\`, \`i(year, treated, ref = 2014)\`, \`i(a, i.b)\`, with \`keep = 2010:2013\` and
\`bin = list(early = 2009:2011)\`; the same unit in another period \`l(x)\`, \`l(x, 0:2)\`, \`f(x, 1)\` and changes \`d(x)\`, by the value of the
panel's time (a gap gives missing; rows that a \`where\` leaves out are not seen). The outcome may be any arithmetic: \`log(gdp / pop) ~ …\`.

**Several models**: \`y: [a, b]\` or \`c(a, b) ~ …\`, and stepwise terms as fixest has them: \`sw(a, b)\` one after the other, \`csw(a, b)\`
cumulative, \`sw0\`, \`csw0\` from none, \`mvsw(a, b)\` every subset, in a formula or as an item of x, controls or absorb. Each is a case of
the stage: \`baseline[npp,2]\`, all of them \`baseline[*]\`.

**Instruments** (\`iv: { endogenous, instruments }\`, or a further bar in the formula: \`y ~ x | city + year | endo ~ z1 + z2\`): two-stage least
squares, residuals with the endogenous regressors as observed (Wooldridge 2010, §5.2.2). Terms are \`fit_<name>\`; outputs
\`first_<name>\` and \`reduced\` are the first stages and the reduced form. \`iv\` in the record: first-stage F (classical, and with the errors
asked for), Cragg–Donald (1993), Kleibergen–Paap (2006), Wu–Hausman, Sargan (1958) or Hansen's J (1982) when over-identified, and
Anderson–Rubin (1949), which holds with weak instruments, with one endogenous regressor as a set of values, too: \`anderson_rubin.confidence\` at
the \`level\`, under the errors asked for, unbounded where the data cannot tell; and then the effective F of Montiel Olea and Pflueger (2013), \`effective_f\`,
with critical values by the share of the worst-case bias allowed. \`iv-method: liml\` or \`fuller\` (constant 1) estimates by another member of the k class (leverages of HC2, HC3, CR2 and CR3 stay those of the second stage's regressors). \`r2\` is the second stage's, on fitted values, as fixest's (beside weights fixest leaves them out of the residuals' sum of squares, and prints \`iv.fixest_r2\`); Stata's is \`iv.structural_r2\`.

**Joint tests** (\`joint: { leads: ["year::2010:treated", …] }\`): Wald F that the terms are zero together, globs allowed.

**Standard errors** (\`vcov\`): iid, HC0–HC3 (MacKinnon and White 1985), one- to four-way clusters (Cameron, Gelbach and Miller 2011),
\`{ CR2: cluster }\` and \`{ CR3: cluster }\` for few clusters: residuals corrected for the fit, absorbed effects included, with Satterthwaite's degrees of freedom for each
term, \`df\` (Bell and McCaffrey 2002; Pustejovsky and Tipton 2018; weights taken as inverse variances; joint tests and F use the smallest \`df\`, not Hotelling's),
Driscoll–Kraay (1998), Newey–West (1987) and Conley (1999). By resampling: \`{ wild: { cluster, draws, weights } }\`, the restricted
wild cluster bootstrap-t (Cameron, Gelbach and Miller 2008; Roodman et al. 2019): p values and intervals (by inversion) of every term,
every vector of signs (or of Webb's six points, for few clusters) once when there are no more of them than \`draws\`, where boottest goes through signs alone; of an instrumented model the restricted efficient bootstrap of its one endogenous term (Davidson and MacKinnon 2010), the others keep their t; \`{ bootstrap: { cluster, draws } }\` draws
whole clusters, or rows; \`{ jackknife: cluster }\` leaves each out once (CV3; MacKinnon, Nielsen and Webb 2023). \`ssc\` names the small-sample convention: \`fixest\` (default) or
\`reghdfe\`, \`stata\`, \`none\`, or fixest's settings one by one: \`{ k_fixef: full, g_df: conventional }\`.

**Singletons** (rows alone in a level of an effect) are dropped, as reghdfe and recent fixest do, and counted in a note.
**Collinear regressors** are dropped, the later of a set, with a note that names what they are collinear with.
Rows with a missing or infinite value in any column of the model are left out, with a note.

Not done here: panel-corrected errors, random effects, non-linear models. Checked against fixest 0.14 and R's lm, sandwich, clubSandwich and AER (coefficients to 1e-8, errors to 1e-7); resampled errors against
the definitions written out in R.

**Assumptions.** β is the effect of x when u is mean-independent of x given controls and effects, in all periods of a unit when unit effects are absorbed (strict exogeneity); otherwise it is the best linear
approximation within the effects. Instruments must be as good as random, move the endogenous regressors, and act through them alone. The errors asked for must allow the dependence there is: clusters are
independent of each other and many; with few, use \`CR2\` or \`wild\`.`,
      zh: `对 y = xβ + 固定效应 + u 作最小二乘估计。absorb 中的固定效应被精确吸收（两个时直接求解，更多时用预条件共轭梯度），不生成虚拟变量（Frisch 与 Waugh 1933；
Guimarães 与 Portugal 2010）。分项写法与 formula 等价：formula: "npp ~ policy + open | city + year"。

**项**：列名；任意算术式的函数 log(x + 1)、exp、sqrt、abs 等；x^2、I(a / b)、I(x > 5)（1 或 0）；poly(x, 2)（在估计样本上正交，raw = TRUE 为原始幂）；乘积 a:b、a*b；
因子 i(year, ref = 2014)、i(year, treated)、i(a, i.b)，可加 keep 与 bin = list(…)；同一个体其他时期的值 l(x)、l(x, 0:2)、f(x, 1) 与变化 d(x)，按面板时间的取值计算（缺期为缺失）。被解释变量也可以是算术式。

**多个模型**：y: [a, b] 或 c(a, b) ~ …；逐步项与 fixest 相同：sw 逐一、csw 累加、sw0 与 csw0 从空开始、mvsw 遍历子集。每个模型是本步骤的一个子项 baseline[npp,2]，全部为 baseline[*]。

**工具变量**（iv，或公式中再加一栏）：两阶段最小二乘，残差用内生变量的观测值计算（Wooldridge 2010，§5.2.2），系数名为 fit_<变量>；输出 first_<变量> 与 reduced 为第一阶段与简约式。
iv 中报告第一阶段 F（经典与所选标准误）、Cragg–Donald、Kleibergen–Paap、Wu–Hausman、过度识别时的 Sargan 或 Hansen J，只有一个内生变量时还有 Montiel Olea 与 Pflueger（2013）的有效 F（effective_f，含临界值），以及弱工具变量下仍有效的 Anderson–Rubin 检验。
r2 为第二阶段（内生变量取拟合值）的 R²，与 fixest 一致（加权时 fixest 的残差平方和漏乘权重，其打印值为 iv.fixest_r2）；Stata 的 R² 为 iv.structural_r2。

**联合检验**（joint）：若干系数同时为零的 Wald F 检验，可用通配符。

**标准误**（vcov）：iid、HC0–HC3、一至四维聚类、Driscoll–Kraay、Newey–West、Conley；聚类少时 CR2、CR3（对残差作校正，含被吸收的固定效应；每项系数有 Satterthwaite 自由度 df）；重抽样：wild（受约束的野聚类自助 t，区间由检验反演得到；符号组合不多于 draws 时全部枚举，聚类少时可用
Webb 权重）、bootstrap（整群或逐行抽样）、jackknife（CV3）。ssc 为小样本约定：fixest（默认）、reghdfe、stata、none，或逐项设定。

单例观测（在某一固定效应水平上只有一行）被剔除并计数，与 reghdfe 及新版 fixest 相同；共线变量剔除后出现者，并在附注中说明与何者共线；任一所用列缺失或为无穷的行不参与估计，并给出附注。

不做面板校正标准误、随机效应与非线性模型。已与 R 的 fixest 0.14、lm、sandwich、clubSandwich、AER 核对（系数相对误差 1e-8，标准误 1e-7）。

**假设。** 给定控制变量与固定效应，u 对 x 均值独立（吸收个体效应时须各期成立，即严格外生），β 才是 x 的效应，否则只是固定效应内的最优线性近似。工具变量须近似随机、与内生变量相关、且只经由内生变量起作用。
所选标准误须容许实际存在的相关：聚类之间独立且数量足够多；聚类少时用 CR2 或 wild。`,
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
      from: Reference('the table', '输入的表'),
      ...linearParams,
      y: Outcomes,
      ...formulaParam,
      ...instrumentParam,
      ...instrumentMethodParam,
      joint: JointParam,
    },
    { additionalProperties: false },
  ),
  inputs: { from: { kinds: ['table'] } },
  instead: ERRORS_INSTEAD,
  outputs: {
    model: { kind: 'model', doc: { en: 'the fitted model', zh: '估计结果' } },
    residuals: {
      kind: 'table',
      doc: {
        en: 'the panel keys and `residual`, a row per row of the input',
        zh: '面板的键与 `residual`，与输入逐行对应',
      },
    },
  },
  expand: severalModels,
  outputsFor: (params) => instrumentOutputs(params),
  declare(context) {
    const { faults, spec, reads, columns, facts } = declareLinear(context);
    const model: RecordShape = { kind: 'model', columns, outcome: termName(spec.y), facts };
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
  helped: true,
  run({ spec, inputs, memo, helpers }) {
    const [input] = inputs.from ?? [];
    if (input === undefined) throw new Error('ceteris bug: regress without input');
    const table = tableOf(input, memo, helpers);
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
