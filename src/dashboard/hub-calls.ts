import type { BirpcReturn } from 'birpc';
import { hubCalls, type DashboardApi, type HubApi } from '../protocol/api.ts';
import { HubError } from '../protocol/errors.ts';
import { problemOf } from './problem-of.ts';

/** One connection's calls to the hub, and what the hub pushes on it. */
export type ChannelRpc = BirpcReturn<HubApi, DashboardApi>;

/**
 * The calls of {@link HubApi} on whatever connection there is at the time; errors as HubErrors. The
 * object has these calls and nothing else: awaiting or printing it asks the hub for nothing.
 */
export function apiOver(rpc: () => ChannelRpc | undefined): HubApi {
  const call = async (method: string, input: unknown): Promise<unknown> => {
    const live = rpc();
    if (!live) throw disconnected();
    try {
      const answer: unknown = await live.$callRaw({ method, args: [input] });
      return answer;
    } catch (error) {
      throw problemOf(error);
    }
  };
  const calls = Object.keys(hubCalls).map((method) => [method, (input: unknown = {}) => call(method, input)]);
  return Object.fromEntries(calls) as HubApi;
}

/** The error of calls without a connection, or whose connection is lost. */
export function disconnected(): HubError {
  return new HubError('hub_closed', 'The connection to the hub is down; it is made again by itself. Try again then.');
}
