/** Names of variables as Stata has them. Source: StataCorp, `[U] 11.3 Naming conventions`. */

const RESERVED = new Set(
  '_all _b _coef _cons _n _N _pi _pred _rc _skip byte double float if in int long strL using with'.split(' '),
);
const LONGEST = 32;

/** What is no letter, digit or line becomes a line; a name that is taken gets a number. In the order given. */
export function stataNames(names: readonly string[]): readonly string[] {
  // what needs no change keeps its name, wherever it stands
  const taken = new Set(names.filter((name) => stataName(name) === name));
  return names.map((name) => {
    const changed = stataName(name);
    if (changed === name) return name;
    let free = changed;
    for (let i = 2; taken.has(free); i++) free = `${firstOf(changed, LONGEST - 1 - String(i).length)}_${i}`;
    taken.add(free);
    return free;
  });
}

const firstOf = (text: string, count: number): string => [...text].slice(0, count).join('');

function stataName(name: string): string {
  const plain = firstOf(name.replace(/[^\p{L}\p{M}\p{Nd}_]/gu, '_'), LONGEST);
  if (RESERVED.has(plain) || /^str\d+$/.test(plain)) return `${plain}_`;
  return /^\p{Nd}|^$/u.test(plain) ? firstOf(`_${plain}`, LONGEST) : plain;
}
