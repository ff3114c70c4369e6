import type { CallToolResult } from '@modelcontextprotocol/server';
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/server/validators/ajv';
import type { HubOptions } from '../../src/hub/store/hub-options.ts';
import { openSession } from '../../src/hub/rules/sessions.ts';
import type { HubError } from '../../src/protocol/errors.ts';
import type { Role } from '../../src/protocol/roles.ts';
import type { CallContext } from '../../src/server/mcp/catalogue/call/call-context.ts';
import { createCatalogue, type Catalogue } from '../../src/server/mcp/catalogue/catalogue.ts';
import { toolNamed } from '../../src/server/mcp/catalogue/tools/all-tools.ts';
import { Deliveries } from '../../src/server/taps/deliveries.ts';
import { openServices, type Services } from '../../src/server/services.ts';
import { openTestHub, type TestHub } from './open-hub.ts';

export const BASE_URL = 'http://127.0.0.1:7337';

/** JSON that a test looks into without caring for its type; {@link textIn} and `Number` make plain values of it. */
export interface Loose {
  readonly [name: string]: Loose;
}

/** The text that an answer has here. */
export function textIn(value: Loose | undefined): string {
  if (typeof value !== 'string') throw new Error(`Not a text: ${JSON.stringify(value)}`);
  return value;
}

/** What a tool answered, its structured half ready to be looked into. */
export type ToolAnswer = CallToolResult & { readonly structuredContent: Loose };

/** An agent in a session of its own, as a wire would bring it to the catalogue. */
export interface CatalogueAgent {
  readonly keyId: string;
  readonly ctx: CallContext;
  /** Why the wire was asked to end the connection, in order. */
  readonly ended: HubError[];
  /** A context that differs in what is given: its own signal, progress … */
  with(changes: Partial<CallContext>): CallContext;
  call(tool: string, args?: object, changes?: Partial<CallContext>): Promise<ToolAnswer>;
  /** The structured result; fails the test when the tool refused, or its answer is not after its schema. */
  ok(tool: string, args?: object, changes?: Partial<CallContext>): Promise<Loose>;
  /** The refusal's structured form; fails the test when the tool did not refuse. */
  refused(tool: string, args?: object): Promise<Loose>;
}

export interface TestCatalogue extends TestHub, Omit<Services, 'hub' | 'locks' | 'inUse'> {
  readonly catalogue: Catalogue;
  /** Who was notified of which file. */
  readonly deliveries: Deliveries;
  /** An agent with a role in `default`, in an open session. */
  join(name: string, role?: Role): Promise<CatalogueAgent>;
}

/** The catalogue on a real hub, with files, uploads and jobs, without any wire. `await using` ends it. */
export async function openCatalogue(options: Partial<HubOptions> = {}): Promise<TestCatalogue & AsyncDisposable> {
  const test = await openTestHub(options);
  const { hub, dispose: disposeHub } = test;
  test.locks.close(); // the services have their own
  const services = await openServices(hub);
  test.locks = services.locks;
  const { files, uploads, jobs, links, knowledge, retention } = services;
  const deliveries = new Deliveries();
  const catalogue = createCatalogue({ ...services, urls: { base: () => BASE_URL } }, deliveries);
  const dispose = async (): Promise<void> => {
    await knowledge.close();
    await retention.close();
    links.close();
    await jobs.close();
    await uploads.close();
    await files.close();
    await disposeHub();
  };
  const validate = validator();
  let sessions = 0;
  const join = async (name: string, role?: Role): Promise<CatalogueAgent> => {
    const { keyId } = await test.agent(name, role);
    const sessionId = `ses_${name}_${sessions++}`;
    const origin = { actor: { kind: 'agent', key: keyId, session: sessionId }, cause: `frm_${name}` } as const;
    await hub.execute(openSession, { sessionId, wire: 'sse', keyId, remote: '127.0.0.1' }, origin);
    const ended: HubError[] = [];
    const key = hub.state.keys.get(keyId);
    if (!key) throw new Error(`The hub does not know the key of ${name}`);
    const ctx: CallContext = {
      origin,
      key,
      sessionId,
      wire: 'sse',
      protocolVersion: '2025-11-25',
      params: {},
      signal: new AbortController().signal,
      endConnection: (refusal) => ended.push(refusal),
    };
    const call: CatalogueAgent['call'] = async (tool, args = {}, changes = {}) =>
      (await catalogue.tools.call(tool, args, { ...ctx, ...changes })) as ToolAnswer;
    return {
      keyId,
      ctx,
      ended,
      with: (changes) => ({ ...ctx, ...changes }),
      call,
      async ok(tool, args, changes) {
        const answer = await call(tool, args, changes);
        validate(tool, answer);
        if (answer.isError) throw new Error(`${tool} refused: ${JSON.stringify(answer.structuredContent)}`);
        return answer.structuredContent;
      },
      async refused(tool, args) {
        const answer = await call(tool, args);
        validate(tool, answer);
        if (!answer.isError) throw new Error(`${tool} did not refuse: ${JSON.stringify(answer.structuredContent)}`);
        return answer.structuredContent;
      },
    };
  };
  return Object.assign(test, {
    catalogue,
    deliveries,
    files,
    uploads,
    jobs,
    links,
    knowledge,
    retention,
    join,
    dispose,
    [Symbol.asyncDispose]: dispose,
  });
}

/** Holds an answer against its tool's output schema: the result's half of it, or the error's. */
function validator(): (tool: string, answer: ToolAnswer) => void {
  const ajv = new AjvJsonSchemaValidator();
  return (tool, answer) => {
    const halves = toolNamed(tool)?.outputSchema['anyOf'];
    if (!Array.isArray(halves)) throw new Error(`${tool} has no output schema of two halves`);
    const outcome = ajv.getValidator<object>(halves[answer.isError ? 1 : 0])(answer.structuredContent);
    if (!outcome.valid) throw new Error(`${tool} answered against its schema: ${outcome.errorMessage}`);
  };
}
