import type { AgentLink, LinkOptions } from './agent-link.ts';
import { connectStateless } from './stateless-link.ts';
import { connectSse } from './sse-link.ts';
import { connectStreamable } from './streamable-link.ts';
import { STATELESS, type Wire } from '../protocol/wire-names.ts';

/** How an agent connects, by wire. */
export const connections: Readonly<Record<Wire, (options: LinkOptions) => Promise<AgentLink>>> = {
  sse: connectSse,
  streamable: connectStreamable,
  [STATELESS]: connectStateless,
};
