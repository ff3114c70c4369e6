import type { HubEvent } from './events.ts';
import type { StateSnapshot } from './snapshot.ts';

/** Facts about the hub that do not change while it runs. */
export interface HubInfo {
  /** `CHANNEL_VERSION` of the hub. */
  readonly protocolVersion: number;
  readonly productVersion: string;
  /** Random per launch; frames and pulses of another launch are not there any more. */
  readonly launchId: string;
  /** Identifies the log: a replica of another log must not be continued. */
  readonly logId: string;
  readonly startedAt: number;
  /** Where agents connect, e.g. `http://127.0.0.1:7337`. */
  readonly url: string;
  readonly dataDir: string;
  readonly node: string;
  /** Whether `sampleAgentsStart` can work in this host. */
  readonly sampleAgents: boolean;
  /** Whether files can be handed over by path (Electron). */
  readonly localPaths: boolean;
}

/** The first answer on a channel: everything, or just what was missed. */
export type OpenAnswer = { readonly hub: HubInfo; readonly now: number } & (
  | { readonly kind: 'snapshot'; readonly state: StateSnapshot; readonly recent: readonly HubEvent[] }
  | { readonly kind: 'events'; readonly events: readonly HubEvent[] }
);
