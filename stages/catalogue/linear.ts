import { entries } from './entry.ts';

/** CE2600–CE2649, CN2600–CN2649: linear models, their instruments, errors and tests. */
export const linearMessages = entries({
  CE2600: {
    en: "'{name}' matches no term of the model",
    zh: "模型中没有与 '{name}' 匹配的项",
    help: { en: '{suggestion}', zh: '{suggestion}' },
  },
});
