/** A test that a coefficient is the same in several groups, as tables print it. */
import type { Lang } from '../catalogue/entry.ts';
import type { Word } from '../catalogue/words.ts';
import { numberOf } from '../columns/record.ts';
import type { Json } from '../contract.ts';
import { fieldsOf, textOf } from './fields.ts';
import { numberText } from './ticks.ts';
import { say } from './wording.ts';

export interface GroupTest {
  readonly term?: string;
  readonly pValue: number;
  /** how it was made, where the record says so */
  readonly method?: Word;
  readonly draws: number;
}

const METHODS: Readonly<Record<string, Word>> = {
  interaction: 'testByInteraction',
  suest: 'testBySuest',
  permutation: 'testByPermutation',
};

/** Of more than two groups the joint test: pairs with the first group say less than their number suggests. */
export function groupTestOf(record: Json): GroupTest {
  const { term, joint, p_value, method, draws } = fieldsOf(record);
  const [name, word] = [textOf(term), METHODS[textOf(method) ?? '']];
  return {
    ...(name === undefined ? {} : { term: name }),
    pValue: numberOf(fieldsOf(joint).p_value ?? p_value),
    ...(word === undefined ? {} : { method: word }),
    draws: numberOf(draws),
  };
}

/** Which test it is; '' where the record does not say. */
export const groupTestText = ({ method, draws }: GroupTest, lang: Lang): string =>
  method === undefined ? '' : say(method, lang, { draws: Number.isFinite(draws) ? numberText(draws, 0) : '' });

/** `F(2, 40) = 1.23`, `χ²(2) = 2.46`. */
export function testStatistic(test: Json | undefined): string | undefined {
  const { statistic, df1, df2, df, p_value } = fieldsOf(test);
  const [value, first, second] = [numberOf(statistic), numberOf(df1 ?? df), numberOf(df2)];
  if (!Number.isFinite(value) || !Number.isFinite(numberOf(p_value))) return undefined;
  const name = Number.isFinite(second)
    ? `F(${numberText(first, 0)}, ${numberText(second, 0)})`
    : `χ²(${numberText(first, 0)})`;
  return `${name} = ${numberText(value, 2)}`;
}

export const pText = (p: number): string => (p < 0.0005 ? '< 0.001' : `= ${numberText(p, 3)}`);

/** The same under a table of the test itself, with the joint test where there are more than two groups. */
export function groupTestNote(record: Json, lang: Lang): string {
  const { joint, rows } = fieldsOf(record);
  const text = groupTestText(groupTestOf(record), lang);
  const statistic = testStatistic(joint);
  if (text === '' || statistic === undefined || !Array.isArray(rows) || rows.length < 3) return text;
  return say('testsJointly', lang, { test: text, statistic, p: pText(numberOf(fieldsOf(joint).p_value)) });
}
