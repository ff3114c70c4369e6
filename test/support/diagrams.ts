import { diagramOf } from '../../src/protocol/handshake/diagram.ts';
import { recordedAttempt, recordedSession } from '../../src/protocol/handshake/load.ts';
import { toMermaid } from '../../src/protocol/handshake/mermaid.ts';
import type { Diagram, DiagramSource } from '../../src/protocol/handshake/model.ts';
import type { RefusedConnection } from '../../src/protocol/refused-connection.ts';
import type { DashboardClient } from './dashboard-client.ts';
import type { TestServer } from './start-test-hub.ts';

type Extra = Partial<Pick<DiagramSource, 'now' | 'openings' | 'isOpen'>>;

/** Where the hub of a golden diagram is: its port is another each time. */
const URL_IN_DIAGRAMS = 'http://hub';

/** A session as the dashboard draws it. */
export async function sessionDiagram(
  hub: TestServer,
  desk: DashboardClient,
  sessionId: string,
  extra: Extra = {},
): Promise<Diagram> {
  const recorded = await recordedSession(desk.api, sessionId, 600);
  return diagramOf({ ...recorded, ...common(hub), ...extra });
}

/** What a client tried that was refused, as the dashboard draws it. */
export async function attemptDiagram(
  hub: TestServer,
  desk: DashboardClient,
  refused: RefusedConnection,
): Promise<Diagram> {
  const recorded = await recordedAttempt(desk.api, refused.frameIds);
  const { count, firstAt, lastAt, key } = refused;
  return diagramOf({ ...recorded, ...common(hub), sentKey: key.kind, tries: { count, firstAt, lastAt } });
}

function common({ server }: TestServer) {
  return {
    now: Date.now(),
    isOpen: true,
    url: URL_IN_DIAGRAMS,
    keyName: (keyId: string) => server.hub.state.keys.get(keyId)?.name,
  };
}

/** A diagram as text that is the same each time: without spans, ports and ids. */
export function golden(diagram: Diagram): string {
  return toMermaid(diagram, { span: () => '…', url: URL_IN_DIAGRAMS })
    .replaceAll(/127\.0\.0\.1:\d+/gu, '127.0.0.1:PORT')
    .replaceAll(/\b(ses|wsp|key|job)_[0-9a-z]+/gu, '$1_…');
}
