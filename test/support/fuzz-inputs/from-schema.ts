import type { Dice } from './dice.ts';

/** A JSON schema, as far as the tools' arguments have one. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
}

/** How often a part is something else than its schema says. */
const ODD = 0.12;
/** How often an optional argument is given. */
const GIVEN = 0.5;

/** A value that mostly fits; `known` has real values for arguments of a name, as ids and paths. */
export function fromSchema(dice: Dice, schema: Schema, known: Known, name = ''): unknown {
  if (dice.chance(ODD)) return dice.value();
  const values = known[name];
  if (values && values.length > 0 && dice.chance(0.7)) return dice.pick(values);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return dice.pick(schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return fromSchema(dice, dice.pick(choices), known, name);
  switch (typeof schema.type === 'string' ? schema.type : schema.type?.[0]) {
    case 'boolean':
      return dice.chance(0.5);
    case 'integer':
      return wholeNumber(dice, schema);
    case 'number':
      return dice.number();
    case 'array':
      return Array.from({ length: dice.below(4) }, () => fromSchema(dice, schema.items ?? {}, known, name));
    case 'object':
      return objectFrom(dice, schema, known);
    default:
      return dice.text();
  }
}

/** Real values by the name of an argument. */
export type Known = Readonly<Record<string, readonly unknown[]>>;

function wholeNumber(dice: Dice, { minimum = 0, maximum = 10_000 }: Schema): number {
  if (dice.chance(0.2)) return dice.pick([minimum, maximum, minimum - 1, maximum + 1]);
  return minimum + dice.below(Math.min(maximum - minimum, 10_000) + 1);
}

function objectFrom(dice: Dice, { properties = {}, required = [] }: Schema, known: Known): Record<string, unknown> {
  const made: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(properties)) {
    if (dice.chance(required.includes(name) ? 1 - ODD / 4 : GIVEN)) made[name] = fromSchema(dice, schema, known, name);
  }
  if (dice.chance(ODD / 2)) made[dice.text()] = dice.value();
  return made;
}
