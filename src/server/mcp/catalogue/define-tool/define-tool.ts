import type { CallToolResult } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { HubError } from '../../../../protocol/errors.ts';
import { argumentError } from './argument-errors.ts';
import { Call } from '../call/tool-call.ts';
import { hasTool } from './has-tool.ts';
import { inputJsonSchema, outputJsonSchema } from './json-schema.ts';
import { render } from '../views/render.ts';
import { toolError } from './tool-error.ts';
import { logCall } from './log-call.ts';
import { normalized } from './named-files.ts';
import type { ToolDefinition } from './tool.ts';
import { formFor, shaped } from './result-form.ts';
import type { ToolOutput, Ran, ToolSpec } from './tool-spec.ts';

/** Beside any result: what is new for its caller since its last call. */
const newsShape = z.array(z.string()).optional();

/**
 * Turns a tool's description into what the wires call. A call is parsed, run, logged as
 * `tool.called`, and answered once everything that it saw and did is on disk: one wait for what it
 * committed and for its line, which the log writes together. A call that only read does not wait for its line.
 */
export function defineTool<In extends z.ZodRawShape, Out extends z.ZodRawShape>(
  spec: ToolSpec<In, Out>,
): ToolDefinition {
  const input = z.strictObject(spec.input);
  const { name, title, description, role, needsNoWorkspace = false, effect } = spec;
  const annotations = {
    title,
    readOnlyHint: effect === 'reads',
    destructiveHint: effect === 'destroys',
    idempotentHint: spec.idempotent,
    openWorldHint: false,
  };
  // Made when first asked for, so that a start does not wait for what only tools/list needs.
  let inputSchema: ToolDefinition['inputSchema'] | undefined;
  let outputSchema: ToolDefinition['outputSchema'] | undefined;
  const ofPolicy = { name, role, effect, ...(spec.set === undefined ? {} : { set: spec.set }) };
  return {
    ...ofPolicy,
    title,
    description,
    needsNoWorkspace,
    mayBeLarge: 'max_bytes' in spec.input || spec.mayBeLarge === true,
    get inputSchema() {
      return (inputSchema ??= inputJsonSchema(input));
    },
    get outputSchema() {
      return (outputSchema ??= outputJsonSchema(z.strictObject({ ...spec.output, news: newsShape })));
    },
    annotations,
    filesNamed: (args) => {
      const outcome = input.safeParse(withoutBlanks(input, args));
      return outcome.success ? normalized(spec.files(outcome.data)) : [];
    },
    call: async (args, ctx, deps) => {
      const began = performance.now();
      const given = withoutBlanks(input, args);
      const logged = withoutSecrets(given, spec.secrets);
      const call = new Call(deps, ctx, name, role);
      let refusal: HubError | undefined;
      let ran: Ran<z.output<z.ZodObject<Out>>> | undefined;
      try {
        if (!hasTool(call.key.tools, ofPolicy)) throw call.notGiven();
        const running = spec.run(parsed(spec, input, given), call);
        ran = running instanceof Promise ? await running : running;
      } catch (error) {
        if (!(error instanceof HubError)) {
          logCall(call, { spec, args: logged, began }, 'internal');
          throw error; // a bug: the wire answers with a JSON-RPC internal error
        }
        refusal = error;
      }
      const { hub } = deps;
      const reported = ran && 'sawSeq' in ran ? ran.sawSeq : undefined;
      const saw = hub.durable(reported ?? hub.changedSeq);
      // What a call did and its line are one write, for which the answer waits. Where it did nothing, it waits for what
      // it saw alone; its line is written with what comes next: as a write of its own it would keep that waiting.
      const isLineFirst = reported === undefined && (ran === undefined || effect !== 'reads' || hub.isBehind);
      logCall(call, { spec, args: logged, began }, refusal ?? 'ok', isLineFirst ? 'now' : 'soon');
      try {
        await (isLineFirst ? hub.durable() : saw);
      } catch {
        // The disk refused this call's line in the log. The answer stands if everything that it reports is on disk.
        const lost = await saw.then(noError, onlyHubError);
        if (lost) return shaped(toolError(lost), formFor(deps, ctx), undefined);
      }
      await deps.answers.turn();
      const found = call.news();
      const news = found instanceof Promise ? await found : found;
      const result = ran ? answerTo(ran) : toolError(refusal ?? new HubError('internal', `${name} gave no answer.`));
      return shaped(result, formFor(deps, ctx), news);
    },
  };
}

function parsed<In extends z.ZodRawShape, Out extends z.ZodRawShape>(
  spec: ToolSpec<In, Out>,
  input: z.ZodObject<In, z.core.$strict>,
  given: unknown,
): z.output<z.ZodObject<In, z.core.$strict>> {
  const outcome = input.safeParse(given);
  if (!outcome.success) throw argumentError(spec.name, input, given, outcome.error.issues);
  const wrong = spec.check?.(outcome.data);
  if (wrong) throw wrong;
  return outcome.data;
}

/** What a run comes to now that all of it is on disk. */
function answerTo<Result extends Record<string, unknown>>(ran: Ran<Result>): CallToolResult {
  try {
    const answer = 'onceOnDisk' in ran ? ran.onceOnDisk() : ran;
    const takenBack = answer.takenBack?.();
    return takenBack ? toolError(takenBack) : answered(answer);
  } catch (error) {
    return toolError(onlyHubError(error)); // what it was to report is gone by now
  }
}

function noError(): undefined {
  return undefined;
}

function onlyHubError(error: unknown): HubError {
  if (error instanceof HubError) return error;
  throw error;
}

/**
 * The arguments without what stands for nothing: `null`, and an empty text where the argument may be left out and
 * takes no empty text, which models fill in for what they mean to leave out. No arguments are `{}`.
 */
function withoutBlanks(input: z.ZodObject, args: unknown): unknown {
  if (args === undefined || args === null) return {};
  if (typeof args !== 'object' || Array.isArray(args)) return args;
  const given = Object.entries(args);
  if (!given.some(([, value]) => value === null || value === '')) return args;
  return Object.fromEntries(
    given.filter(([name, value]) => value !== null && !(value === '' && isBlankFor(input, name))),
  );
}

/** The arguments as the log may have them: of a secret not even a digest. */
function withoutSecrets(args: unknown, secrets: readonly string[] = []): unknown {
  if (secrets.length === 0 || typeof args !== 'object' || args === null) return args;
  return Object.fromEntries(Object.entries(args).filter(([name]) => !secrets.includes(name)));
}

function isBlankFor({ shape }: z.ZodObject, name: string): boolean {
  const field: unknown = Object.hasOwn(shape, name) ? shape[name] : undefined;
  return field instanceof z.ZodType && field.safeParse(undefined).success && !field.safeParse('').success;
}

function answered<Result extends Record<string, unknown>>({
  result,
  say,
  content,
}: ToolOutput<Result>): CallToolResult {
  return { content: content ?? [{ type: 'text', text: render(say, result) }], structuredContent: result };
}
