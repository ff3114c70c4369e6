import type { BirpcReturn } from 'birpc';
import type { DashboardApi, HubApi } from '../protocol/api.ts';
import { fromWire, HubError } from '../protocol/errors.ts';

/** One connection's calls to the hub, and what the hub pushes on it. */
export type Rpc = BirpcReturn<HubApi, DashboardApi>;

/** The calls of {@link HubApi} on whatever connection there is at the time; errors as HubErrors. */
export function apiOver(rpc: () => Rpc | undefined): HubApi {
  const call = async (method: keyof HubApi, args: unknown[]): Promise<unknown> => {
    const live = rpc();
    if (!live) throw disconnected();
    try {
      const answer: unknown = await live.$callRaw({ method, args });
      return answer;
    } catch (error) {
      throw problemOf(error);
    }
  };
  return new Proxy({} as HubApi, {
    get:
      (_target, method) =>
      (...args: unknown[]) =>
        call(method as keyof HubApi, args),
  });
}

/** What was thrown, here or by the hub, as a HubError. */
export function problemOf(error: unknown): HubError {
  if (error instanceof HubError) return error;
  return error instanceof Error ? new HubError('internal', error.message) : fromWire(error);
}

/** What calls reject with that have no connection, or lose it. */
export function disconnected(): HubError {
  return new HubError('hub_closed', 'The connection to the hub is down; it is made again by itself. Try again then.');
}
