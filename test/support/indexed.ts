import type { Hub } from '../../src/hub/hub.ts';
import { updateWorkspace } from '../../src/hub/rules/workspaces.ts';
import type { EventOf } from '../../src/protocol/events.ts';
import { human } from './open-hub.ts';
import { untilEvent } from './until.ts';

/** Resolves with the event that says that a workspace is indexed, with all changes up to now. */
export async function untilReady(hub: Hub, workspace: string): Promise<EventOf<'index.updated'>> {
  const seq = Math.max(0, ...lastChanges(hub, workspace));
  const event = await untilEvent(
    hub,
    (each) =>
      each.type === 'index.updated' && each.workspace === workspace && each.state === 'ready' && each.throughSeq >= seq,
  );
  return event as EventOf<'index.updated'>; // found by its type
}

/** Switches the index of a workspace on, and waits until it is ready. */
export async function indexed(hub: Hub, workspace: string): Promise<EventOf<'index.updated'>> {
  const ready = untilReady(hub, workspace);
  await hub.execute(updateWorkspace, { workspace, intelligence: true }, human);
  return ready;
}

function lastChanges({ reader }: Hub, workspace: string): readonly number[] {
  return reader
    .prepare("SELECT max(seq) AS seq FROM events WHERE workspace = ? AND type LIKE 'file.%'")
    .all(workspace)
    .map(({ seq }) => Number(seq ?? 0));
}
