import { entries } from './entry.ts';

/** CE2550–CE2599, CN2550–CN2599: matching, specification curves, leaving groups out. */
export const robustnessMessages = entries({
  CE2550: {
    en: 'matching needs at least one covariate',
    zh: '匹配至少需要一个协变量',
    help: { en: 'name the columns that decide who is treated: on: [open, gdp]', zh: '请列出协变量：on: [open, gdp]' },
  },
  CE2551: {
    en: "'{name}' has no meaning with method: {method}",
    zh: "method: {method} 不使用 '{name}'",
    help: { en: 'it belongs to: {methods}', zh: '它只用于：{methods}' },
  },
  CE2552: {
    en: 'method: radius needs a caliper',
    zh: 'method: radius 需要 caliper',
    help: {
      en: 'give the largest distance on the score, e.g. caliper: 0.05, or caliper: 0.25 sd',
      zh: '请给出得分上的最大距离，如 caliper: 0.05 或 caliper: 0.25 sd',
    },
  },
  CE2553: {
    en: "the treatment '{name}' cannot be its own covariate",
    zh: "处理变量 '{name}' 不能同时作为协变量",
    help: { en: 'take it out of on', zh: '请从 on 中去掉' },
  },
  CE2554: {
    en: "'{name}' must be 0 or 1, row {row} holds {value}",
    zh: "'{name}' 只能取 0 或 1，第 {row} 行为 {value}",
    help: {
      en: 'derive an indicator first, e.g. treated: not missing(cohort)',
      zh: '请先生成指示变量，如 treated: not missing(cohort)',
    },
  },
  CE2555: {
    en: "'{name}' marks {treated} treated {treated|row|rows} and {controls} {controls|control|controls}: matching needs both",
    zh: "'{name}' 标记了 {treated} 个处理组样本与 {controls} 个对照组样本，匹配两者都需要",
    help: {
      en: 'match on who is ever treated, or look at the condition in where',
      zh: '请按是否曾受处理划分，或检查 where 条件',
    },
  },
  CE2556: {
    en: '{columns} predicts treatment without error for {rows} of {total} rows{where}: there is no propensity score',
    zh: '{columns} 完美预测了 {total} 行中 {rows} 行的处理状态{where}，倾向得分不存在',
    help: {
      en: 'leave a covariate out, merge its categories, or pool the groups',
      zh: '请去掉某个协变量、合并其类别，或改为混合匹配',
    },
    doc: {
      en: 'The likelihood of a logit or probit has no maximum when some combination of the covariates separates treated from control rows: the coefficients grow for ever, and any number printed for them would depend on when the program stopped. Typical causes are a category in which all are treated, a covariate that follows from the treatment, and small groups in by.',
      zh: '当协变量的某个组合能把处理组与对照组完全分开时，logit 或 probit 的似然没有最大值，系数会无限增大。常见原因：某一类别全部受处理、协变量由处理决定、按 by 分组后组内样本过少。',
    },
  },
  CE2557: {
    en: 'no treated row has a match',
    zh: '没有任何处理组样本匹配成功',
    help: {
      en: 'widen the caliper or the bandwidth, or leave support out',
      zh: '请放宽 caliper 或 bandwidth，或去掉 support',
    },
  },
  CE2558: {
    en: 'the propensity score did not settle in {iterations} iterations{where}',
    zh: '倾向得分在 {iterations} 次迭代内未收敛{where}',
    help: {
      en: 'look for values far from all others (999999 for a missing one?), rescale covariates of very unlike size, or leave some out',
      zh: '请查看协变量中远离其余取值的数（如以 999999 代表缺失），或调整量纲差异过大的协变量，或减少协变量',
    },
  },
  CE2559: {
    en: 'no group of {by} has both treated and control rows',
    zh: '{by} 的各组都不同时包含处理组与对照组样本',
    help: { en: 'pool the groups: leave by out', zh: '请改为混合匹配：去掉 by' },
  },
  CE2560: {
    en: "'{value}' is no caliper",
    zh: "'{value}' 不是有效的 caliper",
    help: {
      en: 'write a distance on the score (0.05) or standard deviations of it (0.25 sd)',
      zh: '请写得分上的距离（0.05）或其标准差的倍数（0.25 sd）',
    },
  },
  CE2570: {
    en: 'nothing varies in this curve',
    zh: '该设定曲线没有给出任何可变的选择',
    help: {
      en: 'give choices for at least one param: vary: { controls: [[], [open, fin]] }',
      zh: '请至少为一个参数给出选择：vary: { controls: [[], [open, fin]] }',
    },
  },
  CE2571: {
    en: "'{name}' stands both in the model and in vary",
    zh: "'{name}' 同时出现在模型与 vary 中",
    help: { en: 'make it the first choice in vary', zh: '请把它写作 vary 中的第一个选择' },
  },
  CE2572: {
    en: "vary gives no choice for '{name}'",
    zh: "vary 没有给出 '{name}' 的选择",
    help: { en: 'list choices, or take the param out of vary', zh: '请列出选择，或从 vary 中去掉该参数' },
  },
  CE2573: {
    en: 'the choices make {models} models, more than {limit}',
    zh: '这些选择共有 {models} 个模型，超过上限 {limit}',
    help: {
      en: 'bound the subsets with least and most, or group controls into lists',
      zh: '可用 least、most 限制子集大小，或把控制变量合并为组',
    },
  },
  CE2574: {
    en: 'none of the {models} models could be estimated',
    zh: '{models} 个模型均无法估计',
    help: {
      en: 'the reasons follow; they hold for all models, or come from what vary takes away',
      zh: '原因见下；或为各模型共有，或来自 vary 所去掉的内容',
    },
  },
  CE2575: {
    en: 'the first regressor has no estimate: {reason}',
    zh: '首个解释变量没有估计值：{reason}',
    help: {
      en: 'look at how it and the outcome vary within the effects and beside the controls',
      zh: '请检查该变量与被解释变量在固定效应内以及给定控制变量后的变异',
    },
  },
  CN2571: {
    en: '{rows} of {total} models could not be estimated; the curve says why',
    zh: '{total} 个模型中有 {rows} 个无法估计，原因见结果',
  },
  CN2595: {
    en: '{rows} of {total} models {rows|repeats|repeat} others, since {terms} {terms|drops|drop} out of them; medians and shares count them all',
    zh: '{total} 个模型中有 {rows} 个与其他模型相同（其中 {terms} 被剔除）；中位数与各比例均计入它们',
  },
  CE2580: {
    en: 'nothing says which groups to leave out',
    zh: '没有指明要逐一剔除的组',
    help: {
      en: 'name a column with by, or cluster the errors, or declare the panel on the ingest',
      zh: '请用 by 指定列，或设置聚类标准误，或在 ingest 中声明 panel',
    },
  },
  CE2581: {
    en: 'leave-out does not estimate with instruments',
    zh: 'leave-out 不估计工具变量模型',
    help: { en: 'leave the part after the second bar out', zh: '请去掉第二个竖线之后的部分' },
  },
  CE2582: {
    en: "'{name}' makes {groups} {groups|group|groups} in the sample; leaving one out needs 2 to {limit}",
    zh: "'{name}' 在样本中有 {groups} 个组，逐一剔除要求 2 至 {limit} 个",
    help: { en: 'name a column that makes more groups, or fewer', zh: '请用分组更多或更少的列' },
  },
  CN2580: {
    en: '{rows} of {total} groups cannot be left out: the coefficient does not exist without {rows|it|them}',
    zh: '{total} 个组中有 {rows} 个剔除后系数不存在',
  },
  CN2551: {
    en: 'without treated or without control rows, so not matched: {by} = {groups}',
    zh: '缺少处理组或对照组样本，未匹配：{by} = {groups}',
  },
  CN2552: {
    en: '{rows} of {total} treated rows {rows|has no match and is|have no match and are} left out',
    zh: '{total} 个处理组样本中有 {rows} 个未匹配成功，已剔除',
  },
});
