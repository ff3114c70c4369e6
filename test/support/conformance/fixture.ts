import type { CallContext } from '../../../src/server/mcp/catalogue/call/call-context.ts';
import { RpcError } from '../../../src/server/mcp/rpc/rpc.ts';
import { rpcCodes } from '../../../src/protocol/json-rpc.ts';
import { isRecord } from '../../../src/protocol/is-record.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A tool or a prompt of the official suite: what it answers to a call. */
export interface Fixture {
  /** Names of the arguments that it needs, all of them texts. */
  readonly takes?: readonly string[];
  run(args: Fields, ctx: CallContext): Fields | Promise<Fields>;
}

export const fieldsOf = (value: unknown): Fields => (isRecord(value) ? value : {});

/** What the client says that it can, in a request of 2026-07-28. */
export const capabilitiesOf = (ctx: CallContext): Fields =>
  fieldsOf(fieldsOf(ctx.params['_meta'])['io.modelcontextprotocol/clientCapabilities']);

/** What the client answered to an earlier `input_required`. */
export const responsesOf = (ctx: CallContext): Fields => fieldsOf(ctx.params['inputResponses']);

/** @throws RpcError -32021 for a client that has not said that it can be asked so */
export function needs(ctx: CallContext, capability: string): void {
  if (capability in capabilitiesOf(ctx)) return;
  const requiredCapabilities = { [capability]: {} };
  throw new RpcError(rpcCodes.missingCapability, `This needs a client with ${capability}.`, { requiredCapabilities });
}
