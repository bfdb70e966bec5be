import { fixestRule, type SmallSample } from '../../stages/kernels/dof.ts';
import { combine, type Factor } from '../../stages/kernels/factor-codes.ts';
import type { Errors } from '../../stages/kernels/sandwich-meat.ts';
import { type Data, factor, numbers } from './reference-case.ts';

/** One entry of a case's `inference`. */
export interface ReferenceInference {
  readonly label: string;
  readonly vcov_type?: string;
  readonly ssc?: Record<string, unknown>;
  readonly df_K?: number;
  readonly df_t: number;
  readonly G?: number;
  readonly se: Record<string, number>;
  readonly t: Record<string, number>;
  readonly p: Record<string, number>;
  readonly ci95_low?: Record<string, number>;
  readonly ci95_high?: Record<string, number>;
  readonly vcov?: number[][];
}

/** The small-sample rule of an entry. */
export function ruleOf({ ssc }: ReferenceInference): SmallSample {
  if (ssc === undefined) return fixestRule;
  return {
    adjustK: ssc.K_adj as boolean,
    countEffects: ssc.K_fixef as SmallSample['countEffects'],
    redundancy: ssc.K_exact === true ? 'fixest-exact' : 'fixest',
    adjustG: ssc.G_adj as boolean,
    clusterG: ssc.G_df as SmallSample['clusterG'],
    t: ssc.t_df as SmallSample['t'],
  };
}

/** The errors of an entry. */
export function errorsOf({ label, vcov_type }: ReferenceInference, data: Data): Errors {
  const type = vcov_type ?? label;
  const lag = /default/.test(label) ? {} : { lag: Number(/L=(\d+)/.exec(type)?.[1]) };
  const hc = /^HC(\d)$/.exec(type);
  if (/^iid$/i.test(type)) return { type: 'iid' };
  if (type.startsWith('Hetero')) return { type: 'hc', variant: 1 };
  if (hc !== null) return { type: 'hc', variant: Number(hc[1]) as 0 | 1 | 2 | 3 };
  if (type.startsWith('Clustered')) return { type: 'cluster', by: clustersOf(type, data) };
  if (type.startsWith('Driscoll')) return { type: 'driscoll-kraay', time: factor(data, 'year'), ...lag };
  if (type.startsWith('Newey')) return { type: 'newey-west', unit: unitOf(data), time: factor(data, 'year'), ...lag };
  const cutoff = Number(/\((\d+)km/.exec(type)![1]);
  const places = { latitude: numbers(data, 'lat'), longitude: numbers(data, 'long') };
  return { type: 'conley', places, cutoff, distance: 'triangular' };
}

function clustersOf(type: string, data: Data): Factor[] {
  const pair = /combine_fixef_keep_names\((\w+), (\w+)\)/.exec(type);
  if (pair !== null) return [combine([factor(data, pair[1]!), factor(data, pair[2]!)])];
  return /\((.*)\)/
    .exec(type)![1]!
    .split(' & ')
    .map((name) => factor(data, name));
}

function unitOf(data: Data): Factor {
  const name = ['nr', 'firm', 'county'].find((column) => data.cells.has(column))!;
  return factor(data, name);
}
