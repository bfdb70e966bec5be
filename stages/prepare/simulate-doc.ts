/** The reference page of `simulate`. */
import type { StageDoc } from '../contract.ts';

export const simulateDoc: StageDoc = {
  summary: {
    en: 'draw a panel with given moments and a treatment of known effect',
    zh: '按给定矩模拟面板，并设定已知的处理效应',
  },
  details: {
    en: `For studies of methods, for teaching, and where data cannot be shown. What is made from a simulated table is marked as simulated: tables and figures say so in print, without being asked.

Each variable has a normal score s_it = Σ_k λ_k f_k,it + √(1 − Σλ_k²) e_it. The λ are its \`loads\` on latents, on other variables' scores and on number columns of \`from\` (standardized over units); when these are uncorrelated, loads are correlations.
Its own part is e_it = √p u_i + √(1 − p) a_it: p is \`persistence\`, the share that stays with the unit, and a_it a stationary first-order autoregression with coefficient \`memory\`.

The column is x_it = h(μ + σ s_it) + trend + effect, with h linear without bounds, exponential with one, logistic with \`min\` and \`max\` (Johnson 1949, *Biometrika* 36, 149–176). μ and σ are solved for so that the sample's mean and sd (n − 1) are those asked for, to nine digits, and the rows with the lowest and
the highest score stand at the bounds. \`integer\` rounds afterwards, and \`binary\` takes the rows with the highest scores; a note says when that moves a moment. The output \`calibration\` sets both side by side.

\`trend\` and \`effect\` are added on the variable's own scale, the same for all: since e_it is stationary, expected values without treatment move in parallel whatever the level. With g the unit's \`cohort\`, the effect at t ≥ g is size × scale_i × path(t − g). h keeps within the bounds less trend and
effect, so nothing is cut off and the effect arrives whole: its mean over treated rows is in a note and in the output \`truth\`; \`untreated\` holds the same draws without it.

Numbers come from Philox, a counter-based generator (Salmon et al. 2011), with one stream for each variable and unit, named by seed and names: the scores of a unit do not depend on which other units, later periods or variables there are, nor on the machine. The solved μ and σ do depend on all rows.
Units are numbered, named, or the rows of a table, so that simulated cities can carry real names; that makes them no more real.

It draws balanced panels, does not simulate attrition or missing values, and keeps no correlation exactly: moments are exact, correlations hold for scores and in expectation.

Checked against its own promises: moments to nine digits, the effect row by row, and two-way and staggered estimators that find the truth.`,
    zh: `模拟数据：由其生成的表和图会自动注明“模拟数据”。每个变量的正态得分 s_it = Σλ_k f_k,it + √(1 − Σλ_k²) e_it，e_it = √p u_i + √(1 − p) a_it，其中 p 为 persistence，a_it 为系数 memory 的平稳 AR(1)。
x_it = h(μ + σ s_it) + trend + effect：无界时 h 为线性，一侧有界时为指数，两侧有界时为 logistic（Johnson 1949）；μ、σ 使样本均值与标准差等于目标值。
trend 与 effect 在原尺度上相加，因此未受处理时的期望值平行变动；效应 = size × scale_i × path(t − g)，不会被界限截断，其真值见附注与输出 truth，untreated 为无处理的同一次抽样。
随机数采用计数式生成器 Philox，按种子、变量名与个体名各有独立流。`,
  },
  example: `stages:
  panel:
    stage: simulate
    units: 200
    unit: city
    times: { from: 2009, to: 2022 }
    time: year
    latents: { development: { persistence: 0.95 } }
    variables:
      gdp: { mean: 10.7, sd: 0.6, min: 8.8, max: 12, loads: { development: 0.8 } }
      open: { mean: 0.18, sd: 0.28, min: 0.002, max: 1.727, loads: { development: 0.5 } }
    seed: 2022
  summary: { stage: describe, from: panel, columns: [gdp, open] }
`,
};
