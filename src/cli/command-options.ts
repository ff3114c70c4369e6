import type { FrameFormat } from '../protocol/export/frame-formats.ts';
import type { ExportFormat } from '../protocol/words/audit-rows.ts';
import type { Role } from '../protocol/roles.ts';
import type { ToolSetName } from '../protocol/tool-policy.ts';

/** Options of commands that talk to a running hub. */
export interface TalkOptions {
  readonly url?: string;
  readonly adminToken?: string;
  readonly dataDir?: string;
  readonly json?: boolean;
}

/** Of `serve`. */
export interface ServeOptions {
  readonly port: number;
  readonly host: string;
  readonly dataDir?: string;
  readonly requestsPerSecond?: number;
  /** Limits other than usual, by name. */
  readonly limit?: Readonly<Record<string, number>>;
  readonly allowHost?: string[];
  readonly publicUrl?: string;
  readonly allowRemote?: boolean;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly behindProxy?: boolean;
  readonly json?: boolean;
  readonly logLevel: string;
}

export interface KeysCreateOptions extends TalkOptions {
  readonly workspace?: string;
  readonly role: Role;
  readonly expires?: string;
  readonly tools: ToolSetName;
  readonly note?: string;
  /** For `signalbox connect`: no secret is printed. */
  readonly connect?: boolean;
}

export interface KeysRotateOptions extends TalkOptions {
  /** A duration, or 0. */
  readonly grace: string;
}

export interface KeysSuspendOptions extends TalkOptions {
  readonly reason?: string;
}

/** Of `setup`. */
export interface SetupOptions extends TalkOptions {
  readonly as?: string;
  readonly role?: Role;
  readonly workspace?: string;
  /** Whether the client may use the tools unasked, where its entry can say so. */
  readonly allow?: boolean;
  /** Whether another entry of our name may go. */
  readonly replace?: boolean;
  readonly yes?: boolean;
  readonly undo?: boolean;
  readonly print?: boolean;
}

export interface AgentOptions extends TalkOptions {
  readonly workspace?: string;
}

export interface AuditTailOptions extends TalkOptions {
  readonly follow?: boolean;
  readonly lines: number;
  readonly workspace?: string;
  readonly type?: string[];
  readonly actor?: string;
  readonly involving?: string;
}

/** Of `audit verify`. */
export interface AuditVerifyOptions extends TalkOptions {
  readonly contents?: boolean;
  /** File of a signed checkpoint. */
  readonly checkpoint?: string;
  /** File of an export as JSON Lines. */
  readonly export?: string;
}

/** Of `audit prune`. */
export interface AuditPruneOptions extends TalkOptions {
  /** Ms since the epoch. */
  readonly before?: number;
  /** A duration. */
  readonly olderThan?: string;
  readonly dryRun?: boolean;
}

/** Of `audit export`; times in ms since the epoch. */
export interface AuditExportOptions extends TalkOptions {
  readonly format: ExportFormat;
  readonly workspace?: string;
  readonly type?: string[];
  readonly actor?: string;
  readonly since?: number;
  readonly until?: number;
}

export interface WireTailOptions extends TalkOptions {
  readonly filter?: string;
  readonly lines: number;
}

export interface WireExportOptions extends TalkOptions {
  readonly filter?: string;
  readonly format: FrameFormat;
  /** Bodies too. */
  readonly content: boolean;
  readonly output?: string;
}

/** Of `audit recover`, which talks to no hub. */
export interface RecoverOptions {
  readonly dataDir?: string;
  readonly json?: boolean;
}
