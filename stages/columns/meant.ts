/** Marks that people write where a language of ours has another: full-width ones, those of other programs, those of mathematics. */

const MEANT: Readonly<Record<string, string>> = {
  '，': ',',
  '、': ',',
  '；': ',',
  ';': ',',
  '：': ':',
  '（': '(',
  '）': ')',
  '［': '[',
  '］': ']',
  '【': '[',
  '】': ']',
  '“': "'",
  '”': "'",
  '‘': "'",
  '’': "'",
  '「': "'",
  '」': "'",
  '＋': '+',
  '－': '-',
  '−': '-',
  '–': '-',
  '—': '-',
  '×': '*',
  '·': '*',
  '÷': '/',
  '＝': '==',
  '≤': '<=',
  '≥': '>=',
  '≠': '!=',
  '＜': '<',
  '＞': '>',
  '～': '~',
};

/** Of C, R and Stata, in conditions. */
const LOGIC: Readonly<Record<string, string>> = { '&': 'and', '&&': 'and', '|': 'or', '||': 'or', '!': 'not' };

/** What is meant by a mark in a formula. */
export const meantInFormula = (mark: string): string | undefined =>
  Object.hasOwn(MEANT, mark) ? MEANT[mark] : undefined;

/** What is meant by a mark in an expression. */
export const meantInExpression = (mark: string): string | undefined =>
  Object.hasOwn(LOGIC, mark) ? LOGIC[mark] : meantInFormula(mark);
