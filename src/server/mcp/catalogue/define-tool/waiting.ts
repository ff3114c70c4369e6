import { z } from 'zod';
import { HubError } from '../../../../protocol/errors.ts';
import type { Call } from '../call/tool-call.ts';

/** Clients give up on a call after 60 s unless progress arrives; without it we answer before. */
const MAX_QUIET_WAIT_MS = 55_000;
const MAX_WAIT_MS = 3_600_000;
const HEARTBEAT_MS = 10_000;
/** MCP wants each progress value to be greater than the one before. */
const LEAST_STEP = 1e-6;

/** An argument that says for how many ms a call may wait; `what` is its description's first sentence. */
export function waitArgument(what: string, byDefaultMs: number) {
  return z
    .number()
    .int()
    .min(0)
    .max(MAX_WAIT_MS)
    .default(byDefaultMs)
    .describe(`${what} Without a progressToken cut to 55000, as most clients give a call up after 60 s.`);
}

/** How long a call may wait of the ms that it asked for. */
export function allowedWait(call: Call, asked: number): number {
  return Math.min(asked, call.ctx.progress ? MAX_WAIT_MS : MAX_QUIET_WAIT_MS);
}

/** The progress of a call that waits. */
export interface WaitProgress {
  /** Sends progress, 0 to 1. A fraction that is not greater than the last is sent as a little more than that. */
  report(fraction: number, message?: string): void;
  /** Ends the heartbeat, and the wait. */
  stop(): void;
}

/**
 * Counts a call that may wait for so many ms among those of its key, and keeps it alive where its request carries a
 * progressToken: sends progress every 10 s, even when nobody reports any.
 * @throws HubError `limit_reached`
 */
export function keepAlive(call: Call, waitMs: number, message: string): WaitProgress {
  const release = waitMs === 0 ? (): void => undefined : call.deps.inUse.waits.take(call.ctx.key.id);
  if (release instanceof HubError) throw release;
  const { progress } = call.ctx;
  if (!progress) return { report: () => undefined, stop: release };
  const { timers } = call.deps.hub;
  let last = 0;
  let handle: unknown;
  const report = (fraction: number, words?: string): void => {
    last = Math.min(Math.max(fraction, last + LEAST_STEP), 1);
    progress(last, words);
    timers.clearTimeout(handle);
    handle = timers.setTimeout(() => report(last, message), HEARTBEAT_MS);
  };
  handle = timers.setTimeout(() => report(last, message), HEARTBEAT_MS);
  const stop = (): void => {
    timers.clearTimeout(handle);
    release();
  };
  return { report, stop };
}
