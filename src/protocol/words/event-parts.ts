import type { Actor, HubEvent } from '../events.ts';
import { formatDuration, formatSize } from './units.ts';

/** A piece of a sentence: words, an agent, the agent of a session, a job, a kind of job, a path (or other data) to set in the data face. */
export type Part =
  | string
  | { readonly agent: string }
  | { readonly session: string }
  | { readonly job: string }
  | { readonly jobKind: string }
  | { readonly data: string };

/** Of whom an event tells: whoever did it, but for what befell somebody by another's doing. */
export type Subject = Actor | { readonly kind: 'session'; readonly session: string };

/** Who is the subject of {@link eventParts}. A grant tells of the one who waited, not of the one who let go. */
export function eventSubject(event: HubEvent): Subject {
  switch (event.type) {
    case 'lock.acquired':
    case 'lock.refused':
      return { kind: 'agent', key: event.keyId };
    case 'session.dropped':
    case 'session.closed':
      return event.actor.kind === 'hub' ? { kind: 'session', session: event.sessionId } : event.actor;
    default:
      return event.actor;
  }
}

/** Whether the event tells of another than the log names as its actor: beside that name, the sentence needs its own. */
export function tellsOfAnother(event: HubEvent): boolean {
  const subject = eventSubject(event);
  const { actor } = event;
  if (subject.kind !== actor.kind) return true;
  return subject.kind === 'agent' && actor.kind === 'agent' && subject.key !== actor.key;
}

const path = (text: string): Part => ({ data: text });

/** What happened, in plain words, to follow the name of who did it: "locked `plan.md` for 60 s". */
export function eventParts(event: HubEvent): readonly Part[] {
  switch (event.type) {
    case 'hub.started':
      return [`started, version ${event.version}`];
    case 'key.created':
      return ['created the key ', { agent: event.keyId }];
    case 'key.revoked':
      return ['revoked the key ', { agent: event.keyId }];
    case 'workspace.created':
      return ['created the workspace ', path(event.name)];
    case 'workspace.updated':
      return ['changed the workspace', ...(event.name === undefined ? [] : [' to ', path(event.name)])];
    case 'workspace.deleted':
      return ['deleted the workspace ', path(event.workspace)];
    case 'member.set':
      return ['made ', { agent: event.keyId }, ` ${event.role === 'viewer' ? 'a viewer' : `an ${event.role}`}`];
    case 'member.removed':
      return ['removed ', { agent: event.keyId }, ' from the workspace'];
    case 'session.opened':
    case 'session.initialized':
    case 'session.subscribed':
    case 'session.unsubscribed':
    case 'session.dropped':
    case 'session.resumed':
    case 'session.closed':
      return sessionParts(event);
    case 'file.written':
      return [
        event.version === 1 ? 'added ' : 'wrote ',
        path(event.path),
        ` (${version(event)}${formatSize(event.sizeBytes)})`,
      ];
    case 'file.moved':
      return ['moved ', path(event.from), ' to ', path(event.path)];
    case 'file.copied':
      return ['copied ', path(event.from), ' to ', path(event.path)];
    case 'file.deleted':
      return [event.purged ? 'deleted for good ' : 'deleted ', path(event.path)];
    case 'file.restored':
      return ['restored ', path(event.path), ` from version ${event.fromVersion}`];
    case 'upload.started':
      return ['began to upload ', path(event.path), ` (${formatSize(event.sizeBytes)})`];
    case 'upload.finished':
      return ['finished uploading ', path(event.path)];
    case 'upload.cancelled':
      return ['gave up uploading ', path(event.path), `: ${event.reason}`];
    case 'lock.acquired':
    case 'lock.queued':
    case 'lock.renewed':
    case 'lock.released':
    case 'lock.refused':
      return lockParts(event);
    case 'job.queued':
      return [event.attempt > 1 ? 'queued again: ' : 'asked for ', { jobKind: event.kind }, ' of ', path(event.path)];
    case 'job.started':
      return ['began work on ', { job: event.jobId }];
    case 'job.succeeded':
      return ['finished the job on ', { job: event.jobId }, ` in ${formatDuration(event.ms)}`];
    case 'job.failed':
      return ['failed at the job on ', { job: event.jobId }, `: ${event.message}`];
    case 'job.cancelled':
      return ['cancelled the job on ', { job: event.jobId }, `: ${event.reason}`];
    case 'tool.called':
      return [
        'called ',
        path(event.tool),
        event.outcome === 'ok' ? ` (${formatDuration(event.ms)})` : `: ${event.outcome}`,
      ];
    case 'access.denied':
      return [`was refused (${event.code}): ${event.what}`];
    default:
      return event satisfies never;
  }
}

function version(event: { version: number }): string {
  return event.version === 1 ? '' : `v${event.version}, `;
}

function sessionParts(event: Extract<HubEvent, { type: `session.${string}` }>): readonly Part[] {
  switch (event.type) {
    case 'session.opened':
      return ['connected over ', wireWords[event.wire]];
    case 'session.initialized':
      return ['is ready: ', path(`${event.clientName} ${event.clientVersion}`), `, protocol ${event.protocolVersion}`];
    case 'session.subscribed':
      return ['watches ', path(event.uri)];
    case 'session.unsubscribed':
      return ['no longer watches ', path(event.uri)];
    case 'session.dropped':
      return [`lost its connection: ${event.reason}`];
    case 'session.resumed':
      return ['is back on its session'];
    case 'session.closed':
      return event.actor.kind === 'human'
        ? ['closed a session of ', { session: event.sessionId }]
        : [`ended its session: ${event.reason}`];
    default:
      return event satisfies never;
  }
}

/** Names of the wires in sentences. */
export const wireWords = { sse: 'HTTP+SSE', streamable: 'Streamable HTTP', modern: 'stateless HTTP' } as const;

function lockParts(event: Extract<HubEvent, { type: `lock.${string}` }>): readonly Part[] {
  switch (event.type) {
    case 'lock.acquired':
      return [
        'locked ',
        path(event.path),
        event.waiterId === undefined
          ? ` for ${formatDuration(event.ttlMs)}`
          : ` after waiting ${formatDuration(event.waitedMs)}`,
      ];
    case 'lock.queued':
      return ['waits for the lock on ', path(event.path)];
    case 'lock.renewed':
      return ['renewed the lock on ', path(event.path), ` for ${formatDuration(event.ttlMs)}`];
    case 'lock.released':
      switch (event.how) {
        case 'released':
          return ['released ', path(event.path), `, held ${formatDuration(event.heldMs)}`];
        case 'expired':
          return ['let the lock of ', { agent: event.keyId }, ' on ', path(event.path), ' expire'];
        case 'forced':
          return ['took the lock on ', path(event.path), ' from ', { agent: event.keyId }];
        case 'revoked':
        case 'workspace_deleted':
          return ['freed ', path(event.path), ' of ', { agent: event.keyId }];
        default:
          return event.how satisfies never;
      }
    case 'lock.refused':
      return event.waiterId === undefined
        ? ['could not lock ', path(event.path), `: ${event.code}`]
        : ['no longer waits for ', path(event.path), `: ${event.code}`];
    default:
      return event satisfies never;
  }
}
