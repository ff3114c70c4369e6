import { z } from 'zod';
import { hubErrorCodes } from './errors.ts';
import { roleSchema } from './roles.ts';

/** Who did it. The person at the desk is `human`; timers, queues and recovery are `hub`. */
export const actorSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('agent'), key: z.string(), session: z.string().optional() }),
  z.object({ kind: z.literal('human') }),
  z.object({ kind: z.literal('hub') }),
]);
export type Actor = z.infer<typeof actorSchema>;

/** What led to an event: the frame that asked for it, or the seq of an earlier event. */
export const causeSchema = z.union([z.string(), z.number().int()]);
export type Cause = z.infer<typeof causeSchema>;

export const wireSchema = z.enum(['sse', 'streamable', 'modern']);
export type Wire = z.infer<typeof wireSchema>;

export const fileSourceSchema = z.enum(['upload', 'tool', 'import', 'job']);
export type FileSource = z.infer<typeof fileSourceSchema>;

export const trafficSchema = z.object({
  framesIn: z.number().int(),
  framesOut: z.number().int(),
  bytesIn: z.number().int(),
  bytesOut: z.number().int(),
});
export type Traffic = z.infer<typeof trafficSchema>;

const workspace = z.string();
const errorCode = z.enum(hubErrorCodes);
const appears = {
  /** Whether the path held no file (or a deleted one) before. */
  appears: z.boolean(),
};
const fileFields = {
  workspace,
  fileId: z.string(),
  path: z.string(),
  /** 1 for the first version of a file; grows by 1 with each write, copy onto, or restore. */
  version: z.number().int().positive(),
  sha256: z.string(),
  sizeBytes: z.number().int().nonnegative(),
  mime: z.string(),
};

/** Past-tense facts, as rules yield them: type, workspace where there is one, and payload. */
export const eventBodySchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hub.started'), version: z.string(), pid: z.number().int() }),

  z.object({
    type: z.literal('key.created'),
    keyId: z.string(),
    name: z.string(),
    /** SHA-256 of the secret, hex; the secret itself is never stored. */
    secretSha256: z.string(),
    expiresAt: z.number().optional(),
  }),
  z.object({ type: z.literal('key.revoked'), keyId: z.string() }),

  z.object({
    type: z.literal('workspace.created'),
    workspace,
    name: z.string(),
    quotaBytes: z.number().int(),
    intelligence: z.boolean(),
  }),
  z.object({
    type: z.literal('workspace.updated'),
    workspace,
    name: z.string().optional(),
    quotaBytes: z.number().int().optional(),
    intelligence: z.boolean().optional(),
  }),
  z.object({ type: z.literal('workspace.deleted'), workspace }),
  z.object({ type: z.literal('member.set'), workspace, keyId: z.string(), role: roleSchema }),
  z.object({ type: z.literal('member.removed'), workspace, keyId: z.string() }),

  z.object({
    type: z.literal('session.opened'),
    sessionId: z.string(),
    wire: wireSchema,
    keyId: z.string(),
    remote: z.string(),
    userAgent: z.string().optional(),
  }),
  z.object({
    type: z.literal('session.initialized'),
    sessionId: z.string(),
    protocolVersion: z.string(),
    clientName: z.string(),
    clientVersion: z.string(),
    capabilities: z.array(z.string()),
  }),
  z.object({ type: z.literal('session.subscribed'), sessionId: z.string(), uri: z.string() }),
  z.object({ type: z.literal('session.unsubscribed'), sessionId: z.string(), uri: z.string() }),
  z.object({ type: z.literal('session.dropped'), sessionId: z.string(), reason: z.string() }),
  z.object({ type: z.literal('session.resumed'), sessionId: z.string() }),
  z.object({
    type: z.literal('session.closed'),
    sessionId: z.string(),
    reason: z.string(),
    traffic: trafficSchema,
  }),

  z.object({
    type: z.literal('file.written'),
    ...fileFields,
    ...appears,
    source: fileSourceSchema,
    uploadId: z.string().optional(),
    /** Fence of the lock under which it was written. */
    fence: z.number().int().optional(),
  }),
  z.object({ type: z.literal('file.moved'), ...fileFields, from: z.string() }),
  z.object({
    type: z.literal('file.copied'),
    ...fileFields,
    ...appears,
    /** How the bytes once came in: that of the version copied. */
    source: fileSourceSchema,
    from: z.string(),
    /** Present when the copy crossed workspaces. */
    fromWorkspace: z.string().optional(),
    fromVersion: z.number().int(),
  }),
  z.object({
    type: z.literal('file.deleted'),
    workspace,
    fileId: z.string(),
    path: z.string(),
    version: z.number().int(),
    /** True when the versions went too; `freedBytes` then says how much of the quota came back. */
    purged: z.boolean(),
    /** Whether a file was there until now; false when a deleted file's versions are purged. */
    disappears: z.boolean(),
    freedBytes: z.number().int().nonnegative(),
  }),
  z.object({
    type: z.literal('file.restored'),
    ...fileFields,
    ...appears,
    /** How the bytes once came in: that of the version restored. */
    source: fileSourceSchema,
    fromVersion: z.number().int(),
  }),

  z.object({
    type: z.literal('upload.started'),
    workspace,
    uploadId: z.string(),
    path: z.string(),
    sizeBytes: z.number().int().nonnegative(),
    sha256: z.string().optional(),
    /** What the uploader says it is; the content has the last word. */
    mime: z.string().optional(),
    /** The lock under which the file is to be written when the last byte is in. */
    lockId: z.string().optional(),
    fence: z.number().int().optional(),
    expiresAt: z.number(),
  }),
  z.object({ type: z.literal('upload.finished'), workspace, uploadId: z.string(), path: z.string() }),
  z.object({
    type: z.literal('upload.cancelled'),
    workspace,
    uploadId: z.string(),
    path: z.string(),
    reason: z.string(),
  }),

  z.object({
    type: z.literal('lock.acquired'),
    workspace,
    path: z.string(),
    /** The lock token. Its fence is this event's seq. */
    lockId: z.string(),
    keyId: z.string(),
    sessionId: z.string().optional(),
    ttlMs: z.number().int(),
    expiresAt: z.number(),
    reason: z.string().optional(),
    /** The waiter that this grant answers, when it had to queue. */
    waiterId: z.string().optional(),
    waitedMs: z.number(),
  }),
  z.object({
    type: z.literal('lock.queued'),
    workspace,
    path: z.string(),
    waiterId: z.string(),
    keyId: z.string(),
    sessionId: z.string().optional(),
    ttlMs: z.number().int(),
    /** When the wait gives up, ms since the epoch. */
    waitUntil: z.number(),
    reason: z.string().optional(),
  }),
  z.object({
    type: z.literal('lock.renewed'),
    workspace,
    path: z.string(),
    lockId: z.string(),
    ttlMs: z.number().int(),
    expiresAt: z.number(),
  }),
  z.object({
    type: z.literal('lock.released'),
    workspace,
    path: z.string(),
    lockId: z.string(),
    keyId: z.string(),
    fence: z.number().int(),
    how: z.enum(['released', 'expired', 'forced', 'revoked', 'workspace_deleted']),
    heldMs: z.number(),
  }),
  z.object({
    type: z.literal('lock.refused'),
    workspace,
    path: z.string(),
    keyId: z.string(),
    sessionId: z.string().optional(),
    /** Present when a queued waiter leaves the queue; absent when it never got in. */
    waiterId: z.string().optional(),
    code: errorCode,
    /** For `deadlock`: key ids, each waiting for a lock of the next, the last for the first's. */
    cycle: z.array(z.string()).optional(),
  }),

  z.object({
    type: z.literal('job.queued'),
    workspace,
    jobId: z.string(),
    kind: z.enum(['file_extract']),
    fileId: z.string(),
    path: z.string(),
    version: z.number().int(),
    /** 1, and one more with each retry. */
    attempt: z.number().int().positive(),
  }),
  z.object({ type: z.literal('job.started'), workspace, jobId: z.string() }),
  z.object({
    type: z.literal('job.succeeded'),
    workspace,
    jobId: z.string(),
    result: z.record(z.string(), z.unknown()),
    ms: z.number(),
    log: z.array(z.string()),
  }),
  z.object({
    type: z.literal('job.failed'),
    workspace,
    jobId: z.string(),
    code: errorCode,
    message: z.string(),
    ms: z.number(),
    log: z.array(z.string()),
  }),
  z.object({
    type: z.literal('job.cancelled'),
    workspace,
    jobId: z.string(),
    reason: z.string(),
    log: z.array(z.string()),
  }),

  z.object({
    type: z.literal('tool.called'),
    workspace: workspace.optional(),
    tool: z.string(),
    sessionId: z.string(),
    /** First 16 hex digits of the SHA-256 of the arguments' canonical JSON. */
    argsDigest: z.string(),
    outcome: z.union([z.literal('ok'), errorCode]),
    ms: z.number(),
  }),
  z.object({
    type: z.literal('access.denied'),
    workspace: workspace.optional(),
    keyId: z.string().optional(),
    sessionId: z.string().optional(),
    code: errorCode,
    what: z.string(),
  }),
]);

export type EventBody = z.infer<typeof eventBodySchema>;
export type EventType = EventBody['type'];

/** Number, time and authorship, which the hub adds to a body. */
export const eventEnvelopeSchema = z.object({
  /** 1 for the first event of a log; no gaps. */
  seq: z.number().int().positive(),
  /** Ms since the epoch; never smaller than that of the event before. */
  at: z.number(),
  actor: actorSchema,
  cause: causeSchema.optional(),
});

/** An event as it is told: to dashboards, and in `_meta["dev.signalbox/event"]` to agents. */
export const hubEventSchema = z.intersection(eventEnvelopeSchema, eventBodySchema);
export type HubEvent = z.infer<typeof eventEnvelopeSchema> & EventBody;

/** An event with its place in the hash chain, as the log keeps it. */
export type StoredEvent = HubEvent & { readonly prevHash: string; readonly hash: string };

/** The event of one type, e.g. `EventOf<'lock.acquired'>`. */
export type EventOf<T extends EventType> = Extract<HubEvent, { type: T }>;

export const eventTypes: readonly EventType[] = eventBodySchema.options.map((option) => option.shape.type.value);
