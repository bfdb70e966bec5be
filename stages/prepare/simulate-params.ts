/** What `simulate` is asked for. */
import { type Static, Type } from '@sinclair/typebox';
import { LocalText, Params, Reference, Seed } from '../columns/params.ts';

const Loads = Type.Optional(
  Type.Record(Type.String(), Type.Number({ minimum: -1, maximum: 1 }), {
    description: 'correlations with latents, other variables and number columns of from; the rest is noise of its own',
  }),
);
const Persistence = Type.Optional(
  Type.Number({
    minimum: 0,
    maximum: 1,
    default: 0.8,
    description: 'share of its own variance that stays with the unit through all periods',
  }),
);
const Memory = Type.Optional(
  Type.Number({
    exclusiveMinimum: -1,
    exclusiveMaximum: 1,
    default: 0,
    description: 'correlation of what moves around the unit from one period to the next',
  }),
);

const Variable = Type.Object(
  {
    mean: Type.Number({ description: 'mean over all rows; of a binary variable the share of ones' }),
    sd: Type.Optional(Type.Number({ exclusiveMinimum: 0, description: 'standard deviation over all rows (n − 1)' })),
    min: Type.Optional(Type.Number({ description: 'smallest value; some row has it' })),
    max: Type.Optional(Type.Number({ description: 'largest value; some row has it' })),
    kind: Type.Optional(
      Type.Union([Type.Literal('number'), Type.Literal('integer'), Type.Literal('binary')], {
        default: 'number',
        description: 'integer rounds, which moves the moments a little; binary is 0 or 1',
      }),
    ),
    persistence: Persistence,
    memory: Memory,
    trend: Type.Optional(
      Type.Number({ default: 0, description: 'rise from the first to the last period, the same for all units' }),
    ),
    loads: Loads,
    label: Type.Optional(LocalText('name in print')),
    unit: Type.Optional(LocalText('unit of measurement')),
  },
  { additionalProperties: false, description: 'a variable' },
);

const Latent = Type.Object(
  { persistence: Persistence, memory: Memory, loads: Loads },
  { additionalProperties: false, description: 'a common factor that is not put out' },
);

export const simulateParams = Params({
  from: Type.Optional(Reference('a table with one row per unit, whose columns stay with the simulated rows')),
  units: Type.Optional(
    Type.Union(
      [
        Type.Integer({ minimum: 1, maximum: 10_000_000 }),
        Type.Array(Type.Union([Type.String(), Type.Integer()]), { minItems: 1 }),
      ],
      { description: 'number of units, or their names; instead of from' },
    ),
  ),
  unit: Type.Optional(
    Type.String({ minLength: 1, default: 'unit', description: 'column of the unit; with from, the one that names it' }),
  ),
  time: Type.Optional(
    Type.String({ minLength: 1, default: 'time', description: 'name of the new column with the period' }),
  ),
  times: Type.Union(
    [
      Type.Object({ from: Type.Integer(), to: Type.Integer() }, { additionalProperties: false }),
      Type.Array(Type.Integer(), { minItems: 1 }),
    ],
    { description: 'periods: { from: 2009, to: 2022 }, or a list' },
  ),
  latents: Type.Optional(Type.Record(Type.String({ minLength: 1 }), Latent, { description: 'common factors by name' })),
  variables: Type.Record(Type.String({ minLength: 1 }), Variable, {
    minProperties: 1,
    description: 'variables by name, with the moments they are to have',
  }),
  effect: Type.Optional(
    Type.Object(
      {
        cohort: Type.String({
          description: 'column of from with the first treated period, missing for the never treated',
        }),
        on: Type.Record(Type.String(), Type.Number(), {
          minProperties: 1,
          description: 'what treatment adds to each variable, in its own unit',
        }),
        path: Type.Optional(
          Type.Array(Type.Number(), {
            minItems: 1,
            default: [1],
            description: 'shares of the effect in the first treated period, the next, …; the last one stays',
          }),
        ),
        scale: Type.Optional(
          Type.String({ description: 'number column of from by which the effect of a unit is multiplied' }),
        ),
      },
      { additionalProperties: false, description: 'the true effect of a treatment' },
    ),
  ),
  seed: Seed,
});

export type SimulateParams = Static<typeof simulateParams>;

export type SimulatedVariable = {
  readonly name: string;
  readonly kind: 'number' | 'integer' | 'binary';
  readonly mean: number;
  readonly sd: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly trend: number;
};

/** A normal score: of a latent or of a variable. */
export type ScoreSpec = {
  readonly name: string;
  readonly persistence: number;
  readonly memory: number;
  /** by name: an earlier score, or a column of the units */
  readonly loads: readonly { readonly on: string; readonly is: 'score' | 'column'; readonly by: number }[];
};

export type EffectSpec = {
  readonly cohort: string;
  readonly on: readonly { readonly name: string; readonly size: number }[];
  readonly path: readonly number[];
  readonly scale: string | null;
};

export type SimulateSpec = {
  /** a count, names, or the column of `from` that names them */
  readonly units: number | readonly string[] | { readonly column: string };
  /** names that are whole numbers make a number column */
  readonly numeric: boolean;
  readonly unit: string;
  readonly time: string;
  readonly times: readonly number[];
  /** in an order in which each loads on earlier ones only */
  readonly scores: readonly ScoreSpec[];
  readonly variables: readonly SimulatedVariable[];
  readonly effect: EffectSpec | null;
  readonly seed: number;
};
