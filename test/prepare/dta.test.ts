import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { TableShape } from '../../stages/contract.ts';
import { ingest } from '../../stages/prepare/ingest.ts';
import { Folder, statuses } from '../command-line.ts';
import { declareStage, fixtures, readTable, runStage, valuesOf } from '../stage-lab.ts';

type Cell = number | string | null;
type Read = Record<string, Cell[]> & { '#labels': Record<string, Record<string, string>> };
const folder = join(fixtures, 'dta');
const file = (name: string): Uint8Array => readFileSync(join(folder, name));
const names = readdirSync(folder).filter((name) => name.endsWith('.dta'));
/** as pandas reads them, dates as Stata's counts */
const values: Record<string, Read> = JSON.parse(readFileSync(join(folder, 'values.json'), 'utf8'));
const read = (name: string, params = {}) => readTable(file(name), { format: 'dta', ...params });
const faultsOf = async (bytes: Uint8Array, params = {}) =>
  (await runStage(ingest, { file: 'a.dta', ...params }, {}, { files: { file: { ending: 'dta', bytes } } })).faults;

const EPOCH = 3653;
const DAY_MS = 86_400_000;
const wanted: Record<string, (x: number) => number | string> = {
  day: (x) => x - EPOCH,
  at: (x) => new Date(x - EPOCH * DAY_MS).toISOString(),
};

describe('Stata files', () => {
  test.each(names)('%s has the values that pandas reads in it', async (name) => {
    const table = await read(name);
    const { '#labels': _, ...columns } = values[name] as Read;
    expect((table.shape as TableShape).columns.map((c) => c.name)).toEqual(Object.keys(columns));
    for (const [column, cells] of Object.entries(columns)) {
      const to = wanted[column];
      const want = cells.map((x) => (x === null ? undefined : to === undefined ? x : to(x as number)));
      expect([column, valuesOf(table, column)]).toEqual([column, want]);
    }
  });

  test.each(names)('what is declared of %s before the run is what the run finds', async (name) => {
    const declared = declareStage(
      ingest,
      { file: name },
      {},
      { files: { file: { ending: 'dta', bytes: file(name) } } },
    );
    const said = declared.outputs.table?.shape as TableShape;
    const found = ((await read(name)).shape as TableShape).columns;
    expect(said.open).toBe(false);
    expect(said.columns.map((c, i) => (c.type === 'unknown' ? found[i] : c))).toEqual(found);
  });

  test.each(names)('%s has the value labels that pandas reads in it', async (name) => {
    const table = await read(name, { labels: 'text' });
    const { '#labels': labels, ...columns } = values[name] as Read;
    expect(Object.keys(labels).length).toBeGreaterThan(0);
    for (const [column, texts] of Object.entries(labels)) {
      const want = (columns[column] as Cell[]).map((x) => (x === null ? undefined : (texts[String(x)] ?? String(x))));
      expect([column, valuesOf(table, column)]).toEqual([column, want]);
    }
  });

  test('value labels are taken where they are wanted, and a value without one is its number', async () => {
    const named = await read('pandas-118-big.dta', { labels: ['sector'] });
    expect(valuesOf(named, 'sector')).toEqual(['farms', '工业', '3', 'farms']);
    const all = await read('haven-14.dta', { labels: 'text' });
    expect(valuesOf(all, 'region')).toEqual(['东部', '西部', '3', '西部', undefined]);
    expect(valuesOf(all, 'miss')).toEqual(['one', undefined, undefined, undefined, 'five']);
    expect((await faultsOf(file('haven-14.dta'), { labels: ['id'] })).map((f) => f.code)).toEqual(['CE3164']);
  });

  test('columns are renamed and read as another type', async () => {
    const columns = { area: { from: 'region', type: 'text' }, miss: { type: 'number' } };
    const table = await read('haven-13.dta', { columns, missing: [2] });
    expect(valuesOf(table, 'area')).toEqual(['1', undefined, '3', undefined, undefined]);
    const wrong = await faultsOf(file('haven-13.dta'), { columns: { text: { type: 'number' } } });
    expect(wrong.map((f) => f.code)).toEqual(['CE2020', 'CE2020', 'CE2020', 'CE2020']);
  });

  test('texts of an old file are GB18030 where they are not UTF-8, or as said', async () => {
    const bytes = Uint8Array.from(file('pandas-114-little.dta'));
    const at = Buffer.from(bytes).lastIndexOf('Beijing');
    bytes.set([0xb1, 0xb1, 0xbe, 0xa9, 0, 0, 0], at);
    expect(valuesOf(await readTable(bytes, { format: 'dta' }), 's')[2]).toBe('北京');
    const western = await readTable(bytes, { format: 'dta', encoding: 'windows-1252' });
    expect(valuesOf(western, 's')[2]).toBe('±±¾©');
    expect((await faultsOf(bytes, { encoding: 'utf-8' })).map((f) => f.code)).toEqual(['CE3163']);
  });

  test('long texts of format 119 are found where R’s haven says that they are: as in 118', async () => {
    const bytes = Buffer.from(file('pandas-119-little.dta'));
    const data = bytes.indexOf('<data>');
    let moved = 0;
    for (let at = bytes.indexOf('GSO'); at !== -1; at = bytes.indexOf('GSO', at + 1)) {
      const [variable, row] = [bytes.readUInt32LE(at + 3), bytes.readUInt32LE(at + 7)];
      const cell = (wide: number): Buffer => {
        const out = Buffer.alloc(8);
        out.writeUInt16LE(variable, 0);
        out.writeUInt32LE(row, wide);
        return out;
      };
      const where = bytes.indexOf(cell(3), data);
      expect(where).toBeGreaterThan(data);
      expect(where).toBeLessThan(bytes.indexOf('</data>'));
      cell(2).copy(bytes, where);
      moved++;
    }
    expect(moved).toBeGreaterThan(0);
    const [plain, other] = [await read('pandas-119-little.dta'), await readTable(bytes, { format: 'dta' })];
    for (const { name } of (plain.shape as TableShape).columns)
      expect(valuesOf(other, name)).toEqual(valuesOf(plain, name));
  });

  test.each(['haven-8.dta', 'haven-12.dta', 'pandas-117-big.dta', 'pandas-119-little.dta'])(
    '%s cut anywhere is one fault with its place',
    async (name) => {
      const whole = file(name);
      for (let length = 1; length < whole.length; length += length < 600 ? 1 : 37) {
        const bytes = whole.slice(0, length);
        declareStage(ingest, { file: name }, {}, { files: { file: { ending: 'dta', bytes } } });
        const faults = await faultsOf(bytes);
        // an old file has no mark of its end: cut just before its labels it is whole
        if (faults.length > 0) expect([length, /CE316[012]/.test(faults[0]?.code ?? '')]).toEqual([length, true]);
        else expect([name.startsWith('haven'), length > whole.length / 2]).toEqual([true, true]);
        expect(faults.length).toBeLessThan(2);
      }
    },
  );

  test('any byte that is wrong gives a table or faults, and asks for no memory that the file does not bear out', async () => {
    for (const name of ['haven-8.dta', 'pandas-118-little.dta', 'pandas-119-big.dta']) {
      const whole = file(name);
      for (let at = 0; at < whole.length; at += 3)
        for (const value of [0, 255]) {
          const bytes = Uint8Array.from(whole);
          bytes[at] = value;
          for (const fault of await faultsOf(bytes)) expect(fault.code).toMatch(/^CE(20|316)/);
        }
    }
  });
});

const PIPELINE = `ceteris: 1
name: t
stages:
  raw: { stage: ingest, file: panel.dta }
  one: { stage: aggregate, from: raw, columns: { m: mean(b) } }
  two: { stage: aggregate, from: raw, columns: { m: mean(i) } }
`;

describe('Stata files at the command line', () => {
  test('an edit of a column runs what reads that column', async () => {
    const study = new Folder({ 'pipeline.yaml': PIPELINE });
    const bytes = Uint8Array.from(file('pandas-118-little.dta'));
    study.write('panel.dta', bytes);
    expect(statuses(await study.run())).toEqual({ raw: 'ran', one: 'ran', two: 'ran' });
    const data = Buffer.from(bytes).indexOf('<data>') + '<data>'.length;
    expect(bytes[data]).toBe(0x81);
    bytes[data] = 5;
    study.write('panel.dta', bytes);
    expect(statuses(await study.run())).toEqual({ raw: 'ran', one: 'ran', two: 'cached' });
  });

  test('what cannot be read is told once, with its place', async () => {
    const study = new Folder({ 'pipeline.yaml': PIPELINE });
    const whole = file('pandas-118-little.dta');
    const text = new TextEncoder();
    const other = Buffer.from(whole);
    other.write('121', other.indexOf('118'));
    for (const [bytes, code] of [
      [text.encode('b,i\n1,2\n'), 'CE3160'],
      [other, 'CE3161'],
      [whole.slice(0, 6000), 'CE3162'],
      [new Uint8Array(), 'CE2012'],
    ] as const) {
      study.write('panel.dta', bytes);
      const ran = await study.run();
      const told = ran.last.stages.flatMap((s) => s.diagnostics ?? []);
      expect([told.map((d) => d.code), ran.stderr.includes('    at ')]).toEqual([[code], false]);
    }
  });
});
