import type { Recorder } from '../../recorder/recorder.ts';
import type { Deliveries } from '../taps/deliveries.ts';
import type { ToolReach } from '../../protocol/records.ts';
import type { HubState, KeyState } from '../../protocol/state.ts';
import type { ClientSetupOptions } from '../../setup/client-setup.ts';
import type { Services } from '../services.ts';
import type { WaitingLogins } from '../logins/waiting-logins.ts';
import type { ConnectSecret } from './connect-secret.ts';
import type { SampleAgents } from './sample-agents-run.ts';

/** A machine, and what starts `connect` on it. */
export type ClientsOf = Pick<ClientSetupOptions, 'machine' | 'program'>;

/** What the calls of a dashboard work on. */
export interface CallDeps extends Services {
  readonly recorder: Recorder;
  readonly deliveries: Deliveries;
  /** Where agents connect, e.g. `http://127.0.0.1:7337`. */
  readonly url: () => string;
  /** Where agents reach the hub from outside, if the person said so: what addresses that are given away begin with. */
  readonly publicUrl?: string | undefined;
  /** Ends a session on whatever wire it is; throws `session_unknown`. */
  readonly closeSession: (sessionId: string, reason: string) => Promise<void>;
  /** The files that a tool call names, as its tool says; without a version the newest is meant. */
  readonly filesNamed: (
    tool: string,
    args: unknown,
  ) => readonly { readonly path: string; readonly version?: number | undefined }[];
  /** Every tool, and whether a key has it: by what `tools/list` and calls are decided by. */
  readonly toolReach: (state: HubState, key: Pick<KeyState, 'id' | 'tools'>) => readonly ToolReach[];
  /** Bytes of a key's `tools/list`. */
  readonly listBytes: (state: HubState, key: Pick<KeyState, 'id' | 'tools'>) => number;
  /** Makes the secrets of keys of `signalbox connect`. */
  readonly connectSecret: ConnectSecret;
  /** The logins that wait for the person. */
  readonly logins: () => Promise<Pick<WaitingLogins, 'allow' | 'deny'>>;
  readonly sampleAgents: SampleAgents | undefined;
  /** Whether `signalbox connect` finds the data directory without being told. */
  readonly isUsualDataDir: boolean;
  /** Whose clients are set up. Default: those of this machine's person. */
  readonly clientsOf?: ClientsOf | undefined;
}
