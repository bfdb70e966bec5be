import { entries } from './entry.ts';

/** CE24–CE27: methods of estimation. CN24–CN27: notes on estimates. */
export const methodMessages = entries({
  CE2401: {
    en: "this model has no '{name}'",
    zh: "模型缺少 '{name}'",
    help: {
      en: 'give y and x (and controls, absorb), or a formula: y ~ x | effects',
      zh: '请给出 y 与 x（以及 controls、absorb），或写公式：y ~ x | 固定效应',
    },
  },
  CE2402: {
    en: 'expected {expected}, found {found}',
    zh: '此处应为 {expected}，却是 {found}',
    help: {
      en: 'terms are columns, log(x + 1), x^2, I(a / b), poly(x, 2), l(x, 1), a:b, a*b, i(year, ref = 2014); odd names go in backticks',
      zh: '可用的项：列名、log(x + 1)、x^2、I(a / b)、poly(x, 2)、l(x, 1)、a:b、a*b、i(year, ref = 2014)；特殊列名请用反引号括起',
    },
  },
  CE2403: {
    en: "'{name}' and a formula both describe the model",
    zh: "'{name}' 与 formula 重复描述了模型",
    help: { en: 'keep one of the two', zh: '两者只保留其一' },
  },
  CE2404: {
    en: 'cluster and vcov both choose the standard errors',
    zh: 'cluster 与 vcov 同时指定了标准误',
    help: { en: 'write vcov: { cluster: … } alone', zh: '只写 vcov: { cluster: … }' },
  },
  CE2405: {
    en: '{name} errors need the panel: which column is the unit, which the time',
    zh: '{name} 标准误需要面板结构：个体列与时间列',
    help: {
      en: 'declare panel: { unit: …, time: … } on the ingest, or with a panel stage on a later table',
      zh: '请在 ingest 中声明 panel: { unit: …, time: … }，或用 panel 步骤为其后的表声明',
    },
  },
  CE2410: {
    en: 'no row is left: {rows|its only row has|all {rows} rows have} a missing or infinite value in {columns}',
    zh: '没有可用的观测：全部 {rows} 行在 {columns} 中存在缺失或无穷值',
    help: { en: 'look at the missing counts with a describe stage', zh: '可用 describe 步骤查看各列的缺失数' },
  },
  CE1540: {
    en: 'there are no rows to estimate from: no row meets the conditions before this',
    zh: '没有可供估计的行：没有任何行满足此前的条件',
    help: {
      en: 'look at where, and at the filter and merge stages above',
      zh: '请检查 where 以及上游的 filter、merge 步骤',
    },
  },
  CE2411: {
    en: '{nobs} {nobs|observation is|observations are} too few for {parameters} {parameters|parameter|parameters}',
    zh: '{nobs} 个观测不足以估计 {parameters} 个参数',
    help: { en: 'take out regressors or effects, or use more data', zh: '请减少解释变量或固定效应，或使用更多数据' },
  },
  CE2412: {
    en: "clusters of '{name}' in the sample: {groups}; clustered errors need at least 2",
    zh: "样本中 '{name}' 只有 {groups} 个聚类，聚类标准误至少需要 2 个",
    help: {
      en: 'cluster by a column with more values, or choose other errors with vcov (HC1, …)',
      zh: '请按取值更多的列聚类，或用 vcov 选择其他标准误（HC1 等）',
    },
  },
  CE2413: {
    en: "weight {value} in row {row} of '{name}' is negative",
    zh: "权重列 '{name}' 第 {row} 行为负值 {value}",
    help: { en: 'weights must be zero or more', zh: '权重不得为负' },
  },
  CE2414: {
    en: 'every regressor was dropped: {reasons}',
    zh: '所有解释变量均被剔除：{reasons}',
    help: {
      en: 'look at how x varies within the effects and beside the controls; absorb less, or leave out what is collinear',
      zh: '请检查 x 在固定效应内以及给定控制变量后的变异；减少固定效应，或去掉共线变量',
    },
  },
  CE2415: {
    en: "the outcome '{name}' does not vary in the {nobs} {nobs|row|rows} of the sample",
    zh: "被解释变量 '{name}' 在样本的 {nobs} 行中没有变化",
    help: {
      en: 'choose an outcome that varies, or look at the condition in where',
      zh: '请选择有变异的被解释变量，或检查 where 条件',
    },
  },
  CE2416: {
    en: '{kind} errors need the hat matrix, which is too large here: many effects beside the largest, or very large clusters',
    zh: '{kind} 标准误需要帽子矩阵，而此处规模过大：除最大者外固定效应过多，或聚类过大',
    help: {
      en: 'use HC1 or cluster: with this many rows the difference is small',
      zh: '请改用 HC1 或 cluster：样本如此之大时差别很小',
    },
  },
  CE2417: {
    en: "'{name}' has {values} different values here: too many for dummies",
    zh: "'{name}' 有 {values} 个不同取值，不宜展开为虚拟变量",
    help: { en: 'absorb it instead', zh: '请改用 absorb 吸收' },
  },
  CE2418: {
    en: "reference {value} does not occur in '{name}'",
    zh: "参照值 {value} 不在 '{name}' 的取值之中",
    help: { en: 'values: {known}', zh: '取值：{known}' },
  },
  CE2419: {
    en: '{unit} {value} has two rows for the same period: {name} errors need one',
    zh: '{unit} {value} 在同一时期有两行：{name} 标准误要求唯一',
  },
  CN2401: {
    en: '{rows} of {total} rows left out: missing or infinite in {columns}',
    zh: '{total} 行中有 {rows} 行因 {columns} 缺失或无穷而未使用',
  },
  CN2402: {
    en: '{rows} singleton {rows|row|rows} left out: alone in a level of {effects}',
    zh: '剔除 {rows} 个单例观测（{effects} 的某一水平中仅此一行）',
  },
  CN2403: {
    en: "'{term}' dropped: {reason}",
    zh: "'{term}' 被剔除：{reason}",
  },
  CN2404: {
    en: 'errors are iid; panel studies cluster by {unit}',
    zh: '使用同方差标准误；面板研究通常按 {unit} 聚类',
  },
  CN2405: {
    en: '{groups} {groups|cluster|clusters} by {name}: clustered errors are unreliable with few clusters',
    zh: '按 {name} 聚类只有 {groups} 类：聚类数过少时标准误不可靠',
  },
  CN2406: {
    en: 'fewer clusters ({groups}) than parameters ({parameters}): joint tests of all coefficients are not possible',
    zh: '聚类数（{groups}）少于参数个数（{parameters}），无法对全部系数做联合检验',
  },
  CN2407: {
    en: 'the covariance was not positive definite and was repaired (Cameron, Gelbach and Miller 2011)',
    zh: '协方差矩阵非正定，已修正（Cameron、Gelbach 与 Miller，2011）',
  },
  CN2408: {
    en: 'the effects were absorbed to a residual of {residual} only',
    zh: '固定效应吸收的残差仅达到 {residual}',
  },
  CN2409: {
    en: '{rows} {rows|row|rows} of weight 0 left out',
    zh: '剔除 {rows} 行权重为 0 的观测',
  },
  CE2430: {
    en: "'{name}' needs the panel's time column",
    zh: "'{name}' 需要面板的时间列",
    help: {
      en: 'declare panel: { unit: …, time: … } on the ingest, or with a panel stage on a later table',
      zh: '请在 ingest 中声明 panel: { unit: …, time: … }，或用 panel 步骤为其后的表声明',
    },
  },
  CE2431: {
    en: 'an event study takes a cohort, a rel_time or a treatment column, exactly one of the three',
    zh: '事件研究需要 cohort、rel_time 或 treatment 列，三者必居其一',
    help: { en: 'keep one of cohort, rel_time and treatment', zh: 'cohort、rel_time、treatment 只写其一' },
  },
  CE2432: {
    en: 'the window [{low}, {high}] is empty',
    zh: '窗口 [{low}, {high}] 为空',
    help: { en: 'write the lead first: window: [-5, 5]', zh: '请先写提前期：window: [-5, 5]' },
  },
  CE2433: {
    en: 'reference period {value} lies outside the window [{low}, {high}]',
    zh: '基期 {value} 不在窗口 [{low}, {high}] 之内',
    help: { en: 'choose a reference inside the window, or widen the window', zh: '请在窗口内选择基期，或加宽窗口' },
  },
  CE2434: {
    en: 'relative time {value} in row {row} is not a whole number',
    zh: '第 {row} 行的相对时间 {value} 不是整数',
    help: {
      en: 'relative times count periods: use cohort and a time in whole periods',
      zh: '相对时间按期计数：请使用 cohort 与整数时期',
    },
  },
  CE2435: {
    en: 'no unit is treated in the rows of this sample',
    zh: '样本中没有受处理的个体',
    help: { en: 'look at the treatment column, and at the condition in where', zh: '请检查处理列与 where 条件' },
  },
  CE2436: {
    en: "'{name}' splits the sample into {groups} {groups|group|groups}, at least 2 are needed",
    zh: "'{name}' 只把样本分成 {groups} 组，至少需要 2 组",
    help: { en: 'split by a column that takes several values', zh: '请按有多个取值的列分组' },
  },
  CE2437: {
    en: 'this stage needs {name}, written as one column',
    zh: '该步骤的 {name} 必须是单独一列',
    help: { en: 'write the name of one column', zh: '请写一个列名' },
  },
  CE2439: {
    en: 'draws: all would need {count} assignments, at most {most} are enumerated',
    zh: 'draws: all 需要枚举 {count} 种分配，上限为 {most}',
    help: { en: 'give a number of draws', zh: '请改写抽取次数' },
  },
  CE2440: {
    en: "'{name}' is not constant from adoption on in unit {unit}: random adoption dates need a policy that switches on once",
    zh: "个体 {unit} 的 '{name}' 并非一经实施即保持：随机实施时间要求政策只开启一次",
    help: { en: 'use assign: unit', zh: '请使用 assign: unit' },
  },
  CE2441: {
    en: 'random assignment of units needs a balanced panel: {unit} lacks {missing} of {periods} periods',
    zh: '随机分配个体要求平衡面板：{unit} 缺少 {periods} 期中的 {missing} 期',
    help: {
      en: 'use assign: time or both, which need no balance, or leave out units with gaps',
      zh: '请用不要求平衡的 assign: time 或 both，或去掉有缺期的个体',
    },
  },
  CE2442: {
    en: "'{name}' has {count} values: more than {limit} make groups only where they are listed",
    zh: "'{name}' 有 {count} 个取值：超过 {limit} 个时，须列出各组",
    help: {
      en: 'write groups: [value, value], or split by the median or quantiles',
      zh: '请写明 groups: [取值, 取值]，或按中位数、分位数分组',
    },
  },
  CE2443: {
    en: "group {value} does not occur in '{name}'",
    zh: "'{name}' 中没有取值 {value}",
    help: { en: 'values: {known}', zh: '取值：{known}' },
  },
  CE2444: {
    en: "'{name}' is read with split: {wanted} only, and the sample is split by {how}",
    zh: "'{name}' 仅在 split: {wanted} 时使用，而此处按 {how} 分组",
    help: { en: 'write split: {wanted}, or take {name} out', zh: '请写明 split: {wanted}，或删去 {name}' },
  },
  CN2430: {
    en: 'no never-treated units: relative times are identified by timing alone; one more period may be dropped',
    zh: '没有从未处理的个体：相对时间仅由处理时点识别，可能再剔除一期',
  },
  CN2431: {
    en: '{rows} {rows|row|rows} before period {low} and {after} after {high} are counted in the end bins',
    zh: '早于 {low} 期的 {rows} 行与晚于 {high} 期的 {after} 行归入两端',
  },
  CN2432: {
    en: 'the third step rests on the mediator being exogenous given the treatment (Jiang 2022); read the indirect effect with care',
    zh: '第三步要求中介变量在给定处理后外生（江艇，2022），间接效应须谨慎解读',
  },
  CN2433: {
    en: 'the total effect is not the sum of direct and indirect: {difference}',
    zh: '总效应不等于直接效应与间接效应之和：相差 {difference}',
  },
  CN2434: {
    en: 'the covariance of the instruments’ regressions of {outcomes} was not positive definite and was repaired: tests of instruments that rest on it say little',
    zh: '{outcomes} 对工具变量回归的协方差矩阵非正定，已修正：以此为据的工具变量检验参考价值有限',
    help: {
      en: 'fewer dimensions of clusters, or larger ones, give a covariance that needs no repair',
      zh: '减少聚类维度，或改用聚类数更多的维度，可得到无须修正的协方差矩阵',
    },
  },
});
