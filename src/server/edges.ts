import type { Attempt } from '../hub/access/reach.ts';
import type { Services } from './services.ts';
import { createDesk, type Desk, type DeskOptions } from './desk/desk.ts';
import { type Catalogue, createCatalogue } from './mcp/catalogue/catalogue.ts';
import { filesNamed } from './mcp/catalogue/tools/all-tools.ts';
import { listBytes, toolReach } from './mcp/catalogue/tools/tools-of.ts';
import type { ToolElsewhere } from './mcp/catalogue/call/catalogue-deps.ts';
import { requireTool } from './mcp/catalogue/tools/require-tool.ts';
import { createWires, type Wires, type WiresOptions } from './mcp/wires.ts';

/** What both edges work with besides the services. */
type Shared = Pick<DeskOptions, 'recorder' | 'deliveries' | 'logger'>;

export interface EdgesOptions {
  readonly services: Services;
  /** Where the hub is reached, once it listens. */
  readonly url: () => string;
  readonly shared: Shared & Pick<WiresOptions, 'logger'>;
  readonly wires: Omit<WiresOptions, keyof Shared | 'hub' | 'inUse' | 'catalogue'>;
  /** Puts something before or beside what the hub offers to agents; as it is by default. */
  readonly offered?: ((own: Catalogue) => Catalogue) | undefined;
  readonly desk: Omit<
    DeskOptions,
    keyof Shared | keyof Services | 'url' | 'filesNamed' | 'toolReach' | 'listBytes' | 'closeSession'
  >;
}

/** The edges for agents and for people. They are most of the code: it is loaded while the log is being opened. */
export function createEdges({ services, url, shared, ...options }: EdgesOptions): {
  readonly wires: Wires;
  readonly desk: Desk;
  readonly requireTool: (attempt: Attempt, tool: ToolElsewhere) => void;
  readonly newsFor: Catalogue['newsFor'];
} {
  const { hub, inUse } = services;
  const own = createCatalogue({ ...services, urls: { base: url } }, shared.deliveries);
  const catalogue = options.offered?.(own) ?? own;
  const wires = createWires({ hub, inUse, ...shared, catalogue, ...options.wires });
  const desk = createDesk({
    ...services,
    ...shared,
    url,
    filesNamed,
    toolReach,
    listBytes,
    closeSession: (id, reason) => wires.closeSession(id, reason),
    ...options.desk,
  });
  return { wires, desk, requireTool: (attempt, tool) => requireTool(hub, attempt, tool), newsFor: own.newsFor };
}
