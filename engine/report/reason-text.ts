/** A reason for staleness in words. */
import { ui } from '../../stages/catalogue/ui.ts';
import type { Lang } from '../../stages/contract.ts';
import type { Reason } from '../plan/reason.ts';

const fill = (template: string, values: Readonly<Record<string, string>>): string =>
  template.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);

export function reasonText(reason: Reason, lang: Lang): string {
  switch (reason.kind) {
    case 'never-ran':
      return ui['reason-never-ran'][lang];
    case 'no-result':
      return fill(ui['reason-no-result'][lang], { detail: reason.detail });
    case 'code':
      return fill(ui['reason-code'][lang], { type: reason.type });
    case 'runtime':
      return fill(ui['reason-runtime'][lang], { before: reason.before, now: reason.now });
    case 'spec':
      return fill(ui['reason-spec'][lang], { path: reason.path, before: reason.before, now: reason.now });
    case 'file':
      return fill(ui['reason-file'][lang], { file: reason.file });
    case 'part':
      return fill(ui[`reason-part-${reason.change}`][lang], { from: reason.from, part: reason.part });
    case 'depends':
      return fill(ui['reason-depends'][lang], { on: reason.on.join(', ') });
  }
}
