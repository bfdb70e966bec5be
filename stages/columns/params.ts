/** Building blocks of params' schemas. Descriptions show in editors and on the reference page. */
import { type TSchema, Type } from '@sinclair/typebox';

/** What a param is for, in the schema: `x-zh` is the Chinese text. */
export const means = (description: string, zh?: string) =>
  zh === undefined ? { description } : { description, 'x-zh': zh };

type Meaning = Parameters<typeof means>;

/** The name of a column. */
export const ColumnName = (...meaning: Meaning) => Type.String({ ...means(...meaning), 'x-ceteris': 'column' });

/** Names of columns, globs allowed; a single name may stand without brackets. */
export const ColumnNames = (...meaning: Meaning) =>
  Type.Union([Type.String(), Type.Array(Type.String())], { ...means(...meaning), 'x-ceteris': 'columns' });

/** A reference to a stage, `stage.output`, `stage[case]`. */
export const Reference = (...meaning: Meaning) => Type.String({ ...means(...meaning), 'x-ceteris': 'reference' });

/** A list of references, `stage[*]` among them; a single one may stand without brackets. */
export const References = (...meaning: Meaning) =>
  Type.Union([Type.String(), Type.Array(Type.String())], { ...means(...meaning), 'x-ceteris': 'references' });

/** An expression of the pipeline language. */
export const ExpressionText = (...meaning: Meaning) =>
  Type.Union([Type.String(), Type.Number(), Type.Boolean()], { ...means(...meaning), 'x-ceteris': 'expression' });

/** The path of a file, relative to the YAML file in which it stands. */
export const FilePath = (...meaning: Meaning) => Type.String({ ...means(...meaning), 'x-ceteris': 'file' });

/** Text in one language or in each. */
export const LocalText = (...meaning: Meaning) =>
  Type.Union(
    [
      Type.String(),
      Type.Object(
        { en: Type.Optional(Type.String()), zh: Type.Optional(Type.String()) },
        { additionalProperties: false },
      ),
    ],
    means(...meaning),
  );

export const Seed = Type.Optional(
  Type.Integer({
    minimum: 0,
    maximum: 4294967295,
    default: 1,
    ...means(
      'seed of the random numbers; the same seed draws the same numbers on any machine',
      '随机数种子；同一种子在任何机器上产生相同的随机数',
    ),
  }),
);

/** An object schema that knows all its keys. */
export const Params = <T extends Record<string, TSchema>>(properties: T) =>
  Type.Object(properties, { additionalProperties: false });

/** A scalar where a list may stand. */
export const listOf = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as readonly T[]) : [value as T];
