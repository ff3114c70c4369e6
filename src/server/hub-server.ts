import type { Worker } from 'node:worker_threads';
import type { StartJobProcess } from '../hub/jobs/job-process.ts';
import type { Logger } from '../hub/logger.ts';
import type { Timers } from '../hub/timers.ts';
import type { Channel } from '../protocol/api.ts';
import type { ToolPolicy } from '../protocol/tool-policy.ts';
import type { Recorder } from '../recorder/recorder.ts';
import type { ClientsOf } from './desk/deps.ts';
import type { SampleAgentLauncher } from './desk/sample-agents-run.ts';
import type { PeerLimits } from './http/peers.ts';
import type { Catalogue } from './mcp/catalogue/catalogue.ts';
import type { Services } from './services.ts';
import type { Deliveries } from './taps/deliveries.ts';

/** How a hub is started; everything has a default. */
export interface HubServerOptions {
  /** Default: the platform's usual place. */
  readonly dataDir?: string;
  /** Address to listen on. Default 127.0.0.1. */
  readonly host?: string;
  /** 0 picks a free one. Default 7337. */
  readonly port?: number;
  readonly now?: () => number;
  readonly timers?: Timers;
  /** Between two signs of life on each stream, in ms. Default 10,000; clients need one every 15 s. */
  readonly keepAliveMs?: number;
  /** After how long a session with nothing under way is closed, in ms. Default 30 minutes. */
  readonly sessionIdleMs?: number;
  /** Bytes that may wait on a stream for a slow reader. Default 4 MiB. */
  readonly streamQueueBytes?: number;
  /** Largest body of an MCP message, in bytes. Default 4 MiB. */
  readonly bodyCapBytes?: number;
  /** How long a request's head may take to arrive, and how long a message's body, in ms. Default 30,000. */
  readonly requestTimeoutMs?: number;
  /** How long peers may stand still, where another time than usual is wanted. */
  readonly peerLimits?: Partial<PeerLimits>;
  /** Requests per second of a key; 0 for no limit. Default: none where only this machine reaches the hub, else 100. */
  readonly requestsPerSecond?: number;
  /** Limits other than usual, by the names of `hub/limits.ts`. */
  readonly limits?: Readonly<Record<string, number>>;
  /** Which tools the key of the first launch has. Default: the usual ones. */
  readonly firstKeyTools?: ToolPolicy;
  /** More names to take in `Host` and `Origin`, `name` or `name:port`. */
  readonly allowedHosts?: readonly string[];
  /** Where agents reach the hub, as behind a proxy or a tunnel, e.g. `https://hub.example`; its name is allowed too. */
  readonly publicUrl?: string;
  /** Whether an address that other machines reach is meant. */
  readonly allowRemote?: boolean;
  /** Files with the certificate (and its chain) and its private key, PEM: the hub speaks TLS then. */
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  /** Whether a proxy with TLS stands before the hub, at {@link publicUrl}. */
  readonly behindProxy?: boolean;
  /** The built dashboard. Without it the hub serves agents only. */
  readonly dashboardDir?: string;
  readonly sampleAgents?: SampleAgentLauncher;
  /** How the thread that writes the log is started; `startAhead` has one begun. */
  readonly startWriter?: () => Worker;
  /** How processes for jobs are started. Default: on the Node that runs the hub. */
  readonly startJobProcess?: StartJobProcess;
  /** Whether the channels of `api` may name files by their paths on this machine (Electron); browsers never may. */
  readonly importPaths?: boolean;
  /** Whose clients the desk sets up. Default: those of the person whom this process runs as. */
  readonly clientsOf?: ClientsOf;
  /** Changes what is offered to agents: for programs that embed a hub, such as the conformance test's. */
  readonly offered?: (own: Catalogue) => Catalogue;
  readonly logger?: Logger;
}

/** A hub that runs, with its edges. */
export interface HubServer extends Services {
  /** Such as `http://127.0.0.1:7337`. */
  readonly url: string;
  readonly sse: string;
  readonly mcp: string;
  /** The dashboard, with the token that logs in behind `#`. */
  readonly dashboardUrl: string;
  /** The token of this launch for the person at the desk; never an agent's key. */
  readonly adminToken: string;
  /** The secret of the first agent's key, at the first launch only. */
  readonly firstKey?: string;
  readonly recorder: Recorder;
  readonly deliveries: Deliveries;
  /** Serves a dashboard over a channel whose other end is trusted (Electron); returns what ends it. */
  api(channel: Channel): () => void;
  /** Reads the files of the certificate again, as when they change; does nothing without one. */
  renewCertificate(): void;
  /** Answers the dashboard's HTTP requests as from the person at the desk (Electron's `app://`). */
  fetch(request: Request): Promise<Response>;
  /** Ends streams and calls with a reason, frees the port, and gives the data directory back. */
  close(): Promise<void>;
}
