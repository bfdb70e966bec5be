/** What users write of a linear model: params that every regression takes, those of formulas and of instruments. */
import { Type } from '@sinclair/typebox';
import { ColumnName, means } from '../columns/params.ts';
import type { KClass } from '../kernels/k-class.ts';
import { VcovParam } from './errors-spec.ts';
import { SscParam, type SscValue } from './small-sample.ts';

const Names = (...meaning: Parameters<typeof means>) =>
  Type.Union([Type.String(), Type.Array(Type.String())], { ...means(...meaning), 'x-ceteris': 'columns' });

/** Params that every regression takes. */
export const linearParams = {
  y: Type.Optional(
    ColumnName(
      'the outcome: a column, or a function of one such as log(gdp)',
      '被解释变量：一列，或一列的函数，如 log(gdp)',
    ),
  ),
  x: Type.Optional(
    Names(
      'regressors of interest: columns or terms (`log(x + 1)`, `x^2`, `I(a / b)`, `poly(x, 2)`, `l(x, 1)`, `a:b`, `i(year, ref = 2014)`)',
      '核心解释变量：列名或项（`log(x + 1)`、`x^2`、`I(a / b)`、`poly(x, 2)`、`l(x, 1)`、`a:b`、`i(year, ref = 2014)`）',
    ),
  ),
  controls: Type.Optional(Names('further regressors, globs allowed', '控制变量，可用通配符')),
  absorb: Type.Optional(
    Type.Union(
      [Type.String(), Type.Array(Type.String())],
      means(
        'fixed effects: `city`, `province^year`, with slopes `state[year]`',
        '固定效应：`city`、`province^year`（交互），带斜率时 `state[year]`',
      ),
    ),
  ),
  cluster: Type.Optional(
    Type.Union([Type.String(), Type.Array(Type.String())], {
      ...means(
        'short for `vcov: { cluster: … }`: one to four dimensions',
        '`vcov: { cluster: … }` 的简写：聚类到一至四个维度',
      ),
      'x-ceteris-known-as': ['vce'],
    }),
  ),
  vcov: Type.Optional(VcovParam),
  weights: Type.Optional(
    ColumnName(
      'analytic weights; rows of weight 0 are left out',
      '分析权重（同 Stata 的 aweight）；权重为 0 的行不参与估计',
    ),
  ),
  ssc: Type.Optional(SscParam),
  singletons: Type.Optional(
    Type.Union([Type.Literal('drop'), Type.Literal('keep')], {
      default: 'drop',
      ...means('rows that are alone in a level of an effect', '单例观测：在某一固定效应水平上只有一行者，剔除或保留'),
    }),
  ),
  intercept: Type.Optional(
    Type.Boolean({
      default: true,
      ...means(
        'a constant, where no effect is absorbed; `0 +` in a formula',
        '没有固定效应时是否含常数项；公式中写 `0 +` 去掉',
      ),
    }),
  ),
  constant: Type.Optional(
    Type.Boolean({
      default: false,
      ...means(
        'with absorbed effects: report the constant too, as reghdfe does (mean of y less the slopes at the means of x)',
        '有固定效应时也报告常数项，同 reghdfe（y 的均值减去 x 均值处的拟合值）',
      ),
    }),
  ),
  level: Type.Optional(
    Type.Number({
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
      default: 0.95,
      ...means('level of the intervals', '置信区间的置信水平'),
    }),
  ),
};

export const formulaParam = {
  formula: Type.Optional(
    Type.String({
      ...means(
        '`y ~ x1 + i(year, ref = 2014) | city + year | endogenous ~ instruments`, instead of y, x, controls, absorb, iv',
        '公式 `y ~ x1 + i(year, ref = 2014) | city + year | 内生变量 ~ 工具变量`，代替 y、x、controls、absorb、iv',
      ),
      'x-ceteris': 'formula',
    }),
  ),
};

export const instrumentParam = {
  iv: Type.Optional(
    Type.Object(
      {
        endogenous: Names(
          'regressors that are correlated with the error; estimated as `fit_<name>`',
          '内生解释变量；其系数名为 `fit_<变量>`',
        ),
        instruments: Names(
          'excluded instruments, at least one for each endogenous regressor',
          '工具变量，不少于内生变量的个数',
        ),
      },
      { additionalProperties: false, ...means('two-stage least squares', '工具变量法（两阶段最小二乘）') },
    ),
  ),
};

export const instrumentMethodParam = {
  'iv-method': Type.Optional(
    Type.Union([Type.Literal('2sls'), Type.Literal('liml'), Type.Literal('fuller')], {
      default: '2sls',
      ...means(
        'how instruments are used: two-stage least squares, limited-information maximum likelihood, or Fuller’s correction of it',
        '工具变量的估计方法：两阶段最小二乘、有限信息极大似然（LIML），或其 Fuller 修正',
      ),
    }),
  ),
};

export interface InstrumentParam {
  readonly endogenous: string | readonly string[];
  readonly instruments: string | readonly string[];
}

export interface LinearParams {
  readonly y?: string;
  readonly x?: string | readonly string[];
  readonly controls?: string | readonly string[];
  readonly absorb?: string | readonly string[];
  readonly cluster?: string | readonly string[];
  readonly vcov?: unknown;
  readonly weights?: string;
  readonly ssc?: SscValue;
  readonly singletons?: 'drop' | 'keep';
  readonly intercept?: boolean;
  readonly constant?: boolean;
  readonly level?: number;
  readonly formula?: string;
  readonly iv?: InstrumentParam;
  readonly 'iv-method'?: '2sls' | KClass;
}
