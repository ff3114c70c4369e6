import { z } from 'zod';
import { cancelled } from '../../../../hub/rules/lock-errors.ts';
import { agentOfActor } from '../../../../protocol/agent-id.ts';
import { HubError } from '../../../../protocol/errors.ts';
import type { LockState } from '../../../../protocol/state.ts';
import { pathArgument, prefixArgument, workspaceArgument } from '../define-tool/arguments.ts';
import type { Call } from '../call/tool-call.ts';
import { defineTool } from '../define-tool/define-tool.ts';
import { namesFile, namesNoFile } from '../define-tool/named-files.ts';
import type { ToolDefinition } from '../define-tool/tool.ts';
import { lockPath } from '../reading/file-path.ts';
import { nextCursor, pageArguments, pageByKey, pageOutput } from '../define-tool/page-arguments.ts';
import { count, time, timeShape } from '../views/common.ts';
import { PageRoom } from '../views/page-room.ts';
import { lockShape, locksOf, lockView, type LockView } from '../views/lock-view.ts';
import { allowedWait, keepAlive, waitArgument } from '../define-tool/waiting.ts';

const ttl = z.number().int().min(5).max(3600);
const tokenArgument = z.string().min(1).max(100).describe('The lock_token from lock_acquire.');
const heldOutput = {
  workspace: z.string(),
  path: z.string(),
  lock_token: z.string(),
  fence: z.number().int().describe('Grows with every grant; give it to your writes'),
  ttl_s: z.number(),
  expires_at: timeShape,
};

const acquire = defineTool({
  name: 'lock_acquire',
  title: 'Acquire a lock',
  description:
    'Takes the exclusive lock on a path of a workspace (whether or not a file is there) before you change it. Gives lock_token and fence: pass both to file_write and the like, lock_renew before expires_at, lock_release when done. ' +
    'When another agent holds it, of your key too: with wait_ms you queue, first come first served, and this call answers when it is your turn; without, or when the time is up, locked or lock_timeout names the holder, the expiry and your place. ' +
    'deadlock: to wait would close a circle of waits (in details.cycle); release what you hold, then try again. The lock is yours and outlives your connection until its TTL; its token works from any agent of your key.',
  role: 'editor',
  effect: 'gives',
  idempotent: false,
  files: namesFile,
  logs: ['workspace', 'path', 'ttl_s', 'wait_ms'],
  input: {
    workspace: workspaceArgument,
    path: pathArgument.describe('The path to lock, such as "reports/plan.md"; "reports/" locks all below it.'),
    ttl_s: ttl.default(60).describe('Seconds until it expires unless renewed.'),
    wait_ms: waitArgument('How long to queue at most; 0 not at all.', 0),
    reason: z.string().min(1).max(500).optional().describe('What you need it for; others see it while they wait.'),
  },
  output: { ...heldOutput, waited_ms: z.number().describe('How long you queued') },
  run: async (args, call) => {
    const { ctx, deps } = call;
    const { id } = call.workspace(args.workspace);
    const path = lockPath(args.path);
    const waitMs = allowedWait(call, args.wait_ms);
    const waiting = keepAlive(call, waitMs, `Waiting for the lock on ${path}`);
    try {
      const { answer: granted, seq } = await deps.locks.acquire(ctx.origin, {
        workspace: id,
        path,
        ttlMs: args.ttl_s * 1000,
        waitMs,
        ...(args.reason === undefined ? {} : { reason: args.reason }),
        signal: ctx.signal,
      });
      const expires_at = time(granted.expiresAt);
      return {
        say: `You hold the lock on ${path} until ${expires_at}. Renew it before, and release it with its lock_token when you are done.`,
        result: {
          workspace: id,
          path,
          lock_token: granted.lockId,
          fence: granted.fence,
          ttl_s: args.ttl_s,
          expires_at,
          waited_ms: granted.waitedMs,
        },
        sawSeq: seq,
        takenBack: () => (ctx.signal.aborted ? cancelled(path) : undefined),
      };
    } finally {
      waiting.stop();
    }
  },
});

const held = {
  workspace: workspaceArgument,
  path: pathArgument.min(1).optional().describe('The path that is locked; the token alone is enough.'),
  lock_token: tokenArgument,
};

const renew = defineTool({
  name: 'lock_renew',
  title: 'Renew a lock',
  description:
    'Lets a lock that you hold run for ttl_s more from now. Call it well before expires_at. lock_not_held: it expired or was taken from you; acquire it anew, and read the file again before you write.',
  role: 'editor',
  effect: 'adds',
  idempotent: true,
  files: namesFile,
  logs: ['workspace', 'path', 'ttl_s'],
  input: { ...held, ttl_s: ttl.optional().describe('Seconds from now. As when it was acquired if left out.') },
  output: heldOutput,
  run: (args, call) => {
    const { ctx, deps } = call;
    const lock = heldLock(call, args);
    const ttlMs = args.ttl_s === undefined ? lock.ttlMs : args.ttl_s * 1000;
    const { workspace, path, lockId, fence } = lock;
    const { expiresAt } = deps.locks.renew(ctx.origin, { workspace, path, lockId, ttlMs }).answer;
    const expires_at = time(expiresAt);
    return {
      say: `The lock on ${path} is yours until ${expires_at}.`,
      result: { workspace, path, lock_token: lockId, fence, ttl_s: ttlMs / 1000, expires_at },
    };
  },
});

const release = defineTool({
  name: 'lock_release',
  title: 'Release a lock',
  description:
    'Gives a lock back; the first in its queue gets it in the same moment. Release as soon as you are done. lock_not_held: you do not hold it any more, so there is nothing to release.',
  role: 'editor',
  effect: 'adds',
  idempotent: false,
  files: namesFile,
  logs: ['workspace', 'path'],
  input: held,
  output: { workspace: z.string(), path: z.string(), released: z.literal(true), held_ms: z.number() },
  run: (args, call) => {
    const { ctx, deps } = call;
    const { workspace, path, lockId, acquiredAt } = heldLock(call, args);
    deps.locks.release(ctx.origin, { workspace, path, lockId });
    return {
      say: `Released the lock on ${path}.`,
      result: { workspace, path, released: true as const, held_ms: Math.max(0, deps.hub.now() - acquiredAt) },
    };
  },
});

const list = defineTool({
  name: 'lock_list',
  title: 'List locks',
  description:
    'Lists the locks that are held in a workspace, by path: who holds each, since when, until when and why, its fence, how many wait for it and who is first. Of those of your key it also gives the lock_token, so that you find your own again after a restart; mine marks yours.',
  role: 'viewer',
  effect: 'reads',
  idempotent: true,
  files: namesNoFile,
  logs: ['workspace', 'prefix', 'mine', 'limit'],
  input: {
    workspace: workspaceArgument,
    prefix: prefixArgument,
    mine: z.boolean().default(false).describe('true: only locks of your key: yours, and those of its other agents.'),
    ...pageArguments,
  },
  output: { workspace: z.string(), locks: z.array(lockShape), ...pageOutput },
  run: (args, call) => {
    const { ctx, state } = call;
    const { id, name } = call.workspace(args.workspace);
    const prefix = (args.prefix ?? '').normalize('NFC');
    const locks = locksOf(id, state).filter(
      ({ path, keyId }) => path.startsWith(prefix) && (!args.mine || keyId === ctx.key.id),
    );
    const room = new PageRoom<LockView>(args.max_bytes);
    const page = pageByKey(
      locks,
      ({ path }) => path,
      args,
      (lock) => room.take(lockView(lock, agentOfActor(ctx.origin.actor), state)),
    );
    return {
      say: `${count(locks.length, 'held lock')} in ${name}.`,
      result: {
        workspace: id,
        locks: room.items,
        ...nextCursor(page),
      },
    };
  },
});

/** The lock that the caller holds by a token, after a check that it may change its workspace. */
function heldLock(
  call: Call,
  args: { readonly workspace?: string | undefined; readonly path?: string | undefined; readonly lock_token: string },
): LockState {
  const workspace = args.workspace === undefined ? undefined : call.workspace(args.workspace).id;
  const path = args.path === undefined ? undefined : lockPath(args.path);
  const lock = call.deps.locks.byToken(args.lock_token);
  const isMeant =
    lock?.keyId === call.ctx.key.id &&
    (workspace === undefined || lock.workspace === workspace) &&
    (path === undefined || lock.path === path);
  if (!lock || !isMeant) {
    throw new HubError(
      'lock_not_held',
      `You hold no lock with this token${path === undefined ? '' : ` on ${path}`}: it expired, was released, or was taken from you. lock_list shows who holds what; call lock_acquire to get it again.`,
      { details: { lock_token: args.lock_token, ...(path === undefined ? {} : { path }) } },
    );
  }
  call.workspace(lock.workspace);
  return lock;
}

export const lockTools: readonly ToolDefinition[] = [acquire, renew, release, list];
