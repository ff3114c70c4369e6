import { HubError } from '../protocol/errors.ts';
import { refusalOf } from './response-refusal.ts';

/**
 * Takes the token out of the page's fragment (`#token=…`) and out of the history, so that it is
 * neither in the address bar nor one click on "back" away. Undefined when there is none.
 */
export function takeToken(page: Window): string | undefined {
  const token = /^#token=([\w-]+)$/u.exec(page.location.hash)?.[1];
  if (token !== undefined) page.history.replaceState(null, '', page.location.pathname + page.location.search);
  return token;
}

/** The token in a pasted link, or the text itself. */
export function tokenIn(text: string): string {
  return /#token=([\w-]+)/u.exec(text)?.[1] ?? text.trim();
}

/** Trades the token for the cookie that this browser is known by. Rejects with `unauthorized` for a wrong one. */
export async function login(token: string, page: Location): Promise<void> {
  const answer = await fetch(new URL('/api/login', page.href), {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ token }),
  }).catch(() => undefined);
  if (!answer) throw new HubError('hub_closed', 'The hub does not answer. Is it running?');
  if (answer.status === 401) {
    throw new HubError(
      'unauthorized',
      'The hub does not know this token. It makes a new one each time it starts: use its latest link.',
    );
  }
  await accepted(answer);
}

/** Gives this browser's login its whole life again. What goes wrong is seen at the next connection. */
export async function renewLogin(page: Location): Promise<void> {
  await fetch(new URL('/api/whoami', page.href), { credentials: 'same-origin' }).catch(() => undefined);
}

/** Logs out all browsers, this one too. Rejects with `storage_failed` when the hub cannot. */
export async function logoutAll(page: Location): Promise<void> {
  const request = { method: 'POST', credentials: 'same-origin' } as const;
  const answer = await fetch(new URL('/api/logout-all', page.href), request).catch(() => undefined);
  if (!answer) throw new HubError('hub_closed', 'The hub does not answer. Is it running?');
  await accepted(answer);
}

async function accepted(answer: Response): Promise<void> {
  if (!answer.ok) throw await refusalOf(answer);
}
