import type { EventOf } from '../../../../protocol/events.ts';
import type { HubState } from '../../../../protocol/state.ts';
import { formatSize } from '../../../../protocol/words/units.ts';
import type { NewsFacts } from './news-item.ts';
import { quotedForModel } from './quoted.ts';

/** What the person did to files: news to all who work there. What agents do is theirs to tell. */
export function fileNews(
  event: EventOf<'file.written' | 'file.moved' | 'file.copied' | 'file.deleted' | 'file.restored'>,
  { workspaces }: HubState,
): NewsFacts | undefined {
  if (event.actor.kind !== 'human') return undefined;
  const name = quotedForModel(workspaces.get(event.workspace)?.name ?? event.workspace);
  return { aim: { kind: 'members', workspace: event.workspace }, says: `The person ${wordsOf(event, name)}` };
}

function wordsOf(event: Parameters<typeof fileNews>[0], workspace: string): string {
  const path = quotedForModel(event.path);
  switch (event.type) {
    case 'file.written':
      return event.version === 1
        ? `added ${path} (${formatSize(event.sizeBytes)}) to ${workspace}. Look at it with file_read.`
        : `wrote version ${event.version} of ${path} in ${workspace}. Read it with file_read before you write to it.`;
    case 'file.moved':
      return `moved ${quotedForModel(event.from)} to ${path} in ${workspace}. Use the new path.`;
    case 'file.copied':
      return `copied ${quotedForModel(event.from)} to ${path} in ${workspace}.`;
    case 'file.deleted':
      return event.purged
        ? `deleted ${path} for good from ${workspace}.`
        : `deleted ${path} from ${workspace}. Leave it so unless you are asked to bring it back.`;
    case 'file.restored':
      return `brought back version ${event.fromVersion} of ${path} in ${workspace}, as version ${event.version}. Read it with file_read before you write to it.`;
    default:
      return event satisfies never;
  }
}
