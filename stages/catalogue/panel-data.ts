import { entries } from './entry.ts';

/** CE2190–CE2229, CN2190–CN2229: indices, descriptives and simulated panels. */
export const panelDataMessages = entries({
  CE2190: {
    en: 'no column matches the indicators',
    zh: '没有任何列与指标名匹配',
    help: {
      en: 'name columns of the input, or a glob that matches some',
      zh: '请写输入中的列名，或能匹配到列的通配符',
    },
  },
  CE2191: {
    en: 'there is no column with numbers to describe',
    zh: '没有可供描述的数值列',
    help: { en: 'name columns under columns; text columns have no mean', zh: '请在 columns 中写列名；文本列没有均值' },
  },
});
