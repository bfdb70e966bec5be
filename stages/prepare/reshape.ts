/** Tables of one row per unit and of one row per unit and period, each from the other. */
import { tableShapeOf } from '../columns/schema.ts';
import { tableOf } from '../columns/table.ts';
import { type Declared, defineStage, error, type Fault } from '../contract.ts';
import { declareLong, runLong } from './reshape-long.ts';
import { patternsOf } from './reshape-names.ts';
import { type ReshapeParams, type ReshapeSpec, reshapeParams } from './reshape-params.ts';
import { declareWide, runWide } from './reshape-wide.ts';

/** Errors: CE2650–CE2668; CE2014, CE2041, CE2180 for names. */
export const reshape = defineStage<ReshapeParams, ReshapeSpec>({
  type: 'reshape',
  doc: {
    summary: {
      en: 'Turns a table with columns for periods into one with rows for them, and back',
      zh: '宽表与长表互转：各年份由列变为行，或由行变为列',
    },
    details: {
      en: `A yearbook has a row per city and a column per year: \`gdp2019\`, \`gdp2020\` …, \`2019\`, \`2020\` … or \`2019年\` …. With \`into: long\` each city has a row
per year; \`into: wide\` goes back. Both read the same \`columns\`: the column of values, and its names in the wide table as a pattern, in quotes, with the column of years in braces.
\`columns: { gdp: "gdp{year}", pop: "pop{year}" }\`, or in short \`["gdp{year}", "pop{year}"]\`, is Stata's \`reshape long gdp pop, i(city) j(year)\`; \`{ gdp: "{year}" }\` and \`{ gdp: "{year}年" }\` are for names that are years.

**Long.** The braces stand for a whole number; where no column has one there, for any number; else for any text. \`type\` says it: \`text\` takes every name that fits, \`integer\`
reads \`09\` as 9. Codes with leading zeros (\`09\`) make the new column text. Columns that fit but for the number are carried along, and named in a note. Where only some of several
columns have a value of the braces (\`gdp2010\` without \`pop2010\`), the others are missing there. Rows in which all of \`columns\` are missing are kept, as by Stata, and
counted in a note; \`empty: drop\` leaves them out (\`values_drop_na\` of tidyr). \`id\` must name every row of the wide table once. Rows come in the order of the input, for each by the
value of the new column (numbers by size, texts as their columns stand); columns: ids, the new column, the values, the others.

**Wide.** What the columns are called follows from values in the data, so \`values\` declares them: what reads the table can be checked before anything runs. A value in the data that is
not declared fails the stage, and the message says what to write; one that no row has makes columns without values, with a note. Rows come in the order in which their ids first occur;
columns: ids, then for each of \`columns\` its values in the order declared, then the others. An id may stand once for each value. Combinations without a row are missing, and counted in a note.

Other columns are carried along: all, or those of \`carry\`. Into wide they must be the same in all rows of an id, as in Stata. No panel is declared of the result: put a
[\`panel\`](panel.md) stage behind it. Nothing is computed or rounded. Checked against tidyr's \`pivot_longer\` and \`pivot_wider\` and \`reshape\` of R.`,
      zh: `统计年鉴常为每个城市一行、每年一列：gdp2019、gdp2020 ……，或 2019、2020 ……，或 2019年 ……。into: long 使每个城市每年一行，into: wide 反之。两个方向的 columns 写法相同：取值列，及其在宽表中的列名模式（加引号），花括号中写年份列的列名。
columns: { gdp: "gdp{year}", pop: "pop{year}" }，可简写为 ["gdp{year}", "pop{year}"]，相当于 Stata 的 reshape long gdp pop, i(city) j(year)；列名只有年份时写 { gdp: "{year}" } 或 { gdp: "{year}年" }。

**变为长表。** 花括号处为整数；若没有任何列在该处为整数，则为任意数值；否则为任意文本。可用 type 指定：text 取所有相符的列名，integer 把 09 读作 9。带前导零的代码（09）使新列为文本。除数值外均相符的列按其他列保留，并在附注中列出。若某取值只有部分列（有 gdp2010 而无 pop2010），其余为缺失。columns 全部缺失的行与 Stata 一样保留，并在附注中计数；empty: drop 去掉这些行（tidyr 的 values_drop_na）。id 须唯一标识宽表的每一行。
各行按输入的次序，同一行内按新列的取值（数值按大小，文本按列的次序）；各列依次为标识列、新列、取值列、其他列。

**变为宽表。** 新列的列名取决于数据中的取值，因此须用 values 声明，读取该表的步骤才能在运行前检查。数据中有未声明的取值时步骤失败，并指出应如何写；没有任何行的取值得到全部缺失的列，并有附注。各行按标识首次出现的次序；各列依次为标识列、columns 中每一列按声明次序的各取值、其他列。每个标识的每个取值至多一行；没有对应行的组合为缺失，并在附注中计数。

其他列一并保留：默认全部，或只保留 carry 所列。变为宽表时它们在同一标识的各行中须一致，与 Stata 相同。结果不带面板声明：请在其后加 [panel](panel.md) 步骤。不作任何计算或舍入。已与 R 的 tidyr（pivot_longer、pivot_wider）及 reshape 核对。`,
    },
    example: `stages:
  yearbook: { stage: ingest, file: yearbook.csv }
  long:
    stage: reshape
    from: yearbook
    into: long
    id: city
    columns: { gdp: "gdp{year}", pop: "pop{year}" }
  cities: { stage: panel, from: long, unit: city, time: year }
  growth: { stage: derive, from: cities, columns: { growth: log(gdp) - log(lag(gdp)) } }
  wide:
    stage: reshape
    from: growth
    into: wide
    id: city
    columns: { growth: "growth{year}" }
    values: { from: 2020, to: 2022 }
    carry: province
    where: year >= 2020
`,
  },
  params: reshapeParams,
  inputs: { from: { kinds: ['table'] } },
  outputs: { table: { kind: 'table', doc: { en: 'the long or wide table', zh: '长表或宽表' } } },
  declare(context) {
    const { params } = context;
    const shape = tableShapeOf(context.inputs.from?.[0]);
    const faults = [...strayParams(params)];
    const named = patternsOf(params.columns, faults);
    const declared =
      named === undefined
        ? UNNAMED
        : params.into === 'long'
          ? declareLong(context, shape, named)
          : declareWide(context, shape, named);
    return { ...declared, faults: [...faults, ...declared.faults] };
  },
  run({ spec, inputs }) {
    const [input] = inputs.from ?? [];
    if (input === undefined) throw new Error('ceteris bug: reshape without input');
    return spec.into === 'long' ? runLong(spec, tableOf(input)) : runWide(spec, tableOf(input));
  },
});

/** CE2658: params of the other way. */
function strayParams(params: ReshapeParams): Fault[] {
  const { into } = params;
  const [other, stray] = into === 'long' ? (['wide', ['values']] as const) : (['long', ['type', 'empty']] as const);
  return stray
    .filter((param) => params[param] !== undefined)
    .map((param) => error('CE2658', { param, into, other }, [param]));
}

/** Without patterns nothing is known of the result. */
const UNNAMED: Declared<ReshapeSpec> = {
  faults: [],
  spec: { into: 'long', id: [], dates: [], key: '', values: [], columns: [], drop: false, odd: [] },
  reads: { from: [[]] },
  outputs: { table: { shape: { kind: 'table', columns: [], open: true }, parts: 'made' } },
};
