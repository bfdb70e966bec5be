import { entries } from './entry.ts';

/** CE284x, CN282x: figures, beyond those of output.ts. */
export const figureMessages = entries({
  CE2840: {
    en: "a figure of kind '{kind}' has no '{name}'",
    zh: "'{kind}' 图没有参数 '{name}'",
    help: { en: '{name} belongs to: {kinds}', zh: '{name} 用于：{kinds}' },
    doc: {
      en: 'Some params of `figure` belong to one kind only; with another they would do nothing.',
      zh: '`figure` 的部分参数只用于某一类图，对其他类型不起作用。',
    },
  },
  CE2841: {
    en: 'a figure of trends needs y, the column whose means are drawn',
    zh: 'trends 图需要 y，即绘制均值的列',
    help: { en: 'write y: column', zh: '请写 y: 列名' },
    doc: {
      en: 'A figure of trends draws the mean of `y` over time for each group of `by`.',
      zh: 'trends 图绘制 `y` 在各组（`by`）中随时间变化的均值。',
    },
  },
  CE2842: {
    en: 'a figure of trends needs a time, and the table has no panel',
    zh: 'trends 图需要时间列，而该表没有面板结构',
    help: {
      en: 'write time: column, or panel: { unit, time } on the ingest',
      zh: '请写 time: 列名，或在 ingest 中设定 panel: { unit, time }',
    },
    doc: {
      en: 'The time of a figure of trends is the panel’s, unless `time` names a column.',
      zh: '未指定 `time` 时，trends 图使用面板的时间列。',
    },
  },
  CE2843: {
    en: 'by: these weights have no dimensions',
    zh: 'by：这些权重没有维度',
    help: {
      en: 'give the indicators as { dimension: [columns] } in the stage that made them',
      zh: '请在生成权重的步骤中以 { 维度: [列] } 的形式给出 indicators',
    },
    doc: {
      en: 'Weights can be summed by dimension only when the index has dimensions.',
      zh: '只有指标分为维度时，权重才能按维度加总。',
    },
  },
  CE2844: {
    en: 'one figure cannot hold both kinds of bounds: their sizes of violation are different things',
    zh: '两类界限不能放在同一张图中：其偏离程度的含义不同',
    help: {
      en: 'make one figure for relative-magnitudes and one for smoothness',
      zh: '请为 relative-magnitudes 与 smoothness 各作一张图',
    },
    doc: {
      en: 'Under relative magnitudes the horizontal axis is a ratio to the violations before treatment; under smoothness it is a change of slope in units of the outcome.',
      zh: '相对幅度下横轴为与处理前偏离之比；平滑性下横轴为以被解释变量为单位的斜率变化。',
    },
  },
  CN2820: {
    en: 'no glyph for {characters}: boxes stand for them in png and pdf (the svg keeps the text)',
    zh: '内置字体没有 {characters}，在 png 与 pdf 中以方框代替（svg 保留文字）',
  },
});
