import { entries } from './entry.ts';

/** CE2450–CE2499, CN2450–CN2499: estimators of staggered designs. */
export const staggeredMessages = entries({
  CE2450: {
    en: "'{name}' says nothing to the estimator {estimator}",
    zh: "'{name}' 对估计量 {estimator} 没有意义",
    help: {
      en: 'take it out, or give it only in the matrix case of an estimator that uses it',
      zh: '请删去，或只写在使用它的估计量的 matrix 情形中',
    },
  },
  CE2451: {
    en: "no aggregate '{name}' with {estimator}",
    zh: "{estimator} 没有 '{name}' 这种汇总",
    help: { en: 'there are: {known}', zh: '可用：{known}' },
  },
  CE2452: {
    en: "'{name}' cannot be absorbed by {estimator}: it compares units between periods, and those effects are in it",
    zh: "{estimator} 不能吸收 '{name}'：它比较个体在各期之间的变化，个体与时间效应已在其中",
    help: { en: 'take absorb out; covariates go into controls', zh: '请删去 absorb；协变量请写入 controls' },
  },
  CE2453: {
    en: "'never' names cohorts, and there is no cohort column here but '{name}'",
    zh: "'never' 列出的是批次取值，而此处给出的是 '{name}'",
    help: { en: 'missing already means never treated', zh: '缺失值即表示从未处理' },
  },
  CE2454: {
    en: "time '{name}' is {value} in row {row}, not a whole number",
    zh: "时间列 '{name}' 在第 {row} 行为 {value}，不是整数",
    help: {
      en: 'number the periods, for instance 4 * year + quarter with derive',
      zh: '请给各期编号，例如用 derive 计算 4 * year + quarter',
    },
    doc: {
      en: 'Relative time is time less cohort and must be a whole number of periods. Dates and fractions such as 2014.25 have to be numbered first.',
      zh: '相对时间等于时间减去处理批次，必须是整数期。日期或 2014.25 之类的小数需先编号。',
    },
  },
  CE2455: {
    en: "'{name}' is {value} in row {row}: no whole period",
    zh: "'{name}' 在第 {row} 行为 {value}，不是整数期",
  },
  CE2456: {
    en: "treatment '{name}' is {value} in row {row}, neither 0 nor 1",
    zh: "处理变量 '{name}' 在第 {row} 行为 {value}，既非 0 也非 1",
    help: {
      en: 'make a dummy with derive, such as treated: dose > 0; a first treated period is a cohort: write cohort: {name}',
      zh: '请用 derive 生成虚拟变量，例如 treated: dose > 0；若其值是首次处理期，请写 cohort: {name}',
    },
  },
  CE2457: {
    en: 'in repeated cross-sections the start of treatment cannot be read off a 0/1 treatment',
    zh: '重复截面数据无法从 0/1 处理变量推断处理起点',
    help: { en: 'give the cohort column', zh: '请给出 cohort 列' },
  },
  CE2458: {
    en: "treatment '{name}' switches off: unit {unit} is treated from {on} on and not in {off}",
    zh: "处理变量 '{name}' 发生退出：个体 {unit} 自 {on} 起受处理，而 {off} 未受处理",
    help: {
      en: 'give a cohort column to count the first treatment only, leave such units out',
      zh: '请用 cohort 列只计首次处理，或剔除此类个体',
    },
    doc: {
      en: 'These estimators are for treatments that stay. A unit that leaves treatment has no single start; its later periods are neither treated nor untreated in the sense of the estimator.',
      zh: '这些估计量适用于一经处理即保持的政策。退出处理的个体没有唯一的起点，其后续各期既不算受处理，也不算未处理。',
    },
  },
  CE2459: {
    en: '{name} {unit} has two rows in period {time}',
    zh: '{name} {unit} 在 {time} 期有两行',
    help: {
      en: 'aggregate them, or write sampling: cross-section when rows are not the same units again (callaway-santanna)',
      zh: '请先汇总；若各期并非同一批个体，请写 sampling: cross-section（callaway-santanna）',
    },
  },
  CE2460: {
    en: "'{name}' changes within unit {unit}: first treated {first} in one row, {second} in another",
    zh: "'{name}' 在个体 {unit} 内变化：一行的首次处理期为 {first}，另一行为 {second}",
    help: {
      en: 'a unit has one cohort in all its rows, the periods before treatment included',
      zh: '同一个体的所有行（含处理前）应有相同的批次',
    },
    doc: {
      en: 'The cohort is the first treated period of the unit and stands in all its rows. It is often left missing before treatment by mistake, which would make a unit never treated in some rows.',
      zh: '批次是个体首次处理的时期，应写在该个体的所有行中。常见错误是处理前留空，使个体在部分行中成为从未处理。',
    },
  },
  CE2461: {
    en: 'one cohort ({cohort}) and no other unit: there is nothing to compare with',
    zh: '只有一个批次（{cohort}），没有其他个体可作比较',
    help: { en: 'add units that are never treated or treated later', zh: '请加入从未处理或更晚处理的个体' },
  },
  CE2462: {
    en: 'no unit is there in all {periods} periods',
    zh: '没有个体在全部 {periods} 期都有观测',
    help: {
      en: 'write sampling: unbalanced, or choose fewer periods with where',
      zh: '请写 sampling: unbalanced，或用 where 缩短样本期',
    },
  },
  CE2463: {
    en: 'no cell could be estimated: the covariates tell the treated from the controls (a propensity score of 1)',
    zh: '没有可估计的单元：协变量完全区分了处理组与对照组（倾向得分为 1）',
    help: { en: 'use fewer covariates, or method: reg', zh: '请减少协变量，或使用 method: reg' },
    doc: {
      en: 'With perfect separation no control resembles the treated, and weights by the propensity score do not exist. Outcome regression extrapolates instead and can be computed; whether it should be believed is another question.',
      zh: '完全分离时没有控制个体与处理个体相似，倾向得分权重不存在。结果回归靠外推仍可计算，是否可信另当别论。',
    },
  },
  CE2464: {
    en: 'no cell could be estimated: the covariates are collinear among the controls',
    zh: '没有可估计的单元：协变量在对照组内共线',
    help: { en: 'use fewer covariates', zh: '请减少协变量' },
  },
  CE2465: {
    en: "no cohort of '{name}' has controls in a period after treatment",
    zh: "'{name}' 的各批次在处理后均无对照组",
    help: {
      en: 'control: not-yet uses units that are treated later as well',
      zh: 'control: not-yet 还会使用更晚处理的个体',
    },
  },
  CE2466: {
    en: "no unit is never treated ('{name}' is there for all)",
    zh: "没有从未处理的个体（所有个体都有 '{name}'）",
    help: {
      en: 'write control: not-yet to compare with units that are treated later',
      zh: '请写 control: not-yet，与更晚处理的个体比较',
    },
  },
  CE2467: {
    en: 'no cohort is treated before the last one ({cohort}), and no unit is never treated: there is nothing to compare',
    zh: '没有早于最后批次（{cohort}）的批次，也没有从未处理的个体，无从比较',
    help: { en: 'add units that are never treated or treated later', zh: '请加入从未处理或更晚处理的个体' },
  },
  CE2468: {
    en: 'every treated unit is treated from the first period on: there is no time before treatment',
    zh: '所有受处理个体自第一期起即受处理，没有处理前时期',
    help: { en: 'use data from before the first adoption', zh: '请使用首次实施之前的数据' },
  },
  CE2469: {
    en: "cluster '{name}' changes within {unit}",
    zh: "聚类变量 '{name}' 在 {unit} 内变化",
    help: {
      en: 'units are what varies here: cluster by something that holds still within them',
      zh: '此处以个体为单位，请按在个体内不变的变量聚类',
    },
  },
  CE2470: {
    en: '{estimator} errors are clustered by one variable, not {errors}',
    zh: '{estimator} 的标准误按一个变量聚类，不能用 {errors}',
    help: {
      en: 'write cluster: name; without it, units are the clusters',
      zh: '请写 cluster: 变量名；不写则以个体为聚类',
    },
  },
  CE2471: {
    en: 'this event study needs the unit and the period of every row',
    zh: '该事件研究需要每行的个体与时期',
    help: {
      en: 'declare panel: { unit: …, time: … } on the ingest, or with a panel stage on a later table, or give unit and time here (sampling: cross-section needs time alone)',
      zh: '请在 ingest 中声明 panel: { unit: …, time: … }，或在此给出 unit 与 time（sampling: cross-section 只需 time）',
    },
  },
  CE2472: {
    en: 'more than {most} columns beside the largest effect: too many for the untreated outcome',
    zh: '除最大的固定效应外超过 {most} 列，无法拟合未处理结果',
    help: { en: 'absorb fewer effects, or coarser ones', zh: '请减少或合并吸收的固定效应' },
  },
  CE2473: {
    en: 'no treated row can be predicted: its unit, its period or its covariates do not occur before treatment',
    zh: '没有可预测的处理组观测：其个体、时期或协变量在处理前均未出现',
    help: {
      en: 'periods need untreated units, and units periods before treatment',
      zh: '每期需要有未处理的个体，每个个体需要有处理前的时期',
    },
  },
  CE2474: {
    en: 'this estimator predicts from fixed effects and needs at least one in absorb',
    zh: '该估计量依据固定效应预测，absorb 中至少要有一个固定效应',
    help: { en: 'leave absorb out for unit and period effects', zh: '不写 absorb 即使用个体与时间效应' },
  },
  CE2475: {
    en: 'two cohorts of at least two units each are needed',
    zh: '至少需要两个批次，且每个批次至少有两个个体',
  },
  CE2476: {
    en: 'no cohort is seen with controls in the whole window [{low}, {high}]',
    zh: '没有批次在整个窗口 [{low}, {high}] 内都有观测和对照组',
    help: { en: 'choose a narrower window', zh: '请缩窄窗口' },
  },
  CE2477: {
    en: "treatment '{name}' never switches in this sample",
    zh: "样本中处理变量 '{name}' 从未变化",
  },
  CE2478: {
    en: "no unit stays as it is when others switch '{name}': there is nothing to compare with",
    zh: "'{name}' 变化时没有保持不变的个体，无从比较",
  },
  CE2479: {
    en: "no method '{name}' with {estimator}",
    zh: "{estimator} 没有 '{name}' 这种方法",
    help: { en: 'there are: {known}', zh: '可用：{known}' },
  },
  CE2480: {
    en: 'the stacked estimator needs a window: how many periods around adoption each set holds',
    zh: '堆叠估计需要 window：每组在实施前后保留多少期',
    help: { en: 'write, for instance, window: [-3, 3]', zh: '例如 window: [-3, 3]' },
  },
  CE2481: {
    en: 'chaisemartin-dhaultfoeuille reads who switches when from a 0/1 column',
    zh: 'chaisemartin-dhaultfoeuille 依据 0/1 列判断何时切换',
    help: { en: 'give treatment: column', zh: '请写 treatment: 列名' },
  },
  CE2482: {
    en: "the treatment '{name}' does not vary once effects and controls are taken out",
    zh: "剔除固定效应与控制变量后，处理变量 '{name}' 没有变化",
    help: {
      en: 'the two-way coefficient does not exist: all units are treated alike',
      zh: '双向固定效应系数不存在：所有个体的处理状态相同',
    },
  },
  CE2483: {
    en: 'the weights need one treatment, written as one column',
    zh: '权重分解需要恰好一个处理变量（单独一列）',
  },
  CE2495: {
    en: "cohort '{name}' is 0 in {rows} {rows|row|rows}, before the data ({first}–{last})",
    zh: "处理批次 '{name}' 在 {rows} 行为 0，早于数据所在时期（{first}–{last}）",
    help: {
      en: 'write never: 0 if it means never treated, never: [] if treatment began so early',
      zh: '若 0 表示从未处理，请写 never: 0；若处理确实开始得那么早，请写 never: []',
    },
    doc: {
      en: "csdid and R's did take a cohort 0 for never treated, fixest's sunab for units that are treated before the data begin, which are left out or keep their effects for those of others. The numbers differ, so it has to be said.",
      zh: 'csdid 与 R 的 did 把批次 0 视为从未处理，fixest 的 sunab 则视为数据开始之前就已处理（被剔除，或其效应混入其他批次）。两种理解的结果不同，因此须写明。',
    },
  },
  CE2496: {
    en: "cohort '{name}' is 0 or 1: it says which units are treated, not since when",
    zh: "处理批次 '{name}' 只取 0 和 1：它说明哪些个体受处理，而非从何时开始",
    help: {
      en: 'give the first treated period of each unit, or a 0/1 treatment that begins with it: treatment: post',
      zh: '请给出每个个体首次受处理的时期，或自该期起取 1 的 0/1 处理变量：treatment: post',
    },
  },
  CE2497: {
    en: "treatment '{name}' does not change within any unit: it says which units are treated, not since when",
    zh: "处理变量 '{name}' 在任何个体内都不变化：它说明哪些个体受处理，而非从何时开始",
    help: {
      en: 'give a 0/1 treatment that is 1 from the first treated period on (treated * (year >= start)); if it is, use data from before the first adoption',
      zh: '请给出自首次处理期起取 1 的 0/1 变量（treated * (year >= start)）；若已如此，请使用首次实施之前的数据',
    },
  },
  CN2450: {
    en: 'periods are not equally far apart ({gaps}): relative times are differences of times',
    zh: '各期间隔不等（{gaps}）：相对时间为时间之差',
  },
  CN2451: {
    en: '{cohorts|cohort {cohorts} is|cohorts {cohorts} are} treated from {cohorts|its|their} first row on and left out ({rows} {rows|row|rows})',
    zh: '批次 {cohorts} 自首行起即受处理，已剔除（{rows} 行）',
  },
  CN2452: {
    en: 'cohorts {cohorts} have no row in a reference period ({reference}) and are left out',
    zh: '批次 {cohorts} 在基期（{reference}）没有观测，已剔除',
  },
  CN2453: {
    en: 'no never-treated units: cohort {cohort}, the last, is the control group, and periods from {cohort} on are left out',
    zh: '没有从未处理的个体：以最后批次 {cohort} 为对照组，{cohort} 及以后各期已剔除',
  },
  CN2454: {
    en: 'no never-treated units: cohort {cohort}, the last, is a control only, and periods from {time} on are left out',
    zh: '没有从未处理的个体：最后批次 {cohort} 仅作对照组，{time} 及以后各期已剔除',
  },
  CN2456: {
    en: '{count} {count|cell|cells} left out, their covariates tell the treated from the controls: {cells}',
    zh: '剔除 {count} 个单元（协变量完全区分处理组与对照组）：{cells}',
  },
  CN2457: {
    en: '{count} {count|cell|cells} left out, their covariates are collinear among the controls: {cells}',
    zh: '剔除 {count} 个单元（协变量在对照组内共线）：{cells}',
  },
  CN2458: {
    en: '{count} {count|cell|cells} left out, no treated rows: {cells}',
    zh: '剔除 {count} 个单元（没有处理组观测）：{cells}',
  },
  CN2459: {
    en: '{count} {count|cell|cells} left out, no controls: {cells}',
    zh: '剔除 {count} 个单元（没有对照组）：{cells}',
  },
  CN2460: {
    en: '{units} {units|unit is|units are} not there in all {periods} periods and left out ({rows} {rows|row|rows}); sampling: unbalanced would keep them',
    zh: '{units} 个个体并非在全部 {periods} 期都有观测，已剔除（{rows} 行）；sampling: unbalanced 可保留',
  },
  CN2462: {
    en: '{rows} of {treated} treated rows left out: their unit, period or covariates do not occur among untreated rows',
    zh: '{treated} 个处理组观测中有 {rows} 个被剔除：其个体、时期或协变量未出现在未处理观测中',
  },
  CN2463: {
    en: '{rows} untreated {rows|row|rows} set aside: alone among the untreated in a level of the effects',
    zh: '{rows} 个未处理观测被搁置：在未处理观测中独占某一固定效应水平',
  },
  CN2464: {
    en: 'cohorts {cohorts} have one unit and no variance to estimate: left out',
    zh: '批次 {cohorts} 只有一个个体，无法估计方差，已剔除',
  },
  CN2465: {
    en: '{cohorts|cohort {cohorts} is|cohorts {cohorts} are} not seen in the whole window [{low}, {high}] and left out',
    zh: '批次 {cohorts} 未覆盖整个窗口 [{low}, {high}]，已剔除',
  },
  CN2466: {
    en: 'cohorts {cohorts} have no clean controls in their window and are left out',
    zh: '批次 {cohorts} 在窗口内没有干净的对照组，已剔除',
  },
  CN2467: {
    en: '{rows} {rows|row|rows} of units with gaps in a window left out of its set',
    zh: '窗口内有缺期的个体的 {rows} 行未进入该组',
  },
  CN2468: {
    en: '{units} {units|switch|switches} left out: no unit stays as it is in the same period',
    zh: '剔除 {units} 次切换：同期没有保持不变的个体',
  },
  CN2469: {
    en: '{negative} of {cells} treated cells {negative|has a negative weight|have negative weights}, {sum} together',
    zh: '{cells} 个处理单元中有 {negative} 个权重为负，合计 {sum}',
  },
  CN2470: {
    en: 'cohorts differ in timing: the two-way coefficient of period {period} also weighs effects of other periods, {share} in absolute value; sun-abraham and the others do not',
    zh: '各批次处理时点不同：双向固定效应中第 {period} 期的系数还包含其他时期的效应，权重绝对值之和为 {share}；sun-abraham 等估计量无此问题',
  },
  CN2461: {
    en: 'only {units} never-treated {units|unit|units}: comparisons with them rest on few observations',
    zh: '从未处理的个体只有 {units} 个：与之比较依据的观测很少',
  },
  CN2495: {
    en: 'the data end long before {cohorts|cohort|cohorts} {cohorts} ({first}–{last}), whose rows count as leads of treatment; if it means never treated, write never: [{cohorts}]',
    zh: '数据（{first}–{last}）结束于批次 {cohorts} 之前很久，其各行按处理前的各期计；若该取值表示从未处理，请写 never: [{cohorts}]',
  },
});
