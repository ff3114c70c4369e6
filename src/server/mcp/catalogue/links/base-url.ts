import type { CallContext } from '../call/call-context.ts';
import type { CatalogueDeps } from '../call/catalogue-deps.ts';

/**
 * The hub's address for a caller: with the host name that the caller used itself, because from another
 * machine or through a tunnel the hub's own address leads nowhere.
 */
export function baseUrl({ urls }: Pick<CatalogueDeps, 'urls'>, { host }: Pick<CallContext, 'host'>): string {
  return host === undefined ? urls.base() : `http://${host}`;
}
