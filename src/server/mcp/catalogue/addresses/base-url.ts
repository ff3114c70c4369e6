import type { CallContext } from '../call/call-context.ts';
import type { CatalogueDeps } from '../call/catalogue-deps.ts';

/** The hub's address for a caller: where it reaches the hub, else the hub's own. */
export function baseUrl({ urls }: Pick<CatalogueDeps, 'urls'>, { address }: Pick<CallContext, 'address'>): string {
  return address ?? urls.base();
}
