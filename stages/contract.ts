/**
 * What a stage is. The engine knows stages only through this file: values that split into named parts, a static
 * declaration of which parts are read, made and passed, and one pure `run`. No statistics, no paths, no clock.
 */
import type { TSchema } from '@sinclair/typebox';
import type { Code } from './catalogue/catalogue.ts';
import type { FaultArgs } from './catalogue/entry.ts';
import type { Helpers } from './contract-helpers.ts';
import type { Memo } from './contract-memo.ts';
import type { Program, ProgramEnd } from './contract-program.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonRecord = { readonly [key: string]: Json };

/** A text for people: one string for every language, or one per language. */
export type Text = string | { readonly en?: string; readonly zh?: string };

/** A place inside a stage's params, e.g. `['controls', 1]`; the engine knows where in the YAML it stands. */
export type ParamPath = readonly (string | number)[];

/**
 * A fault of the user's, as a value. The text is looked up in the catalogue under `code`.
 * A fault about an unknown name carries `args.name` and `args.known` (all names that exist): "did you mean" follows.
 */
export interface Fault {
  readonly code: Code;
  readonly severity: 'error' | 'warning';
  readonly args: FaultArgs;
  /** the param at fault; absent: the stage as a whole */
  readonly param?: ParamPath;
  /** character range inside the param's text (an expression, a formula, a reference) */
  readonly within?: { readonly start: number; readonly end: number };
}

/** A remark that travels with a result: rows lost, singletons, dropped terms. Same catalogue as faults, codes `CN…`. */
export interface Note {
  readonly code: Code;
  readonly args: FaultArgs;
}

// ---------------------------------------------------------------- values and their static shapes

export type ColumnType = 'number' | 'integer' | 'text' | 'boolean' | 'date' | 'unknown';

export interface ColumnInfo {
  readonly name: string;
  /** `unknown` until the data has been read, and then of a column without a value */
  readonly type: ColumnType;
  readonly label?: Text;
  readonly unit?: Text;
}

export type Panel = {
  readonly unit: string;
  readonly time: string;
};

/**
 * What sticks to a value and to everything made from it. `simulated`: no observation of the world; whatever prints it says so.
 * A stage type marks what it starts (`simulate`); the engine hands marks on.
 */
export type Mark = 'simulated';

export interface TableShape {
  readonly kind: 'table';
  readonly marks?: readonly Mark[];
  readonly columns: readonly ColumnInfo[];
  /** true: columns beyond those listed may exist; they are known once the data has been read */
  readonly open: boolean;
  readonly panel?: Panel;
}

/** What a fitted model, a summary, weights, a distribution … look like before they exist. */
export interface RecordShape {
  readonly kind: RecordKind;
  readonly marks?: readonly Mark[];
  /** the columns that took part, with their labels: what a table or figure needs to print terms */
  readonly columns: readonly ColumnInfo[];
  /** the outcome's name, where there is one */
  readonly outcome?: string;
  /** any further static fact that a reader of this record may rely on (documented by the stage type) */
  readonly facts?: JsonRecord;
}

export type RecordKind =
  | 'model'
  | 'summary'
  | 'weights'
  | 'effects'
  | 'test'
  | 'distribution'
  | 'decomposition'
  | 'bounds'
  | 'balance'
  | 'curve'
  | 'comparison';

/**
 * Files for people; one part per file, named by its ending (`md`, `docx`, `svg`). A document that a report can take in also
 * has the part `#content`, what the files show before they have a format; no file is written for it.
 */
export interface DocumentShape {
  readonly kind: 'document';
  readonly marks?: readonly Mark[];
  readonly formats: readonly string[];
  readonly content?: 'table' | 'figure';
}

export type Shape = TableShape | RecordShape | DocumentShape;
export type Kind = Shape['kind'];

/**
 * The name of a part. A table's parts are its columns (by name) and `#rows` (the row count); those in `INNER` are never columns
 * and are not told of. A record has the single part `value` (canonical JSON). A document has one part per format.
 */
export type PartName = string;
export const ROWS: PartName = '#rows';
export const CONTENT: PartName = '#content';
export const VALUE: PartName = 'value';
/** Parts of tables that are no columns, and that of a document: no column can have such a name. */
export const INNER: ReadonlySet<PartName> = new Set([ROWS, CONTENT, '#kept', '#left', '#right', '#units', '#matched']);
export const isInner = (part: PartName): boolean => INNER.has(part);

// ---------------------------------------------------------------- declaring

/** One input as `declare` sees it. */
export interface InputShape {
  readonly shape: Shape;
  /** where the reference stands in the params: `['from']`, `['columns', 2]`, `['with', 'cell']` */
  readonly path: ParamPath;
  /** key of a reference in a mapping (`with: { cell: ref }`) */
  readonly key?: string;
  /** case name when the reference was `stage[case]` or part of `stage[*]` */
  readonly case?: string;
  /** what stands in the column whose groups the cases are; a name may have had to differ from it */
  readonly group?: string | number;
  /** label of the referenced stage or case, if the pipeline gives one */
  readonly label?: Text;
  /** what follows the output in the reference: `base[1].terms.x.estimate` → `['terms', 'x', 'estimate']` */
  readonly inner: readonly string[];
}

/**
 * A file named by a param, as `declare` sees it: its beginning if it can be read, the reason if not. Files are known by
 * their param, `file`, or by param and key where they stand in a mapping, `inputs.fit.R`.
 */
export interface FileHead {
  readonly param: ParamPath;
  /** ending in lower case without the dot: `csv`; '' if none */
  readonly ending: string;
  /** the whole content or its first 1 MiB; absent when the file cannot be read (the run then fails with the reason) */
  readonly head?: Uint8Array;
  /** true when `head` is the whole file */
  readonly whole?: boolean;
}

export interface DeclareContext<P> {
  /** validated against the type's schema, `defaults:` applied, `${…}` put in */
  readonly params: P;
  readonly inputs: Readonly<Record<string, readonly InputShape[]>>;
  readonly files: Readonly<Record<string, FileHead>>;
  /** the pipeline's `labels:` by column name */
  readonly labels: Readonly<Record<string, Text>>;
}

/** A part of an input. */
export interface PartSource {
  readonly input: string;
  readonly index: number;
  readonly part: PartName;
}

export type PartDecl =
  /** written by `run`; `from`: of what is read, what it alone comes from, where that is less than all (for lineage, not for keys) */
  | {
      readonly name: PartName;
      readonly how: 'made';
      readonly from?: readonly PartSource[];
      /** of a record with rows: what each comes from, in their order, over and over (for lineage, not for keys) */
      readonly rows?: readonly (readonly PartSource[])[];
    }
  /** the very part of an input: keeps its digest, is neither copied nor part of the action */
  | {
      readonly name: PartName;
      readonly how: 'passed';
      readonly input: string;
      readonly index: number;
      readonly part: PartName;
    }
  /** rows of an input's part picked by the made part `by` (a row index); computed only when somebody reads it */
  | {
      readonly name: PartName;
      readonly how: 'gathered';
      readonly input: string;
      readonly index: number;
      readonly part: PartName;
      readonly by: PartName;
    };

export interface OutputDecl {
  readonly shape: Shape;
  /** `made`: every part comes from `run`, their names known only then (an ingest with undeclared columns) */
  readonly parts: readonly PartDecl[] | 'made';
}

/** The parts that `run` reads of one input, in any order; `all` for records and documents. */
export type Reads = readonly PartName[] | 'all';

export interface Declared<S extends Json = Json> {
  readonly faults: readonly Fault[];
  /**
   * The complete, canonical description of the work: defaults written out, globs expanded, formulas parsed, labels picked.
   * It is all of the params that `run` sees, and it enters the action's key: two ways to say the same thing give one spec.
   */
  readonly spec: S;
  /** by input name, then by index of the reference */
  readonly reads: Readonly<Record<string, readonly Reads[]>>;
  /** best effort when there are faults, so that what depends on this stage is checked too */
  readonly outputs: Readonly<Record<string, OutputDecl>>;
  /** handed to `run` beside the spec and no part of the key: what can change how a stage runs and never what it gives */
  readonly manner?: Json;
}

// ---------------------------------------------------------------- running

/**
 * What `run` sees of an input: the bytes of the parts that were declared as read, and nothing that is not in the action's
 * key. Types, labels, cases and inner paths, where they matter, are put in the spec by `declare`.
 */
export interface InputValue {
  readonly kind: Kind;
  readonly parts: ReadonlyMap<PartName, Uint8Array>;
  /** of the parts; for keys of `memo`, nothing else may follow from them */
  readonly digests?: ReadonlyMap<PartName, string>;
}

export interface RunContext<S> {
  readonly spec: S;
  readonly inputs: Readonly<Record<string, readonly InputValue[]>>;
  /** whole content of the files named by params */
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** the declared `manner` */
  readonly manner?: Json;
  readonly memo?: Memo;
  readonly helpers?: Helpers;
  readonly signal?: AbortSignal;
  /** share of the work done, 0 to 1 */
  readonly progress?: (done: number) => void;
  /** for types that are `external`: runs a program and gives back what it left */
  readonly launch?: (program: Program) => Promise<ProgramEnd>;
}

export interface OutputValue {
  /** the made parts */
  readonly parts: ReadonlyMap<PartName, Uint8Array>;
  /** when only the data can tell (ingest): replaces the declared shape */
  readonly shape?: Shape;
}

export type RunResult =
  | { readonly ok: false; readonly faults: readonly Fault[] }
  | {
      readonly ok: true;
      readonly outputs: Readonly<Record<string, OutputValue>>;
      readonly notes: readonly Note[];
      /** outputs stand, and yet the stage does not hold (a comparison): exit code 1 */
      readonly verdict?: readonly Fault[];
    };

// ---------------------------------------------------------------- the stage type

export interface PortDecl {
  readonly kinds: readonly Kind[];
  /** a list of references (`stage[*]` allowed); otherwise exactly one */
  readonly many?: boolean;
  /** references stand in a mapping: `with: { cell: ref }` */
  readonly keyed?: boolean;
  readonly optional?: boolean;
  /** the param may also hold something that is no reference (compare: `published` inline) */
  readonly literal?: boolean;
  /** in a mapping: a value with a dot or a slash that names no stage is the path of a file */
  readonly orFiles?: boolean;
  /** the param is a list of mappings, and references stand under this key of them: `sections: [{ text, show: ref }]` */
  readonly within?: string;
}

/** English and Chinese text of the reference page; the table of params comes from the schema. */
export interface StageDoc {
  readonly summary: { readonly en: string; readonly zh: string };
  /** Markdown: what it estimates or does, equation, assumptions, conventions, what it does not do, sources */
  readonly details: { readonly en: string; readonly zh?: string };
  /** a runnable pipeline fragment, YAML */
  readonly example: string;
}

/** One of the stages that a stage's params stand for. */
export interface Expansion {
  /** the case's name, or what follows the name of a case of the matrix */
  readonly name: string;
  /** take the place of the params of those names */
  readonly params: JsonRecord;
}

export interface OutputInfo {
  readonly kind: Kind;
  readonly doc: Text;
}

/** A cell of a printed table that holds a number. */
export interface PrintedCell {
  readonly row: string;
  readonly column: string;
  readonly text: string;
  /** the port and the index of the reference that it comes from */
  readonly input: string;
  readonly index: number;
  /** the row of that record, from 0, where it comes from one alone */
  readonly at?: number;
}

export interface StageType<P = unknown, S extends Json = Json> {
  readonly type: string;
  readonly doc: StageDoc;
  /** TypeBox object schema of the type's own params (without `stage`, `where`, `matrix`, `label`, `description`, `to`) */
  readonly params: TSchema;
  /** params that hold references, in the order in which their inputs stand */
  readonly inputs: Readonly<Record<string, PortDecl>>;
  /** params that name files */
  readonly files?: readonly string[];
  /** by param: others that say the same thing in another way, and give way where it is written nearer (case, stage, `defaults:`) */
  readonly instead?: Readonly<Record<string, readonly string[]>>;
  readonly outputs: Readonly<Record<string, OutputInfo>>;
  /** outputs beyond those, where they follow from the params (one model per group); called with validated params */
  outputsFor?(params: P): Readonly<Record<string, OutputInfo>>;
  /**
   * Params that stand for several stages (`y: [a, b]`): each becomes a case, as of a `matrix`. Called with params as written, before
   * they are checked; undefined: one stage.
   */
  expand?(params: JsonRecord): readonly Expansion[] | undefined;
  declare(context: DeclareContext<P>): Declared<S>;
  run(context: RunContext<S>): RunResult | Promise<RunResult>;
  /** of a type that prints a table: the cells that hold numbers, from its `#content`, and the inputs that they come from */
  cells?(spec: S, content: Uint8Array): readonly PrintedCell[];
  /** runs other programs, through `launch` */
  readonly external?: boolean;
  /** cuts its work on long columns into parts for `helpers` */
  readonly helped?: boolean;
  /** what is odd in what was made, beside its form; types of users have it, whom no compiler may have checked */
  readonly checks?: (declared: Declared, made: Readonly<Record<string, OutputValue>>) => string | undefined;
  /** set by the engine on types of the user's own: digest of their code, the URL of the module that exports them, and the files that it is made of */
  readonly origin?: { readonly code: string; readonly module: string; readonly files?: readonly string[] };
  /** rough cost in milliseconds; what costs more than a hop to a worker thread goes there */
  weight?(spec: S): number;
}

/** Any stage type, for tables of them. Params are checked against the type's schema before `declare` sees them. */
export type AnyStageType = StageType<unknown, Json>;

export function defineStage<P, S extends Json>(type: StageType<P, S>): StageType<P, S> {
  return type;
}

/** The branch that cannot be reached: a new member of a union breaks the build here, not a run. */
export function unreachable(value: never): never {
  throw new Error(`ceteris bug: unexpected ${JSON.stringify(value)}`);
}

export const error = (code: Code, args: FaultArgs, param?: ParamPath): Fault => ({
  code,
  severity: 'error',
  args,
  ...(param === undefined ? {} : { param }),
});

export const warning = (code: Code, args: FaultArgs, param?: ParamPath): Fault => ({
  code,
  severity: 'warning',
  args,
  ...(param === undefined ? {} : { param }),
});
