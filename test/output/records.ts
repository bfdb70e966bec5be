/** Records as the stages before make them, written by hand for the tests of this folder. */
import { encodeRecord, type Recordable } from '../../stages/columns/record.ts';
import {
  type InputShape,
  type InputValue,
  type RecordKind,
  type RecordShape,
  type Text,
  VALUE,
} from '../../stages/contract.ts';

export const term = (name: string, estimate: number | null, std_error: number | null, p_value: number | null) => ({
  term: name,
  estimate,
  std_error,
  statistic: estimate === null || std_error === null ? null : estimate / std_error,
  p_value,
  conf_low: estimate === null || std_error === null ? null : estimate - 2 * std_error,
  conf_high: estimate === null || std_error === null ? null : estimate + 2 * std_error,
});

/** Four columns of a baseline: no controls or effects, controls, effects, both. */
export const baseline = [
  {
    nobs: 3850,
    outcome: 'npp',
    terms: [term('(Intercept)', 0.1, 0.01, 0.0001), term('policy', 0.25, 0.1, 0.012)],
    r2: 0.1235,
    vcov_type: 'iid',
    absorbed: [],
    clusters: [],
  },
  {
    nobs: 3850,
    outcome: 'npp',
    terms: [
      term('(Intercept)', -0.5, 0.25, 0.0501),
      term('policy', 0.125, 0.05, 0.0125),
      term('open', -0.0004, 0.0002, 0.04),
    ],
    r2: 0.5,
    vcov_type: 'iid',
    absorbed: [],
    clusters: [],
  },
  {
    nobs: 3840,
    outcome: 'npp',
    terms: [term('policy', 0.0785, 0.02, 0.00009)],
    r2: 0.9,
    within_r2: 0.04,
    vcov_type: 'cluster',
    absorbed: [
      { name: 'city', levels: 275 },
      { name: 'year', levels: 14 },
    ],
    clusters: [{ name: 'city', levels: 275 }],
  },
  {
    nobs: 3840,
    outcome: 'npp',
    terms: [term('policy', 0.0625, 0.05, 0.21), term('open', 1.0005, 0.4, 0.09)],
    r2: 0.91,
    within_r2: 0.05,
    vcov_type: 'cluster',
    absorbed: [
      { name: 'city', levels: 275 },
      { name: 'year', levels: 14 },
      { name: 'province^year', levels: 400 },
    ],
    clusters: [{ name: 'city', levels: 275 }],
  },
];

export const labels: Readonly<Record<string, Text>> = {
  npp: { en: 'New-quality productivity', zh: '新质生产力' },
  policy: { en: 'Policy', zh: '试点政策' },
  open: { en: 'Openness & trade_share', zh: '开放度' },
  city: { en: 'City', zh: '城市' },
  year: { en: 'Year', zh: '年份' },
  province: { en: 'Province', zh: '省份' },
};

const COLUMNS = ['npp', 'policy', 'open', 'city', 'year', 'province'];

/** What `declare` sees of a record. */
export function shapeOf(
  kind: RecordKind,
  more: Partial<Omit<InputShape, 'shape'>> & Partial<RecordShape> = {},
): InputShape {
  const { columns, outcome, facts, ...rest } = more;
  const shape: RecordShape = {
    kind,
    columns: columns ?? COLUMNS.map((name) => ({ name, type: 'number' })),
    ...(outcome === undefined ? {} : { outcome }),
    ...(facts === undefined ? {} : { facts }),
  };
  return { path: ['columns', 0], inner: [], ...rest, shape };
}

/** What `run` sees of it. */
export const recordInput = (kind: RecordKind, record: Recordable): InputValue => ({
  kind,
  parts: new Map([[VALUE, encodeRecord(record)]]),
});
