/** The reference page of `honest-did`. */
import type { StageDoc } from '../contract.ts';

export const honestDidDoc: StageDoc = {
  summary: {
    en: 'Sensitivity of an event study to violations of parallel trends',
    zh: '事件研究对平行趋势偏离的敏感性（Rambachan–Roth 界限）',
  },
  details: {
    en: `The coefficients of an event study are β = τ + δ: effects (0 before treatment) and a trend δ that parallel trends would make 0. Rambachan and Roth (2023, Rev. Econ.
Stud. 90) bound δ instead and give confidence intervals for θ = Σ l_s τ_s that hold under the bound.

\`relative-magnitudes\` (Δ^RM): no change of δ from one period to the next after the reference is larger than m times the largest one before it. \`smoothness\` (Δ^SD): the
slope of δ changes by at most m from one period to the next; m = 0 extrapolates a line. \`relative-smoothness\` (Δ^SDRM): no change of the slope from the reference on is
larger than m times the largest one before it. \`bias\` adds that δ has one sign in every period after the reference, \`monotonicity\` that it only rises or only falls from
there on (the package's biasDirection and monotonicityDirection: Δ^SDB, Δ^SDM, Δ^RMB, Δ^RMM, Δ^SDRMB, Δ^SDRMM).

**Intervals.** \`flci\` (smoothness, its default): the shortest fixed-length interval around an affine estimator; the trade-off of bias and variance is followed exactly along a
lasso path and the quantile of the folded normal is exact. \`c-lf\` (default of relative magnitudes): conditional test of Andrews, Roth and Pakes (2023) after a first stage with
least favourable critical value of size α/10, inverted on a grid; \`c-f\` (smoothness, its default with \`bias\` or \`monotonicity\`): the conditional test after a first
stage by the fixed-length interval of level 1 − α/10; \`conditional\`: that test alone. The grid is that of the HonestDiD package: \`points\` values within 20 standard errors of
0 and the bounds under a flat pre-trend (wider when an interval reaches its end), with \`c-f\` the first stage's interval; the interval is the smallest to the largest value that is not rejected. Only restrictions on periods after the reference enter the test.

\`breakdown\` is the largest m at which 0 is excluded, found by bisection on m itself; \`original\` is the normal interval of the estimate as it is.

The model may be an \`event-study\` or a \`regress\` with terms such as \`year::2014:treated\`; coefficients must be relative to one reference and neighbours in time.
\`period\` (or \`weights\`, one per period after the reference) says which effect is meant: the first one unless told otherwise.

Not done: unions of such sets with bounds of the user's own, and restrictions on periods before the reference.

Checked against the page of the HonestDiD package (Medicaid example): the relative-magnitude intervals agree in every printed digit with its 1000-point grid (the page up to 2024-03),
and the fixed-length ones with \`quantile: simulated\`, which draws the 10⁶ numbers of R's \`set.seed(0)\` as the package does (the exact critical value moves them by up to 3e-5); one of the twelve ends is 1e-6 from the edge of its rounding, where the package's optimizer decides.
The page's later relative-magnitude intervals are within 4e-4: they lie on no equally spaced grid with a step above 2.4e-4, and so come from none of 1000 points around 0. The tests are compared with
all vertices of the dual program written out. Draws of the least favourable critical value come from another generator than R's.

**Assumptions.** The true violation lies in the set that \`method\` and m name: no larger after treatment than m times the largest before it, or with a slope that changes by no more than m each period (or m times as much as before), and of the sign or direction that was stated. Estimates are jointly normal with the covariance given.`,
    zh: `事件研究系数 β = τ + δ：效应（处理前为 0）加上平行趋势成立时为 0 的趋势 δ。本步骤限制 δ，给出在该限制下仍有效的置信区间（Rambachan 与 Roth 2023）。
relative-magnitudes：基期之后的逐期变化不超过此前最大逐期变化的 m 倍；smoothness：趋势斜率每期变化不超过 m，m = 0 即线性外推；relative-smoothness：自基期起斜率的变化不超过此前最大变化的 m 倍。
bias 另设基期之后各期偏离同号，monotonicity 另设偏离自基期起单调（两者不可并用），对应 Δ^SDB、Δ^SDM、Δ^RMB、Δ^RMM、Δ^SDRMB、Δ^SDRMM。
区间：flci（smoothness 的默认，最短固定长度区间）、c-lf（relative-magnitudes 的默认，先以最不利临界值检验，再作条件检验，在网格上反演）、c-f（先以水平 1 − α/10 的固定长度区间检验，再作条件检验；smoothness 加 bias 或 monotonicity 时的默认）、conditional（仅条件检验）。
quantile: simulated 按 HonestDiD 的方式模拟临界值（R 的随机数，种子 0，一百万次），与其打印的数字逐位一致。
breakdown 为仍能排除 0 的最大 m；original 为原始区间。period 或 weights 指定目标效应，默认为基期后的第一期。
输入可为 event-study，或含 i(year, treated, ref = …) 的 regress；各系数须相对于同一基期且时间连续。

**假设。** 真实偏离属于 method 与 m 所限定的集合：处理后偏离不超过处理前最大值的 m 倍，或斜率每期变化不超过 m（或此前最大变化的 m 倍），并符合所给的符号或方向。估计量联合正态，协方差如所给。`,
  },
  example: `stages:
  raw: { stage: ingest, file: panel.csv, panel: { unit: city, time: year } }
  trends: { stage: event-study, from: raw, y: npp, cohort: cohort, window: [-5, 5], cluster: city }
  bounds:
    stage: honest-did
    from: trends
    method: relative-magnitudes
    grid: [0.5, 1, 1.5, 2]
  bends:
    stage: honest-did
    from: trends
    method: smoothness
    bias: positive
    grid: [0, 0.1, 0.2]
`,
};
