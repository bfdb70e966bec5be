/** The param `ssc`: a small-sample convention by name, or fixest's with some of its settings changed. */

import { Type } from '@sinclair/typebox';
import { means } from '../columns/params.ts';
import { fixestRule, type SmallSample, smallSampleRules } from '../kernels/dof.ts';

export type SscName = keyof typeof smallSampleRules;

const names = Object.keys(smallSampleRules) as SscName[];

const Setting = (...meaning: Parameters<typeof means>) => Type.Optional(Type.Boolean(means(...meaning)));

export const SscParam = Type.Union(
  [
    ...names.map((name) => Type.Literal(name)),
    Type.Object(
      {
        k_adj: Setting('the factor (n − 1)/(n − K)', '因子 (n − 1)/(n − K)'),
        k_fixef: Type.Optional(
          Type.Union(
            [Type.Literal('full'), Type.Literal('nonnested'), Type.Literal('none')],
            means(
              'absorbed levels that K counts: all, those not nested in a cluster, none',
              'K 计入哪些被吸收的固定效应：全部、未嵌套于聚类的，或都不计',
            ),
          ),
        ),
        k_exact: Setting(
          'K leaves out levels that are redundant given the other effects',
          'K 不计入因其他固定效应而冗余的水平',
        ),
        g_adj: Setting('the factor G/(G − 1)', '因子 G/(G − 1)'),
        g_df: Type.Optional(
          Type.Union(
            [Type.Literal('min'), Type.Literal('conventional')],
            means(
              'with several cluster dimensions: the smallest G for all, or the own one of each',
              '多维聚类时：一律用最小的 G，或各维度用各自的 G',
            ),
          ),
        ),
        t_df: Type.Optional(
          Type.Union(
            [
              Type.Literal('min'),
              Type.Literal('residual'),
              Type.Literal('conventional'),
              Type.Number({ exclusiveMinimum: 0 }),
            ],
            means(
              'degrees of freedom of t: the smallest G − 1, n − K (residual; fixest says conventional), or a number',
              't 分布的自由度：最小的 G − 1、n − K（residual，fixest 称 conventional），或一个数',
            ),
          ),
        ),
      },
      { additionalProperties: false },
    ),
  ],
  {
    default: 'fixest',
    ...means(
      'small-sample convention of the standard errors: fixest, reghdfe, stata, none, or settings of fixest’s ssc() such as { k_fixef: full, g_df: conventional }',
      '标准误的小样本调整：fixest、reghdfe、stata、none，或逐项给出 fixest 的 ssc() 设定，如 { k_fixef: full, g_df: conventional }',
    ),
  },
);

interface Settings {
  readonly k_adj?: boolean;
  readonly k_fixef?: SmallSample['countEffects'];
  readonly k_exact?: boolean;
  readonly g_adj?: boolean;
  readonly g_df?: SmallSample['clusterG'];
  readonly t_df?: SmallSample['t'] | 'conventional';
}

export type SscValue = SscName | Settings;

/** Canonical: the name of a convention wherever one says the same. */
export type SscSpec = SscName | { readonly [K in keyof SmallSample]: SmallSample[K] };

export function sscOf(value: SscValue | undefined): SscSpec {
  if (value === undefined || typeof value === 'string') return value ?? 'fixest';
  const rule: SmallSample = {
    adjustK: value.k_adj ?? fixestRule.adjustK,
    countEffects: value.k_fixef ?? fixestRule.countEffects,
    redundancy: value.k_exact === true ? 'fixest-exact' : fixestRule.redundancy,
    adjustG: value.g_adj ?? fixestRule.adjustG,
    clusterG: value.g_df ?? fixestRule.clusterG,
    t: value.t_df === 'conventional' ? 'residual' : (value.t_df ?? fixestRule.t),
  };
  const same = (name: SscName): boolean =>
    Object.entries(smallSampleRules[name]).every(([key, setting]) => rule[key as keyof SmallSample] === setting);
  return names.find(same) ?? rule;
}

export const ruleOf = (ssc: SscSpec): SmallSample => (typeof ssc === 'string' ? smallSampleRules[ssc] : ssc);

/** What a record says of the convention. */
export const sscLabel = (ssc: SscSpec): string => {
  if (typeof ssc === 'string') return ssc;
  const parts = [
    ...(ssc.adjustK ? [] : ['k_adj: false']),
    ...(ssc.countEffects === fixestRule.countEffects ? [] : [`k_fixef: ${ssc.countEffects}`]),
    ...(ssc.redundancy === 'fixest-exact' ? ['k_exact: true'] : []),
    ...(ssc.adjustG ? [] : ['g_adj: false']),
    ...(ssc.clusterG === fixestRule.clusterG ? [] : [`g_df: ${ssc.clusterG}`]),
    ...(ssc.t === fixestRule.t ? [] : [`t_df: ${ssc.t}`]),
  ];
  return `fixest (${parts.join(', ')})`;
};
