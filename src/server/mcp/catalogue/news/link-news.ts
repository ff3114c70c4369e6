import type { EventOf } from '../../../../protocol/events.ts';
import type { HubState } from '../../../../protocol/state.ts';
import type { NewsFacts } from './news-item.ts';
import { quotedForModel } from './quoted.ts';

/** Wrong passwords that were tried on a link, for its owners. That a link is over is no news: its maker set its end. */
export function linkNews(event: EventOf<'link.refused'>, { workspaces }: HubState): NewsFacts | undefined {
  if (event.why !== 'password') return undefined;
  const { workspace, linkId, tries } = event;
  const [path, name, from] = [event.path, workspaces.get(workspace)?.name ?? workspace, event.remote].map(
    quotedForModel,
  );
  const all = tries === 1 ? '' : `, the last of ${tries} tries`;
  return {
    aim: { kind: 'owners', workspace },
    says: `A wrong password was tried on the download link ${linkId} to ${path} in ${name}, from ${from}${all}. If that is nobody you know, call link_revoke, or tell the person.`,
  };
}
