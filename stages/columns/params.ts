/** Building blocks of params' schemas. Descriptions show in editors and on the reference page. */
import { type TSchema, Type } from '@sinclair/typebox';

const text = (description: string) => ({ description });

/** The name of a column. */
export const ColumnName = (description: string) => Type.String({ ...text(description), 'x-ceteris': 'column' });

/** Names of columns, globs allowed; a single name may stand without brackets. */
export const ColumnNames = (description: string) =>
  Type.Union([Type.String(), Type.Array(Type.String())], { ...text(description), 'x-ceteris': 'columns' });

/** A reference to a stage, `stage.output`, `stage[case]`. */
export const Reference = (description: string) => Type.String({ ...text(description), 'x-ceteris': 'reference' });

/** A list of references, `stage[*]` among them; a single one may stand without brackets. */
export const References = (description: string) =>
  Type.Union([Type.String(), Type.Array(Type.String())], { ...text(description), 'x-ceteris': 'references' });

/** An expression of the pipeline language. */
export const ExpressionText = (description: string) =>
  Type.Union([Type.String(), Type.Number(), Type.Boolean()], { ...text(description), 'x-ceteris': 'expression' });

/** The path of a file, relative to the YAML file in which it stands. */
export const FilePath = (description: string) => Type.String({ ...text(description), 'x-ceteris': 'file' });

/** Text in one language or in each. */
export const LocalText = (description: string) =>
  Type.Union(
    [
      Type.String(),
      Type.Object(
        { en: Type.Optional(Type.String()), zh: Type.Optional(Type.String()) },
        { additionalProperties: false },
      ),
    ],
    text(description),
  );

export const Seed = Type.Optional(
  Type.Integer({
    minimum: 0,
    maximum: 4294967295,
    default: 1,
    description: 'seed of the random numbers; the same seed draws the same numbers on any machine',
  }),
);

/** An object schema that knows all its keys. */
export const Params = <T extends Record<string, TSchema>>(properties: T) =>
  Type.Object(properties, { additionalProperties: false });

/** A scalar where a list may stand. */
export const listOf = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as readonly T[]) : [value as T];
