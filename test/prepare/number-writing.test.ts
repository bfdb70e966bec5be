/** Numbers that are written otherwise: with a decimal comma, marks between thousands, full-width digits, signs. */
import { describe, expect, test } from 'vitest';
import { ingest } from '../../stages/prepare/ingest.ts';
import { readTable, runStage, valuesOf } from '../stage-lab.ts';

const column = (cells: readonly string[]) => `x;k\n${cells.map((c) => `${c};1`).join('\n')}\n`;
const read = async (cells: readonly string[], params: object = {}) =>
  valuesOf(await readTable(column(cells), { ...params }), 'x');
const notes = async (cells: readonly string[], params: object = {}) => {
  const bytes = new TextEncoder().encode(column(cells));
  const ran = await runStage(ingest, { file: 'd.csv', ...params }, {}, { files: { file: { ending: 'csv', bytes } } });
  return ran.notes.map((n) => [n.code, n.args.row, n.args.numbers, n.args.cells]);
};
const declared = { columns: { x: { type: 'number' } } };

describe('marks that are declared', () => {
  test('a decimal comma', async () => {
    expect(await read(['1,5', '-2,75', '3', ',5'], { decimal: ',' })).toEqual([1.5, -2.75, 3, 0.5]);
    expect(await read(['1,5', '2'], { decimal: ',', ...declared })).toEqual([1.5, 2]);
  });

  test('marks between thousands, with either decimal mark', async () => {
    expect(await read(['1,234.5', '12,345,678', '7'], { thousands: ',' })).toEqual([1234.5, 12345678, 7]);
    expect(await read(['1.234,5', '12.345'], { decimal: ',', thousands: '.' })).toEqual([1234.5, 12345]);
    expect(await read(['1 234', '1\u00a0234', '1\u202f234'], { thousands: ' ' })).toEqual([1234, 1234, 1234]);
  });

  test('a mark that does not stand between thousands makes no number', async () => {
    expect(await read(['1,23', '1,234'], { thousands: ',' })).toEqual(['1,23', '1,234']);
    expect(await read(['1,2345'], { thousands: ',' })).toEqual(['1,2345']);
    expect(await read(['0,123'], { thousands: ',' })).toEqual(['0,123']);
    expect(await read(['0.123', '1,5'], { decimal: ',', thousands: '.' })).toEqual(['0.123', '1,5']);
  });

  test('a zero before a comma tells a decimal from thousands', async () => {
    expect(await notes(['0,123', '0,456'])).toEqual([['CN3072', 1, 2, 2]]);
    const files = { file: { ending: 'csv', bytes: new TextEncoder().encode(column(['0,123'])) } };
    const ran = await runStage(ingest, { file: 'd.csv', thousands: ',', ...declared }, {}, { files });
    expect(ran.faults.map((f) => f.code)).toEqual(['CE2020']);
  });

  test('codes stay text', async () => {
    expect(await read(['010', '011'], { decimal: ',' })).toEqual(['010', '011']);
  });

  test('one mark cannot be both', async () => {
    const bytes = new TextEncoder().encode('x\n1\n');
    const files = { file: { ending: 'csv', bytes } };
    const ran = await runStage(ingest, { file: 'd.csv', decimal: ',', thousands: ',' }, {}, { files });
    expect(ran.faults.map((f) => [f.code, f.param])).toEqual([['CE3070', ['thousands']]]);
  });
});

describe('full width', () => {
  test('digits and the minus of typesetters are read in a column declared as numbers, and in no other', async () => {
    expect(await read(['１２', '－３．５', '−2'], declared)).toEqual([12, -3.5, -2]);
    expect(await read(['１２', '１３'])).toEqual(['１２', '１３']);
  });

  test('superscripts and circled digits are no digits', async () => {
    const bytes = new TextEncoder().encode(column(['12²', '①']));
    const files = { file: { ending: 'csv', bytes } };
    const ran = await runStage(ingest, { file: 'd.csv', ...declared }, {}, { files });
    expect(ran.faults.map((f) => f.code)).toEqual(['CE2020', 'CE2020']);
  });
});

describe('a column read as text that looks like numbers is told, with what it is', () => {
  test.each([
    ['a decimal comma', ['1,5', '2,75', '3'], ['CN3072', 1, 3, 3]],
    ['marks between thousands', ['999', '1,234', '12,345.5'], ['CN3073', 2, 3, 3]],
    ['full-width digits', ['１２', '１３'], ['CN3074', 1, 2, 2]],
    ['the minus of typesetters', ['−1', '2', '−3'], ['CN3074', 1, 3, 3]],
    ['per cent', ['5%', '6.5%'], ['CN3075', 1, 2, 2]],
    ['a currency', ['$5', '$1,200'], ['CN3075', 1, 2, 2]],
    ['a slip among numbers', ['1', '2', 'n/a'], ['CN3001', 3, 2, 3]],
  ] as const)('%s', async (_, cells, note) => {
    expect(await notes(cells)).toEqual([note]);
  });

  test('a point where a comma is declared', async () => {
    expect(await notes(['1.5', '2.5'], { decimal: ',' })).toEqual([['CN3076', 1, 2, 2]]);
  });

  test('names, codes and long codes are not', async () => {
    expect(await notes(['北京', '1,5', '上海'])).toEqual([]);
    expect(await notes(['010', '020'])).toEqual([]);
    expect(await notes(['123456789012345678', '123456789012345679'])).toEqual([]);
  });
});

describe('what stands for missing', () => {
  test('is a number whatever its decimals, and a text as it is', async () => {
    expect(await read(['-99.0', '2.5', '-99', '-99.00'], { missing: [-99] })).toEqual([
      undefined,
      2.5,
      undefined,
      undefined,
    ]);
    expect(await read(['-99.0', '2.5'], { missing: -99 })).toEqual([undefined, 2.5]);
    expect(await read(['n/a', '2.5'], { missing: 'n/a' })).toEqual([undefined, 2.5]);
    expect(await read(['-99,0', '2,5'], { missing: [-99], decimal: ',', ...declared })).toEqual([undefined, 2.5]);
    expect(await read(['010', '10', 'a'], { missing: ['010'] })).toEqual([undefined, '10', 'a']);
    expect(await read(['10', '12'], { missing: ['010'] })).toEqual([10, 12]);
    expect(await read(['-99.0', 'a'], { missing: [-99] })).toEqual(['-99.0', 'a']);
  });
});

describe('integers beyond what a number keeps', () => {
  const faults = async (cell: string, type: string) => {
    const files = { file: { ending: 'csv', bytes: new TextEncoder().encode(column([cell])) } };
    const ran = await runStage(ingest, { file: 'd.csv', columns: { x: { type } } }, {}, { files });
    return ran.faults.map((f) => f.code);
  };

  test('are told where they are declared as integers, and taken as amounts and texts', async () => {
    expect(await faults('110101199001011234', 'integer')).toEqual(['CE2111']);
    // 2^53 + 2 is a double, 2^53 + 1 is none
    expect(await faults('9007199254740994', 'integer')).toEqual([]);
    expect(await faults('9007199254740993', 'integer')).toEqual(['CE2111']);
    expect(await faults('110101199001011234', 'number')).toEqual([]);
    expect(await faults('110101199001011234', 'text')).toEqual([]);
  });
});
