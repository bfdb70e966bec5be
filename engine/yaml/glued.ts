/** A key in braces with its value glued to it: `{ unit:city }`, `{ unit：city }` and `{ unit city }` are keys without a value to YAML. */
import type { Code } from '../../stages/catalogue/catalogue.ts';
import type { FaultArgs } from '../../stages/catalogue/entry.ts';

/** @param names keys that may stand there @returns what to say of it */
export function gluedTo(name: string, names: readonly string[]): readonly [code: Code, args: FaultArgs] | undefined {
  const [, key = '', mark = '', value = ''] = /^([A-Za-z][\w-]*)(\s*[:：]\s*|\s+)(\S.*)$/.exec(name) ?? [];
  if (!names.includes(key)) return undefined;
  if (mark.includes('：')) return ['CE1024', { value: '：', plain: ':' }];
  if (mark.includes(':')) return ['CE1025', { value: name, fixed: `${key}: ${value}` }];
  return ['CE1015', { value: name }];
}
