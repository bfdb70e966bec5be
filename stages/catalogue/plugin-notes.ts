import { entries } from './entry.ts';

/** CN2990: what a stage type of a plugin remarks. */
export const pluginNotes = entries({
  CN2990: {
    en: '{message}',
    zh: '插件：{message}',
  },
});
