/** What the operators between two numbers give, in expressions and in the terms of models. Missing beside anything is missing. */

const truth = (holds: boolean, a: number, b: number): number =>
  Number.isNaN(a) || Number.isNaN(b) ? Number.NaN : holds ? 1 : 0;

export const operators = {
  '+': (a: number, b: number): number => a + b,
  '-': (a: number, b: number): number => a - b,
  '*': (a: number, b: number): number => a * b,
  '/': (a: number, b: number): number => a / b,
  // the sign of the divisor, as in R; exact, where a − b⌊a/b⌋ is off by the rounding of the product
  '%': (a: number, b: number): number => {
    const rest = a % b;
    return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
  },
  // a missing value to the power of 0 stays missing, as in Stata; `**` would give 1
  '^': (a: number, b: number): number => (Number.isNaN(a) || Number.isNaN(b) ? Number.NaN : a ** b),
  '<': (a: number, b: number): number => truth(a < b, a, b),
  '<=': (a: number, b: number): number => truth(a <= b, a, b),
  '>': (a: number, b: number): number => truth(a > b, a, b),
  '>=': (a: number, b: number): number => truth(a >= b, a, b),
  '==': (a: number, b: number): number => truth(a === b, a, b),
  '!=': (a: number, b: number): number => truth(a !== b, a, b),
} as const;

export type NumberOperator = keyof typeof operators;
