/** Functions of one number, by the names that expressions and the terms of models share. Missing stays missing. */
export const elementary = {
  log: Math.log,
  exp: Math.exp,
  sqrt: Math.sqrt,
  abs: Math.abs,
  log1p: Math.log1p,
  expm1: Math.expm1,
  log2: Math.log2,
  log10: Math.log10,
  asinh: Math.asinh,
  floor: Math.floor,
  ceil: Math.ceil,
  // single precision, as in a Stata column of type float
  float: Math.fround,
} as const;

export type Elementary = keyof typeof elementary;

export const isElementary = (name: string): name is Elementary => Object.hasOwn(elementary, name);
