/** Made-up data for the examples of the documentation. */
import type { Folder } from '../command-line.ts';

/** A small panel with every column that the examples name: 24 cities in 4 provinces, 2008 to 2021. */
function panel(cities: number, years: readonly number[]): string {
  const u = (i: number, c: number): number => (((i + 7) * c) % 1009) / 1009;
  const numeric = [
    'open',
    'fin',
    'urban',
    'gdp',
    'innovate',
    'post_offices',
    'wages',
    'colleges',
    'patents',
    'pollution',
    'ind_a',
    'ind_b',
    'size',
    'income',
    'x',
  ];
  const lines = [`city,province,region,year,policy,cohort,rel_time,ever_treated,npp,y,lat,lon,pop,${numeric.join()}`];
  for (let c = 0; c < cities; c++)
    for (const year of years) {
      const i = c * 31 + year;
      const cohort = c % 3 === 0 ? 2012 + (c % 4) : c % 3 === 1 ? 2016 : undefined;
      const policy = cohort !== undefined && year >= cohort ? 1 : 0;
      const values = numeric.map((_, k) => 0.05 + 0.9 * u(i, 101 + 62 * k));
      const npp = 0.3 * policy + 0.4 * (values[0] ?? 0) + (c % 5) / 10 + (year - 2008) / 50 + u(i, 733) / 5;
      const rel = cohort === undefined ? '' : year - cohort;
      lines.push(
        [
          `c${c}`,
          `p${c % 4}`,
          c % 2 === 0 ? 'east' : 'west',
          year,
          policy,
          cohort ?? '',
          rel,
          cohort === undefined ? 0 : 1,
          npp,
          2 * npp + u(i, 389),
          30 + u(c, 283) * 8,
          105 + u(c, 457) * 9,
          100 + c,
          ...values,
        ].join(),
      );
    }
  return `${lines.join('\n')}\n`;
}

const years = Array.from({ length: 14 }, (_, t) => 2008 + t);
const cities = Array.from({ length: 24 }, (_, c) => `c${c}`);

/** What the examples read, beside `panel.csv`: by name of the file. */
const files: Readonly<Record<string, string>> = {
  'regions.csv': `city,area\n${cities.map((c, i) => `${c},${i % 2 === 0 ? 'coast' : 'inland'}`).join('\n')}\n`,
  'roster.csv': `city_code,approved_on\n${cities
    .slice(0, 8)
    .map((c, i) => `${c},${2012 + (i % 4)}`)
    .join('\n')}\n`,
  'yearbook.csv': `city,province,${['gdp', 'pop'].flatMap((name) => [2019, 2020, 2021, 2022].map((t) => `${name}${t}`)).join()}\n${cities
    .map((c, i) =>
      [c, `p${i % 4}`, ...[0, 1, 2, 3].map((t) => 50 + i + 2 * t), ...[0, 1, 2, 3].map((t) => 10 + i + t)].join(),
    )
    .join('\n')}\n`,
};

/** Columns that the stages of an example add themselves, so that its data must not have them. */
const ADDED: Readonly<Record<string, readonly string[]>> = {
  'indicators.csv': ['npp'],
  'cities.csv': ['policy', 'cohort', 'rel_time'],
  treatment: ['policy', 'cohort', 'rel_time'],
};

function without(table: string, names: readonly string[]): string {
  const rows = table
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
  const keep = rows[0]?.flatMap((name, at) => (names.includes(name) ? [] : [at])) ?? [];
  return `${rows.map((row) => keep.map((at) => row[at]).join()).join('\n')}\n`;
}

/** Writes the data files that a pipeline names. `name`: of the stage type whose example it is. */
export function writeData(folder: Folder, pipeline: string, name = ''): void {
  for (const [, file = ''] of pipeline.matchAll(/\b(?:file|published): ([\w./-]+\.\w+)/g))
    folder.write(file, files[file] ?? without(panel(24, years), [...(ADDED[file] ?? []), ...(ADDED[name] ?? [])]));
}
