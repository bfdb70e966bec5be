import { readFileSync } from 'node:fs';
import { readSheet } from 'read-excel-file/node';
import { describe, expect, test } from 'vitest';
import type { InputShape } from '../../stages/contract.ts';
import { cell, STYLES, type TableDocument } from '../../stages/output/document.ts';
import { tableStage } from '../../stages/output/table.ts';
import { CELL_MARGIN, columnsOf } from '../../stages/output/word-columns.ts';
import { partText } from './part-text.ts';
import { baseline, labels, recordInput, shapeOf, term } from './records.ts';

async function tableOf(
  params: Readonly<Record<string, unknown>>,
  models: readonly object[] = baseline,
  marks?: InputShape['shape']['marks'],
) {
  const shapes = models.map((_, i) => {
    const made = shapeOf('model', { path: ['columns', i], outcome: 'npp', facts: { controls: ['open'] } });
    return marks === undefined ? made : { ...made, shape: { ...made.shape, marks } };
  });
  const declared = tableStage.declare({
    params: { columns: 'x', ...params } as never,
    inputs: { columns: shapes },
    files: {},
    labels,
  });
  if (declared.faults.length > 0)
    return { faults: declared.faults.map((f) => f.code), files: new Map<string, Uint8Array>() };
  const spec = JSON.parse(JSON.stringify(declared.spec));
  const ran = await tableStage.run({
    spec,
    inputs: { columns: models.map((m) => recordInput('model', m)) },
    files: {},
  });
  if (!ran.ok) return { faults: ran.faults.map((f) => f.code), files: new Map<string, Uint8Array>() };
  return { faults: [], files: new Map(ran.outputs.document?.parts) };
}

const text = async (format: string, params: Readonly<Record<string, unknown>> = {}, models?: readonly object[]) => {
  const made = await tableOf({ formats: format, ...params }, models);
  expect(made.faults).toEqual([]);
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(made.files.get(format));
};

describe('a table of models', () => {
  test('md: coefficients over t in brackets, stars, foot, notes', async () => {
    const md = await text('md', { title: { en: 'Table 3. Baseline', zh: '表3' }, controls: 'collapse' });
    expect(md.split('\n')).toEqual([
      '**Table 3. Baseline**',
      '',
      '|  | (1) | (2) | (3) | (4) |',
      '| :--- | :---: | :---: | :---: | :---: |',
      '|  | New-quality productivity | New-quality productivity | New-quality productivity | New-quality productivity |',
      '| Policy | 0.250\\*\\* | 0.125\\*\\* | 0.079\\*\\*\\* | 0.063 |',
      '|  | (2.500) | (2.500) | (3.925) | (1.250) |',
      '| Constant | 0.100\\*\\*\\* | −0.500\\* |  |  |',
      '|  | (10.000) | (−2.000) |  |  |',
      '| Controls | No | Yes | No | Yes |',
      '| City FE | No | No | Yes | Yes |',
      '| Year FE | No | No | Yes | Yes |',
      '| Province × Year FE | No | No | No | Yes |',
      '| Observations | 3850 | 3850 | 3840 | 3840 |',
      '| R² | 0.124 | 0.500 | 0.900 | 0.910 |',
      '',
      expect.stringMatching(/^Notes: t statistics in parentheses; columns \(1\)–\(2\): .*clustered by City/),
      '',
    ]);
  });

  test('thousands: a comma between thousands, of numbers that stay numbers in a spreadsheet', async () => {
    const model = {
      ...baseline[0],
      nobs: 1_234_567,
      terms: [term('policy', -12_345.6784, 999.9996, 0.5), term('open', 123_456.5, 1234.25, 0.5)],
    };
    const lines = async (params: Readonly<Record<string, unknown>>) =>
      (await text('csv', params, [model])).split('\r\n');
    const printed = await lines({ thousands: true, stat: 'se' });
    expect(printed).toContain('Policy,"-12,345.678"');
    expect(printed).toContain(',"(1,000.000)"');
    expect(printed).toContain(',"(1,234.250)"');
    expect(printed).toContain('Observations,"1,234,567"');
    expect(await lines({ thousands: true, stat: 'ci' })).toContain(',"[-14,345.678, -10,345.679]"');
    expect(await lines({ thousands: true, stat: 'se', lang: 'zh' })).toContain('样本量,"1,234,567"');
    expect(await lines({ stat: 'se' })).toContain('Observations,1234567');
    const made = await tableOf({ formats: 'xlsx', thousands: true, stat: 'se' }, [model]);
    const styles = partText(made.files.get('xlsx') as Uint8Array, 'xl/styles.xml');
    expect([...styles.matchAll(/formatCode="([^"]*)"/g)].map(([, code]) => code)).toEqual(
      expect.arrayContaining(['#,##0.000;-#,##0.000', '#,##0;-#,##0']),
    );
    const cells = await readSheet(Buffer.from(made.files.get('xlsx') ?? []));
    expect(cells.flat()).toEqual(expect.arrayContaining([1_234_567, -12_345.6784]));
  });

  test('an estimator that compares means absorbs no effects, and a table does not say that it went without', async () => {
    const { absorbed: _, ...means } = { ...baseline[0], estimator: 'callaway-santanna' } as Record<string, unknown>;
    const md = await text('md', {}, [means, baseline[2] as object]);
    expect(md).toContain('| City FE |  | Yes |');
  });

  test('errors corrected for few clusters are said to be', async () => {
    const model = { ...baseline[2], vcov_type: 'CR2: city' };
    expect(await text('md', {}, [model])).toContain('clustered by City, corrected for few clusters (CR2)');
    expect(await text('md', { lang: 'zh' }, [model])).toContain('并按聚类数较少校正（CR2）');
  });

  test('halves are rounded as by hand, small negative numbers keep their sign', async () => {
    const md = await text('md', { digits: 2, keep: 'x', stat: 'se' }, [
      { terms: [term('x', 1.005, 0.125, 0.5)], nobs: 3 },
    ]);
    expect(md).toContain('| x | 1.01 |');
    expect(md).toContain('(0.13)');
    const small = await text('md', { keep: 'x' }, [{ terms: [term('x', -0.0001, 1, 0.5)], nobs: 3 }]);
    expect(small).toContain('−0.000');
  });

  test('what is not a number is never printed as one', async () => {
    const md = await text('md', {}, [{ terms: [term('x', null, null, null)], nobs: 3, r2: null }]);
    expect(md).not.toMatch(/NaN|null|undefined|Infinity/);
    expect(md).toContain('| x | — |');
  });

  test('keep fixes the order, drop takes away, ci stands in square brackets', async () => {
    const md = await text('md', { keep: ['open', 'policy'], stat: 'ci', stars: false });
    expect(md.indexOf('Openness')).toBeLessThan(md.indexOf('| Policy |'));
    expect(md).toContain('[0.050, 0.450]');
    expect(md).not.toContain('Constant');
    expect((await tableOf({ keep: 'polcy' })).faults).toEqual(['CE2802']);
  });

  test('csv: one value a cell, and a mark for Excel where there is Chinese', async () => {
    const csv = await text('csv', { keep: 'policy', lang: 'zh', labels: { policy: '政策,"试点"' } });
    expect(csv.startsWith('\uFEFF')).toBe(true);
    expect(csv.split('\r\n')[2]).toBe('"政策,""试点""",0.250**,0.125**,0.079***,0.063');
    expect((await text('csv', { keep: 'policy' })).startsWith('\uFEFF')).toBe(false);
  });

  test('tex: booktabs, math minus, marks of LaTeX escaped', async () => {
    const tex = await text('tex', { title: 'Tables & figures_1' });
    expect(tex).toContain('\\toprule[1.5pt]');
    expect(tex).toContain('\\bottomrule[1.5pt]');
    expect(tex).toContain('\\caption{Tables \\& figures\\_1}');
    expect(tex).toContain('Openness \\& trade\\_share');
    expect(tex).toContain('($-$2.000)');
    expect(tex).toContain('0.250$^{**}$');
    expect((tex.match(/\\begin/g) ?? []).length).toBe((tex.match(/\\end/g) ?? []).length);
    expect(tex).not.toContain('ctex');
    expect(await text('tex', { lang: 'zh' })).toContain('ctex');
  });

  test('html: a header, a body, three lines, nothing unescaped', async () => {
    const html = await text('html', { title: '<b>1</b>' });
    expect(html).toContain('<caption>&lt;b&gt;1&lt;/b&gt;</caption>');
    expect(html).toContain('--top:1.5pt;--header:0.75pt;--section:0pt;--bottom:1.5pt');
    expect(html).toContain('<th class="l"></th><th>(1)</th>');
    expect(html).toContain('0.250<sup>**</sup>');
    expect(html).not.toMatch(/https?:\/\//);
  });

  test('tex: the number of a table is LaTeX’s own, and a line of notes is no argument', async () => {
    const title = { en: 'Table 5b. Baseline', zh: '表5 基准回归' };
    expect(await text('tex', { title })).toContain('\\caption{Baseline}');
    expect(await text('tex', { title, lang: 'both' })).toContain('\\caption{Baseline / 基准回归}');
    expect(await text('tex', { title: 'Tables of 3 kinds' })).toContain('\\caption{Tables of 3 kinds}');
    expect(await text('tex', { notes: '[sic]' })).toContain('\\\\\n{}[sic]');
  });

  test('tex: a table larger than the page is made to fit, by LaTeX, which knows both sizes', async () => {
    const tex = await text('tex');
    expect(tex).toMatch(/^% \\usepackage\{booktabs,adjustbox\}$/m);
    expect(tex).toMatch(/\\begin\{adjustbox\}\{max width=\\linewidth,.*\}\n\\begin\{tabular\}/);
    expect(tex).toContain('\\end{tabular}\n\\end{adjustbox}\n');
  });

  test('xlsx: all columns are printed on one page, each as wide as what it holds', async () => {
    const made = await tableOf({ formats: 'xlsx' });
    const sheet = partText(made.files.get('xlsx') ?? new Uint8Array(), 'xl/worksheets/sheet1.xml');
    expect(sheet).toMatch(/<pageSetUpPr fitToPage="1"/);
    expect(sheet).toMatch(/<pageSetup [^>]*fitToHeight="0"/);
    const widths = [...sheet.matchAll(/<col [^>]*width="([\d.]+)"/g)].map((m) => Number(m[1]));
    expect(Math.max(...widths)).toBeGreaterThan('Openness & trade_share'.length);
  });

  test('docx: a table that fits on a page is not torn, nor from its notes', async () => {
    const made = await tableOf({ formats: 'docx' });
    const xml = partText(made.files.get('docx') ?? new Uint8Array(), 'word/document.xml');
    const table = xml.slice(xml.indexOf('<w:tbl>'), xml.indexOf('</w:tbl>'));
    expect(table.match(/<w:keepNext\/>/g)?.length).toBe(table.match(/<w:p>/g)?.length);
  });

  test('xlsx: the sheet has a name in the language of the table', async () => {
    const nameIn = async (lang: string) => {
      const made = await tableOf({ formats: 'xlsx', lang });
      return /<sheet [^>]*name="([^"]*)"/.exec(partText(made.files.get('xlsx') as Uint8Array, 'xl/workbook.xml'))?.[1];
    };
    expect([await nameIn('en'), await nameIn('zh')]).toEqual(['Table', '表']);
  });

  test('xlsx: numbers stay numbers', async () => {
    const made = await tableOf({ formats: 'xlsx', title: 'T', stat: 'se' });
    const rows = await readSheet(Buffer.from(made.files.get('xlsx') ?? []));
    const policy = rows.find((row) => row[0] === 'Policy');
    expect(policy?.slice(1)).toEqual([0.25, 0.125, 0.0785, 0.0625]);
    expect(partText(made.files.get('xlsx') as Uint8Array, 'xl/styles.xml')).toContain('0.000&quot;***&quot;');
  });

  test('docx: a three-line table whose header repeats, Chinese in 宋体', async () => {
    const made = await tableOf({
      formats: 'docx',
      lang: 'both',
      title: { en: 'Table 3. Baseline', zh: '表3 基准回归' },
    });
    const xml = partText(made.files.get('docx') as Uint8Array, 'word/document.xml');
    expect(xml.indexOf('Table 3. Baseline')).toBeLessThan(xml.indexOf('表3 基准回归'));
    expect(xml).toContain('w:eastAsia="宋体"');
    expect(xml).toContain('<w:tblHeader/>');
    const rows = xml.match(/<w:tr>.*?<\/w:tr>/gs) ?? [];
    const lines = (row: string | undefined, side: string): string[] => [
      ...new Set(
        [...(row ?? '').matchAll(new RegExp(`<w:${side} w:val="(\\w+)"[^>]*w:sz="(\\d+)"`, 'g'))].map(
          (m) => `${m[1]} ${m[2]}`,
        ),
      ),
    ];
    expect(lines(rows[0], 'top')).toEqual(['single 12']);
    expect(lines(rows[1], 'bottom')).toEqual(['single 6']);
    expect(lines(rows.at(-1), 'bottom')).toEqual(['single 12']);
    expect(new Set(rows.flatMap((row) => [...lines(row, 'left'), ...lines(row, 'right')]))).toEqual(new Set(['nil 0']));
    for (const row of rows.slice(2, -1))
      expect([lines(row, 'top'), lines(row, 'bottom')]).toEqual([['nil 0'], ['nil 0']]);
  });

  test('office files are the same bytes each time', async () => {
    const one = await tableOf({ formats: ['docx', 'xlsx'] });
    const two = await tableOf({ formats: ['docx', 'xlsx'] });
    for (const format of ['docx', 'xlsx'])
      expect(Buffer.from(one.files.get(format) ?? []).equals(Buffer.from(two.files.get(format) ?? [1])), format).toBe(
        true,
      );
  });

  test('simulated data are called so', async () => {
    const made = await tableOf({ formats: 'md' }, baseline, ['simulated']);
    expect(new TextDecoder().decode(made.files.get('md'))).toContain('Simulated data');
  });

  test('periods stand by number, also where models leave out different ones, and the note names the reference', async () => {
    const estimates = (periods: readonly number[], more: object) => ({
      nobs: 9,
      outcome: 'npp',
      terms: [...periods.map((k) => term(`rel_time::${k}`, k, 1, 0.5)), term('att', 1, 1, 0.5)],
      ...more,
    });
    const models = [estimates([-3, -2, 0, 1], { reference: [-1] }), estimates([-3, -2, -1, 0, 1], { reference: [-1] })];
    const md = await text('md', { keep: undefined, drop: 'x' }, models);
    const names = md.split('\n').flatMap((l) => /^\| (Relative period = [−\d]+|Average effect) /.exec(l)?.[1] ?? []);
    expect(names.map((n) => n.replace('Relative period = ', ''))).toEqual([
      '−3',
      '−2',
      '−1',
      '0',
      '1',
      'Average effect',
    ]);
    // the second model has an estimate there
    expect(md).toContain('column (1): the reference period is −1');
    expect(await text('md', { keep: 'att' }, models)).not.toContain('reference period');
    expect(await text('md', { lang: 'zh' }, models)).toContain('列(1)：基期为−1');
  });

  test('models that differ in their estimator and have no label are called by it', async () => {
    const made = (estimator: string) => ({ nobs: 9, outcome: 'npp', estimator, terms: [term('att', 1, 1, 0.5)] });
    const [twfe, imputation] = [made('twfe'), made('imputation')];
    expect(await text('md', {}, [twfe, imputation])).toContain(
      '|  | Two-way fixed effects | Imputation (Borusyak et al.) |',
    );
    const headOf = (md: string): string => md.split('\n').slice(0, 6).join('\n');
    expect(headOf(await text('md', {}, [twfe, twfe]))).not.toContain('Two-way');
    expect(headOf(await text('md', { headers: ['A', 'B'] }, [twfe, imputation]))).not.toContain('Two-way');
  });

  test('levels of a factor stand by number, and keep goes before', async () => {
    const models = [
      {
        nobs: 9,
        terms: ['year::2012:treated', 'open', 'year::2009:treated', '(Intercept)'].map((n) => term(n, 1, 1, 0.5)),
      },
    ];
    const order = (md: string) => md.split('\n').flatMap((l) => /^\| (\S.*?) \| 1\.000/.exec(l)?.[1] ?? []);
    expect(order(await text('md', {}, models))).toEqual([
      'Year = 2009 × treated',
      'Year = 2012 × treated',
      'Openness & trade\\_share',
      'Constant',
    ]);
    const kept = { keep: ['open', 'year::2012*', 'year::*'] };
    expect(order(await text('md', kept, models))[1]).toBe('Year = 2012 × treated');
  });

  test('what the results say of themselves stands below, by column, once, with printed names, without advice', async () => {
    const [first, second, ...rest] = baseline;
    const lost = { code: 'CN2401', args: { rows: 3, total: 12, columns: ['npp', 'open'] } };
    const noted = [
      { ...first, notes: [lost, { code: 'CN2404', args: { unit: 'city' } }] },
      {
        ...second,
        notes: [lost, { code: 'CN2403', args: { term: 'open', reason: 'collinear with the fixed effects' } }],
      },
      ...rest,
    ];
    const md = await text('md', { controls: 'collapse', notes: 'mine' }, noted);
    expect(md.trimEnd().split('\n\n').slice(-2)).toEqual([
      'Columns (1)–(2): 3 of 12 rows left out: missing or infinite in New-quality productivity, Openness & trade\\_share; column (2): Openness & trade\\_share dropped: collinear with the fixed effects.',
      'mine',
    ]);
    expect(await text('md', { lang: 'zh' }, noted)).toContain('列(2)：开放度 被剔除：与固定效应共线。');
    expect(await text('md', { remarks: false }, noted)).not.toContain('left out');
    for (const format of ['tex', 'html']) expect(await text(format, {}, noted)).toContain('3 of 12 rows left out');
  });

  test('relative periods have a name of their own', async () => {
    expect(await text('md', { lang: 'zh' }, [{ terms: [term('rel_time::-2', 1, 1, 1)], nobs: 3 }])).toContain(
      '| 相对时期 = −2 |',
    );
  });
});

describe('columns in Word', () => {
  const table = (head: string, body: string, columns: number): TableDocument => ({
    caption: [],
    lang: 'zh',
    head: [{ kind: 'header', cells: [cell('变量'), ...Array.from({ length: columns - 1 }, () => cell(head))] }],
    sections: [[{ kind: 'line', cells: [cell('名称'), ...Array.from({ length: columns - 1 }, () => cell(body))] }]],
    notes: [],
    textColumns: 1,
    columns,
    style: STYLES['three-line'],
  });

  test('fill the page and give every number one line, in smaller type when they must', () => {
    for (const columns of [2, 4, 6, 8]) {
      const { widths, size } = columnsOf(table('标准化偏差', '−0.123456', columns));
      const total = widths.reduce((a, b) => a + b, 0);
      expect(total).toBeLessThanOrEqual(9026);
      expect(total).toBeGreaterThan(9026 - columns);
      // nine characters of half an em
      for (const width of widths.slice(1)) expect(width - 2 * CELL_MARGIN).toBeGreaterThan(9 * 0.5 * size * 10);
    }
    expect(columnsOf(table('标准化偏差', '−0.12', 6)).size).toBe(21);
  });

  test('a label of five characters is not broken by long heads', () => {
    const crowded = table('熵权TOPSIS指数（省略两端）', '0.013', 7);
    const label = {
      kind: 'line',
      cells: [cell('政策交互项'), ...crowded.head.slice(0, 0).map(() => cell(''))],
    } as const;
    const { widths, size } = columnsOf({ ...crowded, sections: [[...crowded.sections.flat(), label]] });
    expect((widths[0] ?? 0) - 2 * CELL_MARGIN).toBeGreaterThanOrEqual(10 * 0.5 * size * 10);
  });

  test('numbers keep their line also where there is little room', () => {
    expect(columnsOf(table('标准化偏差', '−0.123456', 8)).size).toBeLessThan(21);
  });
});

test('the program names no host', () => {
  for (const file of ['html.ts', 'svg.ts', 'report-html.ts'])
    expect(
      readFileSync(new URL(`../../stages/output/${file}`, import.meta.url), 'utf8').replace(
        'http://www.w3.org/2000/svg',
        '',
      ),
    ).not.toMatch(/https?:/);
});
