import { entries } from './entry.ts';

/** CE25, CN25 (first half): the decomposition of two-way estimates and the sensitivity of event studies to their trends. */
export const trendCheckMessages = entries({
  CE2500: {
    en: "'{name}' is {value} in row {row}: the decomposition takes a 0/1 treatment",
    zh: "第 {row} 行的 '{name}' 为 {value}：分解要求 0/1 处理变量",
    help: {
      en: 'make a dummy with derive, such as treated: dose > 0, or of a first treated period: start > 0 and year >= start',
      zh: '请用 derive 生成虚拟变量，例如 treated: dose > 0；由首次处理期生成：start > 0 and year >= start',
    },
  },
  CE2501: {
    en: 'the decomposition needs a balanced panel: {units} of {all} units {units|lacks|lack} a period, {unit} has {has} of {periods}',
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
    en: '{units} {units|unit is|units are} treated in every period: {units|it serves|they serve} as controls only',
    zh: '{units} 个个体在全部时期均受处理：只作为对照',
  },
  CN2504: {
    en: '{units} {units|unit|units} with gaps ({rows} {rows|row|rows}) left out to balance the panel',
    zh: '为使面板平衡，剔除 {units} 个有缺口的个体（{rows} 行）',
  },
  CN2505: {
    en: 'one start, {period}: the two-way estimate is a single comparison, nothing is mixed',
    zh: '仅有一个处理时点 {period}：双向估计即为单一比较，不存在混合',
  },
  CE2510: {
    en: 'this model has no coefficients by period: {terms}',
    zh: '该模型没有按时期排列的系数：{terms}',
    help: {
      en: 'use an event-study stage, or a regression with i(year, treated, ref = …), and name its terms: terms: "year::*:treated"',
      zh: '请使用 event-study 步骤，或含 i(year, treated, ref = …) 的回归，并写明 terms: "year::*:treated"',
    },
  },
  CE2511: {
    en: 'several sets of coefficients by period: {terms}',
    zh: '存在多组按时期排列的系数：{terms}',
    help: { en: 'choose one with terms, * for the period', zh: '请用 terms 指定其一，以 * 代表时期' },
  },
  CE2512: {
    en: 'the reference period cannot be told from the periods {periods}',
    zh: '无法从时期 {periods} 判断基期',
    help: {
      en: 'write reference: the period to which the others are compared',
      zh: '请写明 reference：其他时期所比较的基期',
    },
  },
  CE2513: {
    en: 'period {value} has an estimate of its own, it is no reference',
    zh: '时期 {value} 有自己的估计值，不是基期',
    help: {
      en: 'all coefficients must be relative to one period: with callaway-santanna use the universal base',
      zh: '全部系数须相对于同一时期：callaway-santanna 请使用统一基期 (universal)',
    },
  },
  CE2514: {
    en: 'no period before the reference {reference} is estimated: there is no pre-trend to judge by',
    zh: '基期 {reference} 之前没有估计系数：无法据以判断事前趋势',
  },
  CE2515: {
    en: 'no period after the reference {reference} is estimated: there is no effect to bound',
    zh: '基期 {reference} 之后没有估计系数：没有可检验的效应',
  },
  CE2516: {
    en: 'period {missing} is missing between the reference {reference} and period {period}: changes from one period to the next are not known',
    zh: '基期 {reference} 与时期 {period} 之间缺少时期 {missing}：无法得到逐期变化',
    help: {
      en: 'write window: [first, last] to use the periods around the reference only',
      zh: '请写 window: [首期, 末期]，只用基期附近连续的时期',
    },
  },
  CE2517: {
    en: 'the covariance of the {periods} {periods|coefficient|coefficients} has rank {rank}: the bounds need it to be regular',
    zh: '{periods} 个系数的协方差矩阵秩仅为 {rank}：计算界限要求其满秩',
    help: {
      en: 'with fewer clusters than periods use a shorter window, or bin the far periods',
      zh: '聚类数少于时期数时，请缩短 window 或合并远端时期',
    },
  },
  CE2518: {
    en: 'this model carries no covariance of its coefficients',
    zh: '该模型没有系数的协方差矩阵',
  },
  CE2519: {
    en: '{given} {given|weight|weights} for the {after} {after|period|periods} after the reference: {known}',
    zh: '基期之后有 {after} 个时期（{known}），却给了 {given} 个权重',
    help: { en: 'one weight per period, in order of time', zh: '按时间顺序每期给一个权重' },
  },
  CE2520: {
    en: 'period {value} is not one after the reference: {known}',
    zh: '时期 {value} 不在基期之后的时期之中：{known}',
  },
  CE2521: {
    en: 'period and weights both say which effect is bounded',
    zh: 'period 与 weights 同时指定了目标效应',
    help: { en: 'keep one of the two', zh: '两者只保留其一' },
  },
  CE2522: {
    en: 'interval: {interval} rests on fixed-length intervals, which are for smoothness only: the worst bias relative to what was before has no bound',
    zh: 'interval: {interval} 依赖固定长度区间，只适用于平滑性限制：相对于此前偏离的限制下最坏偏误无界',
    help: { en: 'use interval: c-lf or conditional', zh: '请改用 interval: c-lf 或 conditional' },
  },
  CE2523: {
    en: 'all weights are zero: no effect is left to bound',
    zh: '权重全为零：没有目标效应',
  },
  CN2510: {
    en: 'at m = {m} the interval reaches the end of the search grid: it may be longer',
    zh: 'm = {m} 时区间触及搜索网格边界：实际区间可能更长',
  },
  CN2511: {
    en: 'some coefficients are of end bins, not of single periods; their changes count like those of one period (leave them out with window)',
    zh: '部分系数属于两端合并期而非单期，其变化按一期计（可用 window 排除）',
  },
  CN2512: {
    en: 'the effect differs from 0 up to m = {breakdown}, the breakdown value',
    zh: '效应在 m = {breakdown} 之前显著异于 0（临界值）',
  },
  CN2513: {
    en: '0 lies in the interval already at m = 0: there is nothing to break down',
    zh: 'm = 0 时区间已包含 0：不存在临界值',
  },
  CN2514: {
    en: 'the effect differs from 0 even at m = {m}, the largest tried',
    zh: '直至所试的最大值 m = {m}，效应仍显著异于 0',
  },
  CN2515: {
    en: 'at m = {m} every value of the effect is rejected: the restriction itself does not fit',
    zh: 'm = {m} 时任何效应值都被拒绝：该限制本身与数据不符',
  },
  CN2516: {
    en: 'one period before the reference: the pre-trend is a single change',
    zh: '基期之前仅有一期：事前趋势只有一次变化',
  },
});
