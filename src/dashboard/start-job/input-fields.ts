import { z } from 'zod';
import { labelOfField } from '../../jobs/job-facts.ts';
import type { AnyJobKind } from '../../jobs/job-kind.ts';

/** One argument of a kind of job, as a form asks for it. */
export interface InputField {
  /** Its name in the kind. */
  readonly name: string;
  readonly label: string;
  readonly description?: string;
  readonly isRequired: boolean;
  /** Before the person has touched it. */
  readonly initial: unknown;
  readonly control:
    | { readonly kind: 'text'; readonly maxLength?: number }
    | { readonly kind: 'number'; readonly isWhole: boolean; readonly min?: number; readonly max?: number }
    | { readonly kind: 'choice'; readonly options: readonly string[] }
    | { readonly kind: 'switch' };
}

/** The part of an argument's JSON Schema that a form uses. */
interface Property {
  readonly type?: unknown;
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
}

/** The form fields for a kind's arguments. What is neither a choice, a number nor a boolean is a text field. */
export function inputFields(kind: AnyJobKind): readonly InputField[] {
  const { properties = {}, required = [] } = z.toJSONSchema(z.object(kind.input), { io: 'input' });
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...schema } = property as Property; // as JSON Schema has it; never `true`, as zod makes it
    return {
      name,
      label: labelOfField(name),
      ...(description === undefined ? {} : { description }),
      isRequired: required.includes(name),
      initial: schema.default,
      control: controlOf(schema),
    };
  });
}

function controlOf({ type, enum: options, minimum, maximum, maxLength }: Property): InputField['control'] {
  if (options) return { kind: 'choice', options: options.map(String) };
  if (type === 'boolean') return { kind: 'switch' };
  if (type === 'number' || type === 'integer') {
    return {
      kind: 'number',
      isWhole: type === 'integer',
      ...(minimum === undefined ? {} : { min: minimum }),
      ...(maximum === undefined ? {} : { max: maximum }),
    };
  }
  return { kind: 'text', ...(maxLength === undefined ? {} : { maxLength }) };
}

/** The filled-in values. Empty fields are left out, so that the kind's defaults apply. */
export function filledIn(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== ''));
}

/** The problems, by field name. */
export function inputProblems(
  kind: AnyJobKind,
  input: Readonly<Record<string, unknown>>,
): Readonly<Record<string, string>> {
  const parsed = z.strictObject(kind.input).safeParse(input);
  if (parsed.success) return {};
  return Object.fromEntries(
    parsed.error.issues.map(({ path: [at], message }) => {
      const name = String(at ?? '');
      return [name, name in input ? message : 'This is needed.'];
    }),
  );
}
