import type { Lang } from './entry.ts';

/** "did you mean": the nearest known name, or the names that exist. */

/** Optimal string alignment distance (Levenshtein with swaps of neighbours). */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min((next[j - 1] ?? 0) + 1, (row[j] ?? 0) + 1, (row[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (before[j - 2] ?? 0) + 1);
      next.push(best);
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}

/** Within distance 2 (1 for names under 5 letters, and never all of a name), case ignored; ties go to the first. */
export function closest(name: string, known: readonly string[]): string | undefined {
  const limit = Math.min(name.length < 5 ? 1 : 2, name.length - 1);
  let best: string | undefined;
  let least = limit + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) > limit) continue;
    const d = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (d < least) {
      least = d;
      best = candidate;
    }
  }
  return best;
}

const SHOWN = 8;

export function suggestion(name: string, known: readonly string[], lang: Lang): string {
  const near = closest(name, known);
  if (near !== undefined) return lang === 'zh' ? `是否想写 '${near}'？` : `did you mean '${near}'?`;
  if (known.length === 0) return lang === 'zh' ? '此处没有可用的名称' : 'there are none here';
  const list = [...known.slice(0, SHOWN), ...(known.length > SHOWN ? ['…'] : [])];
  return lang === 'zh' ? `现有：${list.join('、')}` : `there are: ${list.join(', ')}`;
}
