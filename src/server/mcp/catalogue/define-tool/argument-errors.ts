import { z } from 'zod';
import { HubError } from '../../../../protocol/errors.ts';
import { nearest } from '../../../../protocol/words/nearest.ts';

type Issue = z.core.$ZodIssue;

interface Problem {
  readonly argument: string;
  readonly given?: unknown;
  /** It was given, and is not repeated. */
  readonly is_hidden?: true;
  readonly accepted?: string;
  readonly did_you_mean?: string;
}

/** Arguments whose value no refusal repeats: refusals are in the log for good. */
const NOT_REPEATED: ReadonlySet<PropertyKey> = new Set(['password', 'token', 'lock_token', 'text', 'base64']);

/** Problems that one refusal names: a caller may send thousands of wrong arguments. */
const MOST_PROBLEMS = 10;

/**
 * What is wrong with a tool's arguments, as an `invalid_argument` that names each argument, what
 * was given and what is accepted. `details.problems` has the same for programs.
 */
export function argumentError(tool: string, schema: z.ZodObject, args: unknown, issues: readonly Issue[]): HubError {
  const problems: Problem[] = [];
  for (const issue of issues) {
    if (problems.length >= MOST_PROBLEMS) break;
    problems.push(...problemsOf(schema, args, issue));
  }
  const message = `${tool}: ${problems.map(sentence).join(' ')} Correct this and call ${tool} again.`;
  return new HubError('invalid_argument', message, { details: { problems } });
}

function problemsOf(schema: z.ZodObject, args: unknown, issue: Issue): readonly Problem[] {
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(schema.shape);
    return issue.keys.slice(0, MOST_PROBLEMS).map((key) => {
      const near = nearest(key, known);
      return {
        argument: [...issue.path, key.slice(0, 80)].join('.'),
        accepted: known.length === 0 ? 'no arguments' : `the arguments ${known.join(', ')}`,
        ...(near === undefined ? {} : { did_you_mean: near }),
      };
    });
  }
  const argument = issue.path.join('.') || 'arguments';
  const given = valueAt(args, issue.path);
  if (given !== undefined && NOT_REPEATED.has(issue.path[0] ?? '')) {
    return [{ argument, is_hidden: true, accepted: accepted(schema, issue) }];
  }
  return [{ argument, ...(given === undefined ? {} : { given: shortened(given) }), accepted: accepted(schema, issue) }];
}

function sentence(problem: Problem): string {
  const { argument, given, is_hidden: isHidden, accepted, did_you_mean: near } = problem;
  if (accepted?.startsWith('the arguments') || accepted === 'no arguments') {
    return `There is no argument "${argument}"${near === undefined ? '.' : `; did you mean "${near}"?`} It takes ${accepted}.`;
  }
  if (isHidden) return `"${argument}" cannot be what was given; it must be ${accepted}.`;
  return given === undefined
    ? `"${argument}" is missing; it must be ${accepted}.`
    : `"${argument}" was ${JSON.stringify(given)}; it must be ${accepted}.`;
}

/** What the argument takes, in words made from its schema: `an integer from 5 to 3600`. */
function accepted(schema: z.ZodObject, issue: Issue): string {
  const [name, ...rest] = issue.path;
  if (name === undefined) return issue.code === 'custom' ? issue.message : 'an object of named arguments';
  const field: unknown = typeof name === 'string' ? schema.shape[name] : undefined;
  if (issue.code === 'custom' || !(field instanceof z.ZodType)) return issue.message;
  const schemaAt = within(z.toJSONSchema(field, { io: 'input' }), rest);
  return (schemaAt && inWords(schemaAt)) ?? issue.message;
}

/** The schema of an item of a list or a member of an object within an argument. */
function within(schema: z.core.JSONSchema.BaseSchema, path: readonly PropertyKey[]) {
  let at: z.core.JSONSchema._JSONSchema | undefined = schema;
  for (const key of path) {
    if (typeof at !== 'object') return undefined;
    at = typeof key === 'string' ? at.properties?.[key] : Array.isArray(at.items) ? undefined : at.items;
  }
  return typeof at === 'object' ? at : undefined;
}

function inWords(schema: z.core.JSONSchema.BaseSchema): string | undefined {
  if (schema.enum) return `one of ${schema.enum.map((value) => JSON.stringify(value)).join(', ')}`;
  switch (schema.type) {
    case 'integer':
    case 'number':
      return `${schema.type === 'integer' ? 'an integer' : 'a number'}${bounds(schema)}`;
    case 'string':
      return `a string${lengths(schema)}${typeof schema.pattern === 'string' ? ` that matches ${schema.pattern}` : ''}`;
    case 'boolean':
      return 'true or false';
    case 'array':
      return `a list${counts(schema)}`;
    default:
      return undefined;
  }
}

function bounds({ minimum, maximum }: z.core.JSONSchema.BaseSchema): string {
  const low = minimum === undefined || minimum === Number.MIN_SAFE_INTEGER ? undefined : minimum;
  const high = maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
  if (low !== undefined && high !== undefined) return ` from ${low} to ${high}`;
  if (low !== undefined) return ` of at least ${low}`;
  return high === undefined ? '' : ` of at most ${high}`;
}

function lengths({ minLength, maxLength }: z.core.JSONSchema.BaseSchema): string {
  if (maxLength !== undefined) return ` of ${minLength ?? 0} to ${maxLength} characters`;
  return minLength === undefined ? '' : ' that is not empty';
}

function counts({ minItems, maxItems }: z.core.JSONSchema.BaseSchema): string {
  if (maxItems !== undefined) return ` of ${minItems ?? 0} to ${maxItems} items`;
  return minItems === undefined ? '' : ` of at least ${minItems}`;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = Reflect.get(at, key);
  }
  return at;
}

/** The value, cut to 80 characters: a wrong file content must not come back whole. */
function shortened(value: unknown): unknown {
  if (typeof value === 'string') return value.length > 80 ? `${value.slice(0, 80)}…` : value;
  if (typeof value !== 'object' || value === null) return value;
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : value;
}
