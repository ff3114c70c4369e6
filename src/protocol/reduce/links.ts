import type { EventsOf } from '../events.ts';
import { isLinkOver } from '../link-over.ts';
import type { HubState } from '../state.ts';
import { timeOf } from '../time-of.ts';

/** How many links of a workspace that are over stay in the state: who comes late learns why it is over. */
const MOST_OVER = 20;

/** Direct download links. */
export function reduceLink(state: HubState, event: EventsOf<'link'>): void {
  switch (event.type) {
    case 'link.created': {
      const { linkId: id, workspace, fileId, path, version, expiresAt, maxUses, passwordHash } = event;
      state.links.set(id, {
        id,
        workspace,
        fileId,
        path,
        version,
        createdBy: event.actor,
        createdAt: timeOf(event),
        expiresAt,
        ...(maxUses === undefined ? {} : { maxUses }),
        ...(passwordHash === undefined ? {} : { passwordHash }),
        uses: 0,
      });
      return forgetOldest(state, workspace, timeOf(event));
    }
    case 'link.used': {
      const link = state.links.get(event.linkId);
      if (link) state.links.set(link.id, { ...link, uses: link.uses + event.uses, usedAt: timeOf(event) });
      return;
    }
    case 'link.refused': {
      const link = state.links.get(event.linkId);
      if (!link) return;
      const { why, tries, remote } = event;
      const refused = { tries: (link.refused?.tries ?? 0) + tries, why, remote, at: timeOf(event) };
      state.links.set(link.id, { ...link, refused });
      return;
    }
    case 'link.revoked': {
      const link = state.links.get(event.linkId);
      if (link) state.links.set(link.id, { ...link, revokedAt: timeOf(event) });
      return;
    }
    default:
      event satisfies never;
  }
}

/** Those of a workspace that is gone. */
export function forgetLinks(state: HubState, workspace: string): void {
  for (const link of state.links.values()) if (link.workspace === workspace) state.links.delete(link.id);
}

function forgetOldest(state: HubState, workspace: string, now: number): void {
  const over = [...state.links.values()].filter((link) => link.workspace === workspace && isLinkOver(link, now));
  for (const { id } of over.slice(0, Math.max(0, over.length - MOST_OVER))) state.links.delete(id);
}
