/** A small study that tests of `explain` edit. */
import { expect } from 'vitest';
import { type Lab, openLab } from './lab.ts';

const CITIES = ['Ningbo', 'Lhasa', 'Wuhan', 'Dalian'];
export const DATA = [
  'city,year,y,open,fin,note',
  ...CITIES.flatMap((city, c) =>
    Array.from(
      { length: 8 },
      (_, t) =>
        `${city},${2010 + t},${(3 + c + ((t * 7) % 5) / 3).toFixed(2)},0.${10 + c * 8 + t},0.${60 - c * 7 + ((t * 3) % 8)},n`,
    ),
  ),
  '',
].join('\n');
export const YAML = `ceteris: 1
name: t
stages:
  raw: { stage: ingest, file: d.csv, panel: { unit: city, time: year } }
  logs: { stage: derive, from: raw, columns: { ly: log(y) } }
  late: { stage: filter, from: logs, keep: year > 2011 }
  fit:
    stage: regress
    from: late
    y: ly
    x: open
  other: { stage: regress, from: raw, where: year < 2016, y: y, x: fin }
  tab: { stage: table, columns: [fit], formats: [csv] }
`;
export const study = async (): Promise<Lab> => {
  const lab = openLab({ 'pipeline.yaml': YAML, 'd.csv': DATA });
  expect((await lab.run()).code).toBe(0);
  return lab;
};
/** The line of a city and year with another `open`. */
export const withOpen = (lab: Lab, row: string, open: string): void => {
  const line = lab
    .read('d.csv')
    .split('\n')
    .find((l) => l.startsWith(`${row},`)) as string;
  const cells = line.split(',');
  lab.edit('d.csv', line, [...cells.slice(0, 3), open, ...cells.slice(4)].join(','));
};
/** What `explain` prints. */
export const said = async (lab: Lab, ...args: readonly string[]): Promise<string> => {
  const { out, err, code } = await lab.cli(['explain', ...args]);
  expect([code, err]).toEqual([0, '']);
  return out.replace(/edited [\d-]* ?\d\d:\d\d:\d\d/g, 'edited TIME');
};

/** Why the table is stale, in lines, without what stands above it. */
export const whyTable = async (lab: Lab): Promise<string[]> => {
  const [, ...lines] = (await said(lab, 'tab')).trimEnd().split('\n');
  const above = lines.findIndex((line) => line.includes('←'));
  return lines.slice(0, above === -1 ? undefined : above).map((line) => line.trim());
};
