import { describe, expect, test } from 'vitest';
import type { AnyStageType, InputShape, InputValue, Json } from '../../stages/contract.ts';
import { figure } from '../../stages/output/figure.ts';
import { report } from '../../stages/output/report.ts';
import { filled, joinedLines, placeholdersIn } from '../../stages/output/report-text.ts';
import { tableStage } from '../../stages/output/table.ts';
import { readTable } from '../stage-lab.ts';
import { partText } from './part-text.ts';
import { baseline, labels, recordInput, shapeOf } from './records.ts';

interface Made {
  readonly shape: InputShape['shape'];
  readonly value: InputValue;
}

async function made(type: AnyStageType, port: string, params: object): Promise<Made> {
  const record = baseline[3] as object;
  const declared = type.declare({
    params: { [port]: 'x', ...params },
    inputs: { [port]: [shapeOf('model', { path: [port] })] },
    files: {},
    labels,
  });
  const spec = JSON.parse(JSON.stringify(declared.spec));
  const ran = await type.run({ spec, inputs: { [port]: [recordInput('model', record)] }, files: {} });
  if (!ran.ok) throw new Error(JSON.stringify(ran.faults));
  const shape = declared.outputs.document?.shape;
  if (shape?.kind !== 'document') throw new Error('no document');
  return { shape, value: { kind: 'document', parts: ran.outputs.document?.parts ?? new Map() } };
}

const table = () => made(tableStage, 'columns', { title: 'Table 1', formats: ['csv'] });
const picture = () => made(figure, 'from', { kind: 'coefficients', title: 'Figure 1' });

interface Asked {
  readonly params: object;
  readonly sections?: readonly { readonly made: Made; readonly at: number }[];
  readonly from?: readonly Made[];
  readonly with?: Readonly<Record<string, readonly string[]>>;
  readonly data?: Made;
}

async function reported({ params, sections = [], from = [], with: numbers = {}, data }: Asked) {
  const refs = Object.entries(numbers);
  const inputs: Record<string, InputShape[]> = {
    from: from.map((m, i) => ({ shape: m.shape, path: ['from', i], inner: [] })),
    sections: sections.map((s) => ({ shape: s.made.shape, path: ['sections', s.at, 'show'], inner: [] })),
    with: refs.map(([key, inner]) => shapeOf('model', { key, inner, path: ['with', key] })),
    data: data === undefined ? [] : [{ shape: data.shape, path: ['data', 0, 'from'], inner: [] }],
  };
  const withParam = refs.length === 0 ? {} : { with: Object.fromEntries(refs.map(([k, v]) => [k, v.join('.')])) };
  const declared = report.declare({
    params: { title: 'T', ...withParam, ...params } as never,
    inputs,
    files: {},
    labels,
  });
  if (declared.faults.length > 0) return { faults: declared.faults, files: new Map<string, Uint8Array>() };
  const values: Record<string, InputValue[]> = {
    from: from.map((m) => m.value),
    sections: sections.map((s) => s.made.value),
    with: refs.map(() => recordInput('model', baseline[3] as unknown as Json)),
    data: data === undefined ? [] : [data.value],
  };
  const spec = JSON.parse(JSON.stringify(declared.spec));
  const ran = await report.run({ spec, inputs: values, files: {} });
  return ran.ok
    ? { faults: [], files: new Map(ran.outputs.document?.parts) }
    : { faults: ran.faults, files: new Map<string, Uint8Array>() };
}

const read = (files: ReadonlyMap<string, Uint8Array>, format: string): string =>
  new TextDecoder().decode(files.get(format));
const codes = (faults: readonly { readonly code: string }[]) => faults.map((f) => f.code);

describe('report', () => {
  test('puts headings, texts, tables and figures in the order of the sections', async () => {
    const got = await reported({
      params: {
        sections: [
          { heading: 'One', text: 'The **first** text.' },
          { heading: 'Two', level: 2, text: 'b' },
        ],
        formats: ['md', 'html'],
      },
      sections: [
        { made: await table(), at: 0 },
        { made: await picture(), at: 1 },
      ],
    });
    expect(got.faults).toEqual([]);
    for (const [format, parts] of [
      ['md', ['# T', '## One', 'The **first** text.', '**Table 1**', '### Two', '![Figure 1](data:image/png;base64,']],
      [
        'html',
        ['<h1>T</h1>', '<h2>One</h2>', 'The <strong>first</strong> text.', '<caption>Table 1', '<h3>Two</h3>', '<svg '],
      ],
    ] as const) {
      const places = parts.map((part) => read(got.files, format).indexOf(part));
      expect(Math.min(...places), format).toBeGreaterThanOrEqual(0);
      expect(places, format).toEqual([...places].sort((a, b) => a - b));
    }
  });

  test('without sections it takes what from lists', async () => {
    const got = await reported({
      params: { from: ['a', 'b'], formats: 'html' },
      from: [await picture(), await table()],
    });
    const html = read(got.files, 'html');
    expect(html.indexOf('<svg')).toBeLessThan(html.indexOf('<caption>Table 1'));
  });

  test('numbers in texts come from the results', async () => {
    const text = '{b:4}, {b}, {n}, {r:1%}, p {p:p}.';
    const got = await reported({
      params: { sections: [{ text }] },
      with: { b: ['terms', 'policy', 'estimate'], n: ['nobs'], r: ['r2'], p: ['terms', 'policy', 'p_value'] },
    });
    expect(read(got.files, 'md')).toContain('0.0625, 0.0625, 3840, 91.0%, p = 0.210.');
  });

  test('a number that is not there is a fault at its place', async () => {
    const unknown = await reported({ params: { sections: [{ text: '{c}' }] }, with: { b: ['nobs'] } });
    expect(unknown.faults).toMatchObject([
      { code: 'CE2851', param: ['sections', 0, 'text'], args: { name: 'c', known: ['b'] } },
    ]);
    expect(codes((await reported({ params: { sections: [{ text: '{b}' }] }, with: { b: ['nobz'] } })).faults)).toEqual([
      'CE2822',
    ]);
    expect(codes((await reported({ params: {} })).faults)).toEqual(['CE2852']);
    const log: Made = { shape: { kind: 'document', formats: ['log'] }, value: { kind: 'document', parts: new Map() } };
    expect(codes((await reported({ params: { from: 'a' }, from: [log] })).faults)).toEqual(['CE2850']);
  });

  test('the data are listed with their size and the digest of their values, which rows in a file cannot change', async () => {
    const params = { data: [{ from: 'raw', name: 'Panel', source: 'A & B' }], sections: [{ text: 'x' }] };
    const csv = 'city,year,y\na,2010,1\na,2011,2\nb,2010,3\nb,2011,4\n';
    const dataOf = async (text: string): Promise<string> => {
      const { shape, parts } = await readTable(text, { panel: { unit: 'city', time: 'year' } });
      return read((await reported({ params, data: { shape, value: { kind: 'table', parts } } })).files, 'md');
    };
    const one = await dataOf(csv);
    expect(one).toContain('| Panel | A & B | — | 4 | 2 | 2010–2011 |');
    expect(one).toMatch(/Panel: [0-9a-f]{16}/);
    expect(await dataOf(csv.replaceAll('\n', '\r\n'))).toBe(one);
    expect(await dataOf(csv.replace('4\n', '5\n'))).not.toBe(one);
  });

  test('HTML in a text stays text, and no picture is fetched', async () => {
    const text = '<script>alert(1)</script>\n\n![x](http://example.org/a.png)';
    const html = read((await reported({ params: { sections: [{ text }], formats: 'html' } })).files, 'html');
    expect(html).not.toContain('<script');
    expect(html).not.toContain('<img');
    expect(html).toContain('&lt;script&gt;');
  });

  test('docx: headings, paragraphs, a table, a picture; the same bytes each time', async () => {
    const asked = async () =>
      reported({
        params: {
          title: '报告',
          lang: 'zh',
          sections: [{ heading: '结果', text: '第一段 **粗体**。\n\n1. 甲\n2. 乙' }],
          formats: 'docx',
        },
        sections: [
          { made: await table(), at: 0 },
          { made: await picture(), at: 0 },
        ],
      });
    const one = (await asked()).files.get('docx') ?? new Uint8Array();
    const xml = partText(one, 'word/document.xml');
    expect(xml).toContain('<w:pStyle w:val="Heading1"/>');
    expect(xml).toMatch(/<w:b\/>.*粗体/s);
    expect(xml).toContain('1. ');
    expect(xml).toContain('<w:tbl>');
    expect(xml).toContain('<wp:extent cx="5724525"');
    expect(Buffer.from(one).equals(Buffer.from((await asked()).files.get('docx') ?? []))).toBe(true);
  });

  test('simulated data are called so before all else', async () => {
    const { shape, value } = await table();
    const marked = { shape: { ...shape, marks: ['simulated' as const] }, value };
    expect(read((await reported({ params: { from: 'a' }, from: [marked] })).files, 'md')).toMatch(
      /^# T\n\n\*\*Simulated data/,
    );
  });
});

test('lines of a Chinese paragraph are joined without a space, other lines stay', () => {
  expect(joinedLines('政策，\n  效应\n\n第二段\n- 甲\n- 乙\na\nb')).toBe('政策，效应\n\n第二段\n- 甲\n- 乙\na\nb');
});

describe('numbers in texts', () => {
  test('other braces stay', () => {
    expect(filled('{x} \\frac{1}{2} {}', new Map())).toBe('{x} \\frac{1}{2} {}');
    expect(placeholdersIn('{a:2} {b:p} {c:%} {a}')).toEqual(['a', 'b', 'c']);
  });

  for (const [text, value, want] of [
    ['{x}', 0.012345, '0.0123'],
    ['{x}', -3, '−3'],
    ['{x:0}', 2.5, '3'],
    ['{x:p}', 0.0001, '< 0.001'],
    ['{x}', Number.NaN, '—'],
  ] as const)
    test(`${text} of ${value} is ${want}`, () => expect(filled(text, new Map([['x', value]]))).toBe(want));
});
