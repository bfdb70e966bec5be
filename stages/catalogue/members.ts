import { entries } from './entry.ts';

/** CE3250–CE3299, CN3250–CN3299: units with several rows in a period. */
export const membersMessages = entries({
  CN3250: {
    en: '{name} {unit} has several rows in period {time}: rows of a unit in a period are taken for its members',
    zh: '{name} {unit} 在 {time} 期有多行：同一个体同一期的各行视为其成员',
  },
});
