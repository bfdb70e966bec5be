/** What the operators between two numbers give, in expressions and in the terms of models. Missing beside anything is missing. */

const truth = (holds: boolean, a: number, b: number): number =>
  Number.isNaN(a) || Number.isNaN(b) ? Number.NaN : holds ? 1 : 0;

export const operators = {
  '+': (a: number, b: number): number => a + b,
  '-': (a: number, b: number): number => a - b,
  '*': (a: number, b: number): number => a * b,
  '/': (a: number, b: number): number => a / b,
  // the sign of the divisor, as in R
  '%': (a: number, b: number): number => a - b * Math.floor(a / b),
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
