import type { Tool } from '@modelcontextprotocol/server';
import type { ToolDefinition } from '../define-tool/tool.ts';

/**
 * Claude Code cuts results at some 25,000 tokens; of a tool with this it passes on so many characters, 500,000 at most
 * (https://code.claude.com/docs/en/mcp).
 */
const LARGE_RESULTS = { 'anthropic/maxResultSizeChars': 500_000 };

/** A tool as `tools/list` has it, for programs: whole, with the schema of its results. */
export function listedWhole(tool: ToolDefinition): Tool {
  const { outputSchema, annotations } = tool;
  return { ...named(tool, tool.inputSchema), title: tool.title, outputSchema, annotations, ...meta(tool) };
}

/** {@link listedWhole} without the schema of its results, for clients whose models are given content alone. */
export function listedWithoutResults(tool: ToolDefinition): Tool {
  const { outputSchema: _results, ...rest } = listedWhole(tool);
  return rest;
}

/**
 * A tool as `tools/list` has it for a model, which reads all of them before each of its turns: without the schema of
 * its results, which no model is shown, without bounds that a refusal explains once they matter, and without
 * a title and arguments that the usual does for. A call may give them all the same, so the schema does not close others out.
 */
export function listedBriefly(tool: ToolDefinition): Tool {
  const { readOnlyHint, destructiveHint, idempotentHint, openWorldHint } = tool.annotations;
  const annotations = readOnlyHint
    ? { readOnlyHint, openWorldHint }
    : { destructiveHint, ...(idempotentHint ? { idempotentHint } : {}), openWorldHint };
  const { type, required, properties = {} } = tool.inputSchema;
  const isList = 'limit' in properties && 'max_bytes' in properties;
  const kept = Object.entries(properties).filter(([name]) => !SELDOM.has(name) && !(isList && name === 'max_bytes'));
  const schema = {
    type,
    properties: Object.fromEntries(kept.map(([name, argument]) => [name, brief(argument)])),
    ...(required === undefined ? {} : { required }),
  };
  return { ...named(tool, schema as Tool['inputSchema']), annotations, ...(isList ? {} : meta(tool)) };
}

function named({ name, description }: ToolDefinition, inputSchema: Tool['inputSchema']) {
  return { name, description, inputSchema };
}

function meta({ mayBeLarge }: ToolDefinition): Pick<Tool, '_meta'> {
  return mayBeLarge ? { _meta: LARGE_RESULTS } : {};
}

/** Arguments that programs use; `lock_token` guards a write as well as `fence` does. */
const SELDOM: ReadonlySet<string> = new Set(['fence', 'sha256']);
/** Bounds of texts and lists. A value outside of them is refused with what is accepted. */
const BOUNDS: ReadonlySet<string> = new Set([
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'pattern',
  'contentEncoding',
]);
/** Words that a model can keep of a list of choices. */
const MOST_CHOICES = 12;
/** Numbers that only say that a count is a count, or what the hub can take. */
const PLAIN_NUMBERS: ReadonlySet<unknown> = new Set([0, 1, 1_000, 4_096, 1_048_576, 3_600_000]);

/** The schema of an argument without what a model does not need. */
function brief(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(brief);
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([key, value]) => !isSpare(key, value))
      .map(([key, value]) => [key, key === 'default' ? value : brief(value)]),
  );
}

function isSpare(key: string, value: unknown): boolean {
  if (key === 'minimum' || key === 'maximum') return PLAIN_NUMBERS.has(value);
  return BOUNDS.has(key) || (key === 'enum' && Array.isArray(value) && value.length > MOST_CHOICES);
}
