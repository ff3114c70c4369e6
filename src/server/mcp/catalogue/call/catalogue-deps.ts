import type { Attempt } from '../../../../hub/access/reach.ts';
import type { Actor } from '../../../../protocol/envelope.ts';
import type { EventWaits } from './event-waits.ts';
import type { NewsDesk } from '../news/news-desk.ts';
import type { PacedWakeups } from './paced-wakeups.ts';
import type { Services } from '../../../services.ts';

/** Tools whose work can be had in another way too: as a resource, a prompt or a completion, or over HTTP. */
export type ToolElsewhere =
  | 'event_list'
  | 'file_list'
  | 'file_read'
  | 'job_list'
  | 'lock_list'
  | 'upload_create'
  | 'workspace_get';

/** What tools, resources and prompts work with. */
export interface CatalogueDeps extends Services {
  /** Where agents reach the hub, e.g. `http://127.0.0.1:7337`; asked each time, as the port is known only once it listens. */
  readonly urls: { readonly base: () => string };
  /** The guide for agents, as Markdown, for a client that reaches the hub at this address. */
  readonly guide: (base: string) => string;
  /** For calls of which thousands may wait for the same event. */
  readonly wakeups: PacedWakeups;
  /** For answers of which thousands may wait for the same write to the disk. */
  readonly answers: PacedWakeups;
  readonly eventWaits: EventWaits;
  /** What is new for each agent. */
  readonly news: NewsDesk;
  /** Checks that a key was given the tool that reads what it reads in another way. @throws HubError `forbidden` */
  readonly requireTool: (attempt: Attempt, tool: ToolElsewhere) => void;
  /** Whether an actor was given that tool. */
  readonly isGiven: (actor: Actor, tool: ToolElsewhere) => boolean;
}
