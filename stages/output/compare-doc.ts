/** The reference page of `compare`. */
import type { StageDoc } from '../contract.ts';

export const compareDoc: StageDoc = {
  summary: {
    en: 'Published numbers beside computed ones; fails when they do not agree',
    zh: '将已发表数值与计算结果逐一比对，不一致时判为失败',
  },
  details: {
    en: `Each cell under \`with\` is a reference that goes on into the result, as \`show --json\` prints it: \`base[4].terms.policy.estimate\`,
\`base[4].nobs\`, \`base[4].clusters.city.levels\`, \`cs.rows.2014.2015.estimate\`. In a list a step is the name of an entry (its term, name,
type, cohort, period, …); where entries have no names, their position from 0. A step with a point in it stands in backticks.

\`published\` is a mapping of the same cells, or a file: JSON or YAML, where \`cells\` gives the path of each cell, or CSV, where a cell is
found by the texts of its line. Numbers are read as printed: stars, brackets and thousands separators are taken off, and the digits
that were printed say how exactly the number is known. In the pipeline write them in quotes: YAML reads 0.070 as 0.07.

\`tolerance: rounding\`: the computed number must lie within half a unit of the last printed digit. This is decided on the exact decimal of
the double; a tie agrees either way, since programs differ in how they round it. \`tolerance: 0.002\`: the largest absolute difference,
for what comes from a grid search or from a simulation.

The rows are made in any case: cell, printed, published, computed, difference (computed less published), within. When a cell does not
agree the stage fails and the run ends with exit code 1; \`expect: differ\` says that differences are known and explained.`,
    zh: `\`with\` 中每个单元格引用一个结果并可深入其内部，路径与 \`show --json\` 的结构一致。\`published\` 为同名单元格的映射，或 JSON、YAML、CSV 文件
（\`cells\` 给出各单元格在文件中的路径）。数值按印刷形式读取，小数位数即其精度，故在流程文件中请加引号（\`"0.070"\`）。
\`tolerance: rounding\` 要求计算值与印刷值之差不超过最后一位的半个单位；给出数值则为最大绝对差。
不一致时该步骤失败、退出码为 1；\`expect: differ\` 表示差异已知且有解释，不判失败。`,
  },
  example: `stages:
  panel: { stage: ingest, file: panel.csv, panel: { unit: city, time: year } }
  baseline:
    stage: regress
    from: panel
    y: npp
    x: policy
    absorb: [city, year]
    cluster: city
  printed:
    stage: compare
    published: { coef: "0.025***", t: "(8.239)", n: "3,850" }
    with:
      coef: baseline.terms.policy.estimate
      t: baseline.terms.policy.statistic
      n: baseline.nobs
`,
};
