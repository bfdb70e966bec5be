/**
 * The package's own entry, `import { defineStage } from 'ceteris'`: what a stage type of one's own is made with. A plugin is as
 * pure as any stage: tables and params in, outputs out.
 */
export { Type } from '@sinclair/typebox';
export {
  type Column,
  isMissing,
  type NumberColumn,
  numbers,
  type TextColumn,
  textAt,
  texts,
} from './columns/column.ts';
export { ColumnName, ColumnNames, FilePath, Params, Reference, References, Seed } from './columns/params.ts';
export { recordOf, recordOutput } from './columns/record.ts';
export { ColumnLookup, passAll, tableShapeOf, withColumns } from './columns/schema.ts';
export { type Table, tableOf, tableOutput } from './columns/table.ts';
export {
  type DeclareContext,
  type Declared,
  type Fault,
  type InputShape,
  type Json,
  type Note,
  type OutputDecl,
  type ParamPath,
  type PartDecl,
  ROWS,
  type RunContext,
  type RunResult,
  type StageType,
  type TableShape,
} from './contract.ts';
export { type RandomStream, stream } from './kernels/random.ts';

import { oddColumns } from './columns/odd-columns.ts';
import { error, type Fault, type Json, type Note, type ParamPath, type StageType } from './contract.ts';

/** A stage type as the engine takes it. */
export const defineStage = <P, S extends Json>(type: StageType<P, S>): StageType<P, S> => ({
  ...type,
  checks: oddColumns,
});

/** What is wrong, in the user's words; `param` is the place in the stage's params. */
export const problem = (message: string, param?: ParamPath): Fault => error('CE2990', { message }, param);

/** A remark that travels with the result. */
export const remark = (message: string): Note => ({ code: 'CN2990', args: { message } });
