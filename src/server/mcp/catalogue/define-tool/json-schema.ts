import type { Tool } from '@modelcontextprotocol/server';
import { z } from 'zod';

type JsonSchema = Record<string, unknown>;

/**
 * The arguments of a tool as JSON Schema, in keywords that draft 7 and 2020-12 share, without
 * `$schema` and `$ref`: some clients know only one of the two drafts.
 */
export function inputJsonSchema(schema: z.ZodObject): Tool['inputSchema'] {
  return { ...plain(schema, 'input'), type: 'object' };
}

/**
 * The result of a tool as JSON Schema: what it answers, or the error that every tool answers with
 * `isError`. The error is in the schema because clients built on the 1.x SDK check
 * `structuredContent` against it even when `isError` is set.
 */
export function outputJsonSchema(schema: z.ZodObject): NonNullable<Tool['outputSchema']> {
  return { type: 'object', anyOf: [{ title: 'Result', ...plain(schema, 'output') }, errorJsonSchema] };
}

const errorJsonSchema = {
  title: 'Error',
  type: 'object',
  properties: {
    code: { type: 'string', description: 'Stable; the guide lists them.' },
    message: { type: 'string' },
    retry_after_ms: { type: 'integer' },
    details: { type: 'object' },
    news: { type: 'array', items: { type: 'string' } },
  },
  required: ['code', 'message'],
};

/** The formats that models' APIs know; one of them refuses the whole request for any other. */
const FORMATS: ReadonlySet<string> = new Set([
  'date-time',
  'time',
  'date',
  'duration',
  'email',
  'hostname',
  'ipv4',
  'ipv6',
  'uri',
  'uuid',
]);

function plain(schema: z.ZodObject, io: 'input' | 'output'): JsonSchema {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, {
    io,
    // zod bounds every integer by what a double can hold; which means nothing to an agent.
    override: ({ jsonSchema }) => {
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      // `contentEncoding` says it already.
      if (jsonSchema.contentEncoding === 'base64') delete jsonSchema.pattern;
      if (jsonSchema.format !== undefined && !FORMATS.has(jsonSchema.format)) delete jsonSchema.format;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    },
  });
  return portable(rest);
}

/**
 * The same schema for clients that know a single `type` at a time, and that take an empty schema for a mistake: several
 * types are branches, and further members of any kind are allowed by saying nothing.
 */
function portable(schema: JsonSchema): JsonSchema {
  const members = Object.entries(schema).flatMap(([key, value]): readonly (readonly [string, unknown])[] => {
    if (key === 'type' && Array.isArray(value)) return [['anyOf', value.map((type: unknown) => ({ type }))]];
    if (key === 'additionalProperties' && isEmpty(value)) return [];
    return [[key, portableIn(value)]];
  });
  return Object.fromEntries(members);
}

function portableIn(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(portableIn);
  return typeof value === 'object' && value !== null ? portable(value as JsonSchema) : value; // of a JSON Schema
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
