import { Type } from '@sinclair/typebox';
import { means, Params } from '../columns/params.ts';
import { tableShapeOf } from '../columns/schema.ts';
import {
  defineStage,
  error,
  type Fault,
  type InputShape,
  type OutputDecl,
  type OutputInfo,
  type Panel,
  type RunContext,
  type RunResult,
} from '../contract.ts';
import type { Program } from '../contract-program.ts';
import type { ExecSpec } from './exec-spec.ts';
import { endFault, logOf } from './program-end.ts';
import { type PlacedInput, placeInput } from './program-input.ts';
import { type CollectedOutput, collectOutput, type OutputFormat, outputFormats } from './program-output.ts';

interface OutputParam {
  readonly file: string;
  readonly format?: OutputFormat;
  readonly panel?: Panel;
}

interface ExecParams {
  readonly run: readonly (string | number)[];
  readonly inputs?: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, OutputParam>>;
  readonly env?: Readonly<Record<string, string | number | boolean>>;
  readonly timeout?: number;
  readonly retries?: number;
}

type Manner = { readonly timeoutMs?: number; readonly retries: number };

/** A relative path that stays where it is. */
const SAFE_PATH = /^(?![/\\~])(?!(?:.*[/\\])?\.{1,2}(?:[/\\]|$))[^\0]*[^/\\\0]$/;

/** `log`: what the program printed. Errors: CE2901–CE2915, CE2967, CE1142. */
export const exec = defineStage<ExecParams, ExecSpec>({
  type: 'exec',
  doc: {
    summary: { en: 'Runs another program: R, Stata, Python, anything', zh: '运行其他程序：R、Stata、Python 等' },
    details: {
      en: `The program runs in a fresh folder that holds just the declared \`inputs\`: results of other stages, as CSV, TSV or Parquet by the ending of
the name (models and other records as JSON, figures and tables as their files), and files named by a path (scripts). It sees the
environment given under \`env\`, PATH, a new folder as HOME and TMPDIR, TZ=UTC and a UTF-8 locale, and nothing else. There is no shell; write
\`[sh, -c, "…"]\` for one.

Every file under \`outputs\` must be there when the program ends with code 0; only then are they taken in and recorded. \`csv\`, \`tsv\` and
\`parquet\` become tables, \`model\` a model (JSON with the fields that \`ceteris show --json\` prints: nobs, terms: [{term, estimate,
std_error, …}]), anything else a file in \`out/\`, called by the stage and its
ending (\`out/fit.pdf\`; of two with one ending, also by the output: \`out/fit.plot.pdf\`). Integers beyond 2^53 become text, as in data files; so do times, lists and structures of
Parquet. A failure is never cached, and nothing that a failed program wrote leaves its folder.
What the program printed is the output \`log\`, kept with the result.

\`timeout\` (seconds) asks the program and all that it started to end, and after 5 seconds ends it; \`retries\` tries again after a failure.
Neither is part of the key: changing them runs nothing again. The program itself is known by its name only: give a version in \`env\`
or pin the machine if its results depend on it.`,
      zh: `程序在一个全新的文件夹中运行，其中只有声明的 inputs：其他步骤的结果（按文件名后缀为 CSV、TSV 或 Parquet；模型等为 JSON，图表为其文件）以及按路径给出的文件（脚本）。
它只见 env 中的环境变量、PATH、作为 HOME 与 TMPDIR 的新文件夹、TZ=UTC 与 UTF-8 区域设置。不经过 shell；需要时写 [sh, -c, "…"]。

程序以代码 0 结束时，outputs 中的文件须全部存在，之后才读入并记录：csv、tsv、parquet 成为表格，model 成为模型（JSON，字段与 ceteris show --json 相同），其余为 out/ 中的文件，以步骤名加扩展名命名（扩展名相同的另加输出名，如 out/fit.plot.pdf）。超出 2^53 的整数、Parquet 的时间与嵌套值读为文本。
失败从不缓存，失败程序写出的内容也不会离开其文件夹。程序的屏幕输出为 log。

timeout（秒）到时请求程序及其子进程结束，5 秒后强制结束；retries 为失败后的重试次数；二者都不影响缓存。程序本身只以名称识别：结果若依赖版本，请写入 env 或固定环境。`,
    },
    example: `stages:
  raw: { stage: ingest, file: panel.csv, panel: { unit: city, time: year } }
  means:
    stage: exec
    run: [awk, "-F,", "NR > 1 { s += $3; n++ } END { print \\"mean\\"; print s / n }", panel.csv]
    inputs: { panel.csv: raw }
    outputs: { table: { file: stdout } }
`,
  },
  params: Params({
    run: Type.Array(Type.Union([Type.String(), Type.Number()]), {
      minItems: 1,
      ...means('the program and its arguments', '程序及其参数'),
    }),
    inputs: Type.Optional(
      Type.Record(
        Type.String(),
        Type.String(),
        means(
          'name in the folder: a stage, `stage.output`, or the path of a file',
          '运行文件夹中的名称：步骤、`步骤.输出`，或文件路径',
        ),
      ),
    ),
    outputs: Type.Record(
      Type.String(),
      Params({
        file: Type.String({
          minLength: 1,
          ...means(
            'path inside the folder, or `stdout` for what the program prints',
            '文件夹内的路径；`stdout` 为程序打印的内容',
          ),
        }),
        format: Type.Optional(
          Type.Union(
            outputFormats.map((f) => Type.Literal(f)),
            means(
              'default: by the ending; `model` for JSON with the fields of a model',
              '默认由扩展名判断；`model` 为含模型各字段的 JSON',
            ),
          ),
        ),
        panel: Type.Optional(
          Type.Object(
            {
              unit: Type.String(means('column of the unit', '个体列')),
              time: Type.String(means('column of the time', '时间列')),
            },
            { additionalProperties: false, ...means('panel structure of a table', '表的面板结构') },
          ),
        ),
      }),
      { minProperties: 1, ...means('name: { file, format }', '名称: { file, format }') },
    ),
    env: Type.Optional(
      Type.Record(
        Type.String(),
        Type.Union([Type.String(), Type.Number(), Type.Boolean()]),
        means('environment variables', '环境变量'),
      ),
    ),
    timeout: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, ...means('seconds; default none', '时限（秒）；默认不限') }),
    ),
    retries: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 20, default: 0, ...means('tries after a failure', '失败后重试的次数') }),
    ),
  }),
  inputs: {
    inputs: {
      kinds: [],
      keyed: true,
      optional: true,
      orFiles: true,
    },
  },
  outputs: { log: { kind: 'document', doc: { en: 'what the program printed', zh: '程序打印的内容' } } },
  outputsFor: (params) =>
    Object.fromEntries(
      Object.entries(params.outputs ?? {}).map(([name, o]): [string, OutputInfo] => [
        name,
        { kind: kindOf(formatOf(o)), doc: o.file },
      ]),
    ),
  external: true,
  declare({ params, inputs, files }) {
    const faults: Fault[] = [];
    const references = (inputs.inputs ?? []).map((input, i) => placedReference(input, i, faults));
    const plain = Object.keys(files).map(
      (name): PlacedInput => ({ file: name.slice('inputs.'.length), from: name, format: 'file', columns: [] }),
    );
    for (const file of Object.keys(params.inputs ?? {}))
      if (!SAFE_PATH.test(file)) faults.push(error('CE2903', { file }, ['inputs', file]));
    if (String(params.run[0] ?? '').trim() === '') faults.push(error('CE2967', {}, ['run', 0]));
    const outputs = Object.entries(params.outputs).map(([name, o]) => collected(name, o, params.outputs, faults));
    const spec: ExecSpec = {
      run: params.run.map(String),
      inputs: [...references, ...plain].sort((a, b) => (a.file < b.file ? -1 : 1)),
      outputs,
      env: Object.fromEntries(
        Object.entries(params.env ?? {})
          .map(([name, value]) => [name, String(value)] as const)
          .sort(([a], [b]) => (a < b ? -1 : 1)),
      ),
    };
    const manner: Manner = {
      retries: params.retries ?? 0,
      ...(params.timeout === undefined ? {} : { timeoutMs: Math.round(params.timeout * 1000) }),
    };
    return {
      faults,
      spec,
      manner,
      reads: { inputs: (inputs.inputs ?? []).map(() => 'all' as const) },
      outputs: {
        ...Object.fromEntries(outputs.map((o) => [o.name, declaredOutput(o)])),
        log: { shape: { kind: 'document', formats: ['log'] }, parts: [{ name: 'log', how: 'made' }] },
      },
    };
  },
  weight: () => 1000,
  run: (context) => runProgram(context),
});

const kindOf = (format: OutputFormat): OutputInfo['kind'] =>
  format === 'model' ? 'model' : format === 'file' ? 'document' : 'table';

const endingOf = (file: string): string => /\.([A-Za-z0-9]+)$/.exec(file)?.[1]?.toLowerCase() ?? '';

function formatOf({ file, format }: OutputParam): OutputFormat {
  if (format !== undefined) return format;
  const ending = endingOf(file);
  return ending === 'csv' || ending === 'tsv' || ending === 'parquet' ? ending : file === 'stdout' ? 'csv' : 'file';
}

function placedReference(input: InputShape, index: number, faults: Fault[]): PlacedInput {
  const file = input.key ?? String(index);
  const ending = endingOf(file);
  const { shape } = input;
  if (shape.kind === 'table') {
    if (!['csv', 'tsv', 'parquet'].includes(ending))
      faults.push(error('CE2901', { file, known: ['csv', 'tsv', 'parquet'] }, input.path));
    const columns = tableShapeOf(input).columns.map(({ name, type }) => ({ name, type }));
    return { file, from: index, format: ending === 'tsv' ? 'tsv' : ending === 'parquet' ? 'parquet' : 'csv', columns };
  }
  if (shape.kind === 'document') {
    const [only, ...others] = shape.formats;
    // what a program printed has no ending
    const isPlain = only !== undefined && others.length === 0 && endingOf(`.${only}`) === 'file';
    const part = isPlain ? only : shape.formats.find((format) => endingOf(`.${format}`) === ending);
    if (part === undefined) faults.push(error('CE2901', { file, known: shape.formats }, input.path));
    return { file, from: index, format: 'document', columns: [], ...(part === undefined ? {} : { part }) };
  }
  return { file, from: index, format: 'record', columns: [] };
}

/** It stands in references, behind a dot, and in the names of files. */
const OUTPUT_NAME = /^[\p{L}\p{N}_-]+$/u;

function collected(name: string, output: OutputParam, all: ExecParams['outputs'], faults: Fault[]): CollectedOutput {
  if (name === 'log') faults.push(error('CE2902', { name }, ['outputs', name]));
  if (!OUTPUT_NAME.test(name)) faults.push(error('CE1142', { name }, ['outputs', name]));
  if (!SAFE_PATH.test(output.file)) faults.push(error('CE2903', { file: output.file }, ['outputs', name, 'file']));
  return {
    name,
    file: output.file,
    format: formatOf(output),
    ...(formatOf(output) === 'file' ? { part: partOf(name, output, all) } : {}),
    ...(output.panel === undefined ? {} : { panel: output.panel }),
  };
}

/** Files in `out/` are called by the stage and their ending; those of one ending also by the output. */
function partOf(name: string, output: OutputParam, all: ExecParams['outputs']): string {
  const ending = (o: OutputParam): string => endingOf(o.file) || 'file';
  const own = ending(output);
  const same = Object.values(all).filter((o) => formatOf(o) === 'file' && ending(o) === own);
  return same.length > 1 || own === 'log' ? `${name}.${own}` : own;
}

function declaredOutput(output: CollectedOutput): OutputDecl {
  switch (kindOf(output.format)) {
    case 'table': {
      const panel = output.panel === undefined ? {} : { panel: output.panel };
      return { shape: { kind: 'table', columns: [], open: true, ...panel }, parts: 'made' };
    }
    case 'model':
      return { shape: { kind: 'model', columns: [] }, parts: [{ name: 'value', how: 'made' }] };
    default: {
      const format = output.part ?? 'file';
      return { shape: { kind: 'document', formats: [format] }, parts: [{ name: format, how: 'made' }] };
    }
  }
}

async function runProgram({ spec, inputs, files, manner, launch }: RunContext<ExecSpec>): Promise<RunResult> {
  if (launch === undefined) throw new Error('ceteris bug: an external stage without a way to start programs');
  const place = new Map<string, Uint8Array>();
  for (const input of spec.inputs) place.set(input.file, await placeInput(input, inputs.inputs ?? [], files));
  const { timeoutMs, retries } = manner as Manner;
  const program: Program = {
    argv: spec.run,
    env: spec.env,
    place,
    collect: spec.outputs.filter((o) => o.file !== 'stdout').map((o) => o.file),
    retries,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
  const end = await launch(program);
  if (end.kind !== 'done') return { ok: false, faults: [endFault(end, spec)] };
  const made = await Promise.all(
    spec.outputs.map(async (o) => {
      const bytes = o.file === 'stdout' ? end.stdout : (end.files.get(o.file) ?? new Uint8Array());
      return [o.name, await collectOutput(o, bytes)] as const;
    }),
  );
  const faults = made.flatMap(([, m]) => (m.ok ? [] : m.faults));
  if (faults.length > 0) return { ok: false, faults };
  const outputs = Object.fromEntries(made.flatMap(([name, m]) => (m.ok ? [[name, m.value]] : [])));
  const log = { parts: new Map([['log', logOf(end)]]) };
  return { ok: true, outputs: { ...outputs, log }, notes: [] };
}
