/** What `simulate` is asked for. */
import { type Static, Type } from '@sinclair/typebox';
import { LocalText, means, Params, Reference, Seed } from '../columns/params.ts';

const Loads = Type.Optional(
  Type.Record(
    Type.String(),
    Type.Number({ minimum: -1, maximum: 1 }),
    means(
      'correlations with latents, other variables and number columns of from; the rest is noise of its own',
      '与公共因子、其他变量以及 from 中数值列的相关系数；其余为自身的噪声',
    ),
  ),
);
const Persistence = Type.Optional(
  Type.Number({
    minimum: 0,
    maximum: 1,
    default: 0.8,
    ...means(
      'share of its own variance that stays with the unit through all periods',
      '自身方差中归于个体、各期不变的份额',
    ),
  }),
);
const Memory = Type.Optional(
  Type.Number({
    exclusiveMinimum: -1,
    exclusiveMaximum: 1,
    default: 0,
    ...means(
      'correlation of what moves around the unit from one period to the next',
      '围绕个体均值的波动在相邻两期间的相关系数',
    ),
  }),
);

const Variable = Type.Object(
  {
    mean: Type.Number(
      means('mean over all rows; of a binary variable the share of ones', '全部行的均值；0/1 变量为取 1 的比例'),
    ),
    sd: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        ...means('standard deviation over all rows (n − 1)', '全部行的标准差（除以 n − 1）'),
      }),
    ),
    min: Type.Optional(Type.Number(means('smallest value; some row has it', '最小值；至少有一行取到'))),
    max: Type.Optional(Type.Number(means('largest value; some row has it', '最大值；至少有一行取到'))),
    kind: Type.Optional(
      Type.Union([Type.Literal('number'), Type.Literal('integer'), Type.Literal('binary')], {
        default: 'number',
        ...means(
          'integer rounds, which moves the moments a little; binary is 0 or 1',
          'integer 取整（矩略有变动）；binary 取 0 或 1',
        ),
      }),
    ),
    persistence: Persistence,
    memory: Memory,
    trend: Type.Optional(
      Type.Number({
        default: 0,
        ...means('rise from the first to the last period, the same for all units', '从首期到末期的增幅，各个体相同'),
      }),
    ),
    loads: Loads,
    label: Type.Optional(LocalText('name in print', '显示名称')),
    unit: Type.Optional(LocalText('unit of measurement', '计量单位')),
  },
  { additionalProperties: false, ...means('a variable', '一个变量') },
);

const Latent = Type.Object(
  { persistence: Persistence, memory: Memory, loads: Loads },
  { additionalProperties: false, ...means('a common factor that is not put out', '一个公共因子，不出现在输出中') },
);

export const simulateParams = Params({
  from: Type.Optional(
    Reference(
      'a table with one row per unit, whose columns stay with the simulated rows',
      '每个个体一行的表，其各列保留在模拟数据中',
    ),
  ),
  units: Type.Optional(
    Type.Union(
      [
        Type.Integer({ minimum: 1, maximum: 10_000_000 }),
        Type.Array(Type.Union([Type.String(), Type.Integer()]), { minItems: 1 }),
      ],
      means('number of units, or their names; instead of from', '个体的数目或名称；与 from 二选一'),
    ),
  ),
  unit: Type.Optional(
    Type.String({
      minLength: 1,
      default: 'unit',
      ...means('column of the unit; with from, the one that names it', '个体列；有 from 时为其中标识个体的列'),
    }),
  ),
  time: Type.Optional(
    Type.String({
      minLength: 1,
      default: 'time',
      ...means('name of the new column with the period', '新生成的时期列的列名'),
    }),
  ),
  times: Type.Union(
    [
      Type.Object({ from: Type.Integer(), to: Type.Integer() }, { additionalProperties: false }),
      Type.Array(Type.Integer(), { minItems: 1 }),
    ],
    means('periods: { from: 2009, to: 2022 }, or a list', '时期：{ from: 2009, to: 2022 }，或逐一列出'),
  ),
  latents: Type.Optional(
    Type.Record(Type.String({ minLength: 1 }), Latent, means('common factors by name', '公共因子，按名称')),
  ),
  variables: Type.Record(Type.String({ minLength: 1 }), Variable, {
    minProperties: 1,
    ...means('variables by name, with the moments they are to have', '变量，按名称，并给出应有的矩'),
  }),
  effect: Type.Optional(
    Type.Object(
      {
        cohort: Type.String(
          means(
            'column of from with the first treated period, missing for the never treated',
            'from 中首次处理期的列，从未处理者为缺失',
          ),
        ),
        on: Type.Record(Type.String(), Type.Number(), {
          minProperties: 1,
          ...means('what treatment adds to each variable, in its own unit', '处理使各变量增加多少，以该变量的单位计'),
        }),
        path: Type.Optional(
          Type.Array(Type.Number(), {
            minItems: 1,
            default: [1],
            ...means(
              'shares of the effect in the first treated period, the next, …; the last one stays',
              '首次处理期及以后各期实现的效应份额；最后一个值此后保持',
            ),
          }),
        ),
        scale: Type.Optional(
          Type.String(
            means(
              'number column of from by which the effect of a unit is multiplied',
              'from 中的数值列，个体的效应乘以它',
            ),
          ),
        ),
      },
      { additionalProperties: false, ...means('the true effect of a treatment', '处理的真实效应') },
    ),
  ),
  seed: Seed,
});

export type SimulateParams = Static<typeof simulateParams>;

export type SimulatedVariable = {
  readonly name: string;
  readonly kind: 'number' | 'integer' | 'binary';
  readonly mean: number;
  readonly sd: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly trend: number;
};

/** A normal score: of a latent or of a variable. */
export type ScoreSpec = {
  readonly name: string;
  readonly persistence: number;
  readonly memory: number;
  /** by name: an earlier score, or a column of the units */
  readonly loads: readonly { readonly on: string; readonly is: 'score' | 'column'; readonly by: number }[];
};

export type EffectSpec = {
  readonly cohort: string;
  readonly on: readonly { readonly name: string; readonly size: number }[];
  readonly path: readonly number[];
  readonly scale: string | null;
};

export type SimulateSpec = {
  /** a count, names, or the column of `from` that names them */
  readonly units: number | readonly string[] | { readonly column: string };
  /** names that are whole numbers make a number column */
  readonly numeric: boolean;
  readonly unit: string;
  readonly time: string;
  readonly times: readonly number[];
  /** in an order in which each loads on earlier ones only */
  readonly scores: readonly ScoreSpec[];
  readonly variables: readonly SimulatedVariable[];
  readonly effect: EffectSpec | null;
  readonly seed: number;
};
