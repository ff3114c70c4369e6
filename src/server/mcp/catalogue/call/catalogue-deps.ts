import type { Attempt } from '../../../../hub/access/reach.ts';
import type { EventWaits } from './event-waits.ts';
import type { NewsDesk } from '../news/news-desk.ts';
import type { PacedWakeups } from './paced-wakeups.ts';
import type { Services } from '../../../services.ts';

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
  /** Checks that a key was given the tool that reads files, before it reads one as a resource. @throws HubError `forbidden` */
  readonly requireFileRead: (attempt: Attempt) => void;
}
