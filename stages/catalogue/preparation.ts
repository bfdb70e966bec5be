import { entries } from './entry.ts';

/** CE2150–CE2399: preparing data for estimation. CN2150–CN2399: notes on what was done to it. */
export const preparationMessages = entries({
  CE2150: {
    en: 'the panel structure is not known: {missing} not given',
    zh: '面板结构未知：缺少 {missing}',
    help: {
      en: 'write panel: { unit: …, time: … } on the ingest, put a panel stage before this one, or write unit and time here',
      zh: '请在 ingest 中写 panel: { unit: …, time: … }，或在此步骤之前加 panel 步骤，或在此处写 unit 与 time',
    },
  },
  CE2151: {
    en: 'limits {low} and {high} are no pair of probabilities in increasing order',
    zh: '界限 {low} 与 {high} 不是由小到大的一对概率',
    help: {
      en: 'write shares, not per cent: [0.01, 0.99] cuts one per cent in each tail',
      zh: '请写比例而非百分数：[0.01, 0.99] 表示两端各处理 1%',
    },
  },
  CE2152: {
    en: "unit '{unit}' has more than one row at {time} (rows {first} and {second})",
    zh: "个体 '{unit}' 在 {time} 有多行（第 {first} 行和第 {second} 行）",
    help: {
      en: 'drop the doubles, or aggregate to one row per unit and time first',
      zh: '请先删除重复行，或汇总为每个个体每期一行',
    },
  },
  CE2153: {
    en: "column '{column}' holds an infinite value in row {row}",
    zh: "列 '{column}' 第 {row} 行为无穷大",
    help: {
      en: 'a division by zero or log(0) made it: filter such rows, or add a constant before the logarithm',
      zh: '通常由除以零或 log(0) 产生：请先过滤这些行，或在取对数前加一个常数',
    },
  },
  CE2154: {
    en: "column '{column}' stands among both the positive and the negative indicators",
    zh: "列 '{column}' 同时列为正向和负向指标",
    help: { en: 'leave it in one of the lists; globs count too', zh: '请只保留在一个列表中（通配符也计算在内）' },
  },
  CE2155: {
    en: 'no indicators are named',
    zh: '没有指定任何指标',
    help: {
      en: 'name columns under positive (more is better) or negative (less is better)',
      zh: '请在 positive（越大越好）或 negative（越小越好）下写列名',
    },
  },
  CE2156: {
    en: "indicator '{column}' is {value} in row {row}: entropy weights need values of at least zero",
    zh: "指标 '{column}' 第 {row} 行为 {value}：熵值法要求数值不小于零",
    help: {
      en: 'put a normalize stage (method: min-max) before this one',
      zh: '请在此步骤之前加入 normalize（method: min-max）',
    },
    doc: {
      en: 'Entropy weights take the logarithm of each value’s share in its column, which exists for values of at least zero only. Raw data with negative values, and z-scores, must be mapped to 0 … 1 first.',
      zh: '熵值法要对每个数值占其列总和的比重取对数，只有非负值才有意义。含负值的原始数据或 z 分数须先映射到 0 至 1。',
    },
  },
  CE2157: {
    en: "column '{name}' exists in the input already",
    zh: "输入中已有列 '{name}'",
    help: { en: 'choose another name with {param}', zh: '请用 {param} 另取名称' },
  },
  CE2158: {
    en: "'{text}' is no summary such as mean(x)",
    zh: "'{text}' 不是 mean(x) 这样的汇总式",
    help: {
      en: 'write one function of one column: mean(x), sum(x), count(), quantile(x, 0.9); put odd names in backticks',
      zh: '请写单个列的单个函数：mean(x)、sum(x)、count()、quantile(x, 0.9)；特殊列名放在反引号内',
    },
  },
  CE2159: {
    en: "no summary function '{name}'",
    zh: "没有汇总函数 '{name}'",
    help: { en: '{suggestion}', zh: '{suggestion}' },
  },
  CE2160: {
    en: "'{text}' needs a probability between 0 and 1 as its second argument",
    zh: "'{text}' 的第二个参数应为 0 与 1 之间的概率",
    help: { en: 'write quantile(x, 0.9)', zh: '请写成 quantile(x, 0.9)' },
  },
  CE2161: {
    en: 'fewer than two complete rows{group}: weights cannot be computed',
    zh: '完整的行少于两行{group}：无法计算权重',
    help: {
      en: 'a row counts when no indicator is missing in it; interpolate, leave an indicator out, or drop by',
      zh: '仅当一行所有指标均无缺失时才计入；请插值、去掉某个指标，或不用 by',
    },
  },
  CE2162: {
    en: 'no indicator varies{group}: weights cannot be computed',
    zh: '所有指标均无变化{group}：无法计算权重',
    help: { en: 'check the indicators, or drop by', zh: '请检查指标，或不用 by' },
  },
  CE2163: {
    en: "indicator '{column}' stands in two dimensions, {first} and {second}",
    zh: "指标 '{column}' 同时属于两个维度：{first} 与 {second}",
    help: { en: 'leave it in one of them; globs count too', zh: '请只保留在一个维度中（通配符也计算在内）' },
  },
  CE2164: {
    en: "keys do not compare: '{left}' is {left_type} here, '{right}' is {right_type} in the roster",
    zh: "键的类型不一致：此处 '{left}' 为 {left_type}，名单中 '{right}' 为 {right_type}",
    help: {
      en: 'declare one type for both on their ingest, e.g. columns: { code: { type: text } }',
      zh: '请在两者的 ingest 中声明同一类型，例如 columns: { code: { type: text } }',
    },
    doc: {
      en: 'A code read as text in one file and as a number in the other never matches: "110000" is not 110000. Nothing is converted in silence, because leading zeros would be lost.',
      zh: '同一代码在一个文件中读为文本、在另一个文件中读为数值时永远无法匹配："110000" 不等于 110000。程序不会自动转换，以免丢失前导零。',
    },
  },
  CE2165: {
    en: "'{column}' is {value} in row {row} of the roster, a whole year is needed",
    zh: "名单第 {row} 行的 '{column}' 为 {value}，此处需要整数年份",
    help: {
      en: 'give the year as a whole number, or the day as a column of type date',
      zh: '请以整数给出年份，或以 date 类型的列给出日期',
    },
  },
  CE2166: {
    en: "unit '{unit}' is given two first periods of treatment, {first} and {second}",
    zh: "个体 '{unit}' 出现两个首次处理时间：{first} 与 {second}",
    help: {
      en: 'the key that is matched to the roster changes over time within the unit: match on a code that does not',
      zh: '用于匹配名单的键在个体内随时间变化：请改用不变的代码匹配',
    },
  },
  CE2167: {
    en: "time '{name}' is a date; treatment needs periods counted in whole numbers, such as years",
    zh: "时间 '{name}' 是日期；treatment 需要用整数表示的时期，例如年份",
    help: { en: 'derive a column with the year and use it as time', zh: '请先派生一个年份列并用作 time' },
  },
  CE2168: {
    en: "time '{name}' is {value} in row {row}, a whole number is needed",
    zh: "时间 '{name}' 第 {row} 行为 {value}，此处需要整数",
    help: { en: 'use a column with whole periods, such as the year', zh: '请使用表示整数时期的列，例如年份' },
  },
  CE2169: {
    en: '{same} is both an input column for by and a new name',
    zh: '{same} 既是 by 的列又是新列名',
    help: { en: 'give the new column another name', zh: '请为新列另取名称' },
  },
  CE2170: {
    en: "no statistic '{name}'",
    zh: "没有统计量 '{name}'",
    help: { en: '{suggestion}', zh: '{suggestion}' },
  },
  CE2171: {
    en: '{what} needs at least two columns',
    zh: '{what} 至少需要两列',
    help: { en: 'name more columns, or leave it out', zh: '请指定更多列，或去掉该选项' },
  },
  CE2172: {
    en: "'{name}' cannot have standard deviation {sd} with mean {mean} between {min} and {max}: the largest possible is {most}",
    zh: "'{name}' 均值为 {mean}、取值在 {min} 与 {max} 之间时，标准差不可能为 {sd}：最大为 {most}",
    help: {
      en: 'lower sd or widen min and max; sd² is at most (mean − min)(max − mean)',
      zh: '请减小 sd 或放宽 min 与 max；sd² 不超过 (mean − min)(max − mean)',
    },
  },
  CE2173: {
    en: "the mean {mean} of '{name}' does not lie between {min} and {max}",
    zh: "'{name}' 的均值 {mean} 不在 {min} 与 {max} 之间",
    help: { en: 'correct mean, min or max', zh: '请更正 mean、min 或 max' },
  },
  CE2174: {
    en: "'{in}' loads on '{name}', which does not exist",
    zh: "'{in}' 载荷于不存在的 '{name}'",
    help: { en: '{suggestion}', zh: '{suggestion}' },
  },
  CE2175: {
    en: 'loads run in a circle: {circle}',
    zh: '载荷构成循环：{circle}',
    help: { en: 'let at least one of them load on none of the others', zh: '请至少让其中一个不载荷于其他变量' },
  },
  CE2176: {
    en: "the loads of '{name}' have squares that sum to {sum}, more than 1",
    zh: "'{name}' 的载荷平方和为 {sum}，大于 1",
    help: {
      en: 'a load is a correlation: what the squares leave to 1 is noise of its own',
      zh: '载荷是相关系数：平方和与 1 之差为自身的扰动',
    },
  },
  CE2177: {
    en: 'times run from {from} to {to}, which holds no period',
    zh: '时间从 {from} 到 {to}，其中没有任何时期',
    help: { en: 'let from be at most to', zh: '请使 from 不大于 to' },
  },
  CE2178: {
    en: "unit '{unit}' stands in rows {first} and {second} of the list of units",
    zh: "个体 '{unit}' 出现在个体名单的第 {first} 行和第 {second} 行",
    help: { en: 'the list needs one row per unit', zh: '名单应为每个个体一行' },
  },
  CE2179: {
    en: "the effect is on '{name}', which is neither a variable nor a latent",
    zh: "效应作用于 '{name}'，它既不是变量也不是潜变量",
    help: { en: '{suggestion}', zh: '{suggestion}' },
  },
  CE2180: {
    en: "'{name}' is used twice: as {first} and as {second}",
    zh: "'{name}' 重复使用：既是 {first} 又是 {second}",
    help: { en: 'give one of them another name', zh: '请为其中之一另取名称' },
  },
  CE2181: {
    en: 'units are given neither by units nor by from',
    zh: '既没有用 units 也没有用 from 给出个体',
    help: {
      en: 'write units: 100, a list of names, or from: a table with one row per unit',
      zh: '请写 units: 100、名称列表，或 from: 每个个体一行的表',
    },
  },
  CE2182: {
    en: 'units are given twice, by units and by from',
    zh: '个体同时由 units 和 from 给出',
    help: { en: 'leave one of them out', zh: '请去掉其中之一' },
  },
  CE2183: {
    en: "'{name}' needs {needs}",
    zh: "'{name}' 需要 {needs}",
    help: { en: 'add it to the variable', zh: '请为该变量补上' },
  },
  CE2184: {
    en: 'unit in row {row} of the list is missing',
    zh: '名单第 {row} 行缺少个体',
    help: { en: 'filter such rows first', zh: '请先过滤这些行' },
  },
  CE2185: {
    en: 'the effect needs the column with the first period of treatment: cohort',
    zh: '效应需要给出首次处理时期的列：cohort',
    help: {
      en: 'write effect: { cohort: column of from, … }, with from: a table of units',
      zh: '请写 effect: { cohort: from 表中的列, … }，并以 from 给出个体表',
    },
  },
  CE2186: {
    en: "'{name}' cannot be made with mean {mean} and standard deviation {sd}: the nearest are {got_mean} and {got_sd}",
    zh: "无法使 '{name}' 的均值为 {mean}、标准差为 {sd}：最接近的是 {got_mean} 和 {got_sd}",
    help: {
      en: 'lower sd, widen min and max, take another distribution, or make the effect or the trend smaller',
      zh: '请减小 sd、放宽 min 与 max、换用其他分布，或减小效应或趋势',
    },
  },
  CE2187: {
    en: "column '{name}' of the list of units is missing for unit '{unit}'",
    zh: "个体名单的列 '{name}' 对个体 '{unit}' 缺失",
    help: { en: 'a column that variables load on must be complete', zh: '变量所载荷的列不得有缺失' },
  },
  CE2188: {
    en: "column '{name}' does not vary over the units, so nothing can load on it",
    zh: "列 '{name}' 在个体间没有变化，无法作为载荷对象",
    help: { en: 'take it out of loads', zh: '请将其从 loads 中去掉' },
  },
  CE2198: {
    en: "'{name}' is 0 for {count} {count|key|keys}, long before the panel ({first}–{last}): {names}",
    zh: "有 {count} 个键的 '{name}' 为 0，远早于面板的时期（{first}–{last}）：{names}",
    help: {
      en: 'where 0 means never treated, take those rows out of the roster with filter, or leave the cells empty',
      zh: '若 0 表示从未处理，请用 filter 从名单中删去这些行，或将单元格留空',
    },
  },
  CN2150: {
    en: "'{column}': {low} {low|value|values} below {low_limit} and {high} above {high_limit} set to the limit",
    zh: "'{column}'：低于 {low_limit} 的 {low} 个值与高于 {high_limit} 的 {high} 个值已设为界限值",
  },
  CN2151: {
    en: "'{column}': {low} {low|value|values} in the lower and {high} in the upper tail set to the limit of their group",
    zh: "'{column}'：下尾 {low} 个值与上尾 {high} 个值已设为所在组的界限值",
  },
  CN2152: {
    en: "'{column}': {low} {low|value|values} in the lower and {high} in the upper tail set to missing",
    zh: "'{column}'：下尾 {low} 个值与上尾 {high} 个值已设为缺失",
  },
  CN2153: {
    en: "'{column}': {filled} missing values filled ({inside} inside, {ends} at the ends), {left} left missing",
    zh: "'{column}'：填补 {filled} 个缺失值（中间 {inside} 个，两端 {ends} 个），仍缺失 {left} 个",
  },
  CN2154: {
    en: "'{column}': {missing} missing values left out of the summaries",
    zh: "'{column}'：汇总时忽略 {missing} 个缺失值",
  },
  CN2155: {
    en: "'{column}' does not vary and is set to {value}",
    zh: "'{column}' 没有变化，已设为 {value}",
  },
  CN2156: {
    en: "'{column}' does not vary in {groups} of the groups and is set to {value} there",
    zh: "'{column}' 在 {groups} 个组内没有变化，在这些组中已设为 {value}",
  },
  CN2170: {
    en: "'{column}' has no value: it stays missing in all rows",
    zh: "'{column}' 没有任何取值，所有行均保持缺失",
  },
  CN2171: {
    en: "'{column}' has no value in the table of like and is set to {value}",
    zh: "'{column}' 在 like 所指的表中没有任何取值，已设为 {value}",
  },
  CN2157: {
    en: '{rows} {rows|row|rows} with a missing indicator {rows|has no score and does|have no score and do} not count for the weights',
    zh: '{rows} 行因指标缺失而没有得分，也不参与权重计算',
  },
  CN2158: {
    en: "indicator '{column}' does not vary{group}: its weight is 0",
    zh: "指标 '{column}' 没有变化{group}：其权重为 0",
  },
  CN2159: {
    en: '{treated} of {units} keys {treated|is|are} treated at some time, {never} never',
    zh: '{units} 个键中有 {treated} 个曾受处理，{never} 个从未受处理',
  },
  CN2160: {
    en: '{count} {count|key|keys} of the roster {count|matches|match} no row: {names}',
    zh: '名单中有 {count} 个键未匹配到任何行：{names}',
  },
  CN2161: {
    en: '{count} roster {count|row has|rows have} no key or no year of adoption and {count|is|are} ignored',
    zh: '名单中有 {count} 行没有键或实施年份，已忽略',
  },
  CN2162: {
    en: '{rows} {rows|row has|rows have} a missing key: {rows|it is matched to nothing and its|they are matched to nothing and their} treatment is missing',
    zh: '{rows} 行的键缺失：未作匹配，其处理状态为缺失',
  },
  CN2163: {
    en: '{count} {count|key stands|keys stand} in several rows of the roster; the earliest counts: {names}',
    zh: '名单中有 {count} 个键出现多行，以最早者为准：{names}',
  },
  CN2164: {
    en: '{count} {count|key is|keys are} treated from {count|its|their} first period on: {names}',
    zh: '{count} 个键从首个时期起即受处理：{names}',
  },
  CN2165: {
    en: '{count} {count|key is|keys are} treated after {count|its|their} last period only: {names}',
    zh: '{count} 个键在其最后时期之后才受处理：{names}',
  },
  CN2166: {
    en: '{rows} {rows|row|rows} with a missing value {rows|is|are} left out of {what}',
    zh: '{rows} 行因缺失值未计入{what}',
  },
  CN2167: {
    en: 'these data are simulated: {units} {units|unit|units}, {periods} {periods|period|periods}, seed {seed}',
    zh: '这些数据为模拟数据：{units} 个个体，{periods} 个时期，种子 {seed}',
  },
  CN2168: {
    en: "'{name}': wanted mean {mean}, sd {sd}, min {min}, max {max}; achieved {got_mean}, {got_sd}, {got_min}, {got_max}",
    zh: "'{name}'：目标均值 {mean}、标准差 {sd}、最小值 {min}、最大值 {max}；实际为 {got_mean}、{got_sd}、{got_min}、{got_max}",
  },
  CN2169: {
    en: "true effect of the treatment on '{name}': {effect} on average over {rows} treated {rows|row|rows}",
    zh: "处理对 '{name}' 的真实效应：在 {rows} 个受处理行上平均为 {effect}",
  },
  CN2270: {
    en: '{count} {count|column|columns} without numbers {count|is|are} left out: {names}',
    zh: '有 {count} 列不是数值，未作描述：{names}',
    help: {
      en: "name the columns under columns; a share of each text: derive columns such as east = region == 'east'",
      zh: "请在 columns 中写明要描述的列；文本各取值的占比可先用 derive 生成，例如 east: region == 'east'",
    },
  },
});
