import type { HubError } from '../../protocol/errors.ts';
import { errorBody } from '../http/http-errors.ts';

/** A refusal of a link: a page for people, JSON for programs. Both say the same. */
export function linkPage(
  error: HubError,
  request: Request,
  { status, headers }: { readonly status: number; readonly headers: Readonly<Record<string, string>> },
): Response {
  const isForPeople = /\btext\/html\b/iu.test(request.headers.get('accept') ?? '');
  const body = isForPeople ? page(error.message) : errorBody(error);
  const type = isForPeople ? 'text/html; charset=utf-8' : 'application/json';
  return new Response(request.method === 'HEAD' ? null : body, {
    status,
    headers: { ...headers, 'Content-Type': type },
  });
}

/** Without style or script: its policy allows none. */
function page(message: string): string {
  const text = message.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>Signalbox</title><h1>No download</h1><p>${text}</p></html>\n`;
}
