import { entries } from './entry.ts';

/** CE17…: edits that come while something is under way. */
export const editMessages = entries({
  CE1701: {
    en: "a file that '{stage}' rests on was changed while the run was under way",
    zh: "运行过程中，步骤 '{stage}' 所依赖的文件被修改",
    help: {
      en: 'run again; what was computed until then is kept',
      zh: '请重新运行；此前已计算的结果会保留',
    },
    doc: {
      en: 'After an edit, a run takes the stages that the edit cannot reach as the last run left them. One of those had its file changed, or its result removed from the store, after the run had looked at it.',
      zh: '编辑之后，运行会沿用编辑影响不到的步骤的上次结果。其中一个步骤的文件在运行查看之后又被修改，或其结果已从存储中删除。',
    },
  },
});
