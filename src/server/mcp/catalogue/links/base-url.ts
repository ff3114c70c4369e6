import type { CallContext } from '../call/call-context.ts';
import type { CatalogueDeps } from '../call/catalogue-deps.ts';

/**
 * Where whoever asks reaches the hub: under the name that it used itself, for from another machine or
 * through a tunnel the hub's own address leads nowhere.
 */
export function baseUrl({ urls }: Pick<CatalogueDeps, 'urls'>, { host }: Pick<CallContext, 'host'>): string {
  return host === undefined ? urls.base() : `http://${host}`;
}
