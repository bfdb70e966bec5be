import { entries } from './entry.ts';

/** CE25, CN25 (first half): the decomposition of two-way estimates and the sensitivity of event studies to their trends. */
export const trendCheckMessages = entries({
  CE2500: {
    en: "'{name}' is {value} in row {row}: the decomposition takes a 0/1 treatment",
    zh: "第 {row} 行的 '{name}' 为 {value}：分解要求 0/1 处理变量",
    help: {
      en: 'make a dummy with derive, such as treated: dose > 0',
      zh: '请用 derive 生成虚拟变量，例如 treated: dose > 0',
    },
  },
  CE2501: {
    en: 'the decomposition needs a balanced panel: {units} of {all} units lack a period, {unit} has {has} of {periods}',
    zh: '分解要求平衡面板：{all} 个个体中有 {units} 个缺期，{unit} 只有 {periods} 期中的 {has} 期',
    help: {
      en: 'fill the gaps, choose a shorter window with where, or write unbalanced: drop to leave these units out',
      zh: '请补齐缺失、用 where 缩短样本期，或写 unbalanced: drop 剔除这些个体',
    },
    doc: {
      en: 'The weights of the decomposition follow from the number of units and periods alone, which holds only when every unit is there in every period (rows with a missing value count as absent). With gaps the weighted comparisons no longer add up to the two-way estimate.',
      zh: '分解的权重仅由个体数与期数决定，只有每个个体每期都有观测时才成立（含缺失值的行视为没有）。有缺口时，加权之和不再等于双向固定效应估计。',
    },
  },
  CE2502: {
    en: "'{name}' switches off: {unit} is treated before {time} and not in {time}",
    zh: "'{name}' 发生退出：{unit} 在 {time} 之前已处理，而 {time} 未处理",
    help: {
      en: 'the decomposition is for treatments that stay on; leave such units out, or take the first treated period as the start',
      zh: '分解只适用于一经处理即保持的政策；请剔除此类个体，或以首次处理为起点',
    },
  },
  CE2503: {
    en: 'nothing to compare: every unit that changes treatment starts in {period}, and no other unit is left',
    zh: '没有可比较的组：所有受处理个体都始于 {period}，且没有其他个体',
    help: {
      en: 'add units that are never treated or treated at another time; the two-way effect is not identified without them',
      zh: '请加入从未处理或在其他时间处理的个体，否则双向固定效应无法识别',
    },
  },
  CE2504: {
    en: '{unit} has two rows in {time}: the decomposition needs one',
    zh: '{unit} 在 {time} 有两行：分解要求唯一',
  },
  CN2500: {
    en: 'the weighted sum of {comparisons} parts is {sum}, the two-way estimate {estimate} (difference {difference})',
    zh: '{comparisons} 个部分的加权之和为 {sum}，双向固定效应估计为 {estimate}（相差 {difference}）',
  },
  CN2501: {
    en: '{share} of the weight lies on comparisons with units that are treated already: biased when effects change over time',
    zh: '{share} 的权重来自与已处理个体的比较：若效应随时间变化则有偏',
  },
  CN2502: {
    en: 'no unit is never treated: the estimate rests on the timing of treatment alone',
    zh: '没有从未处理的个体：估计完全依赖处理时点的差异',
  },
  CN2503: {
    en: '{units} units are treated in every period: they serve as controls only',
    zh: '{units} 个个体在全部时期均受处理：只作为对照',
  },
  CN2504: {
    en: '{units} units with gaps ({rows} rows) left out to balance the panel',
    zh: '为使面板平衡，剔除 {units} 个有缺口的个体（{rows} 行）',
  },
  CN2505: {
    en: 'one start, {period}: the two-way estimate is a single comparison, nothing is mixed',
    zh: '仅有一个处理时点 {period}：双向估计即为单一比较，不存在混合',
  },
});
