import { timingSafeEqual } from 'node:crypto';
import type { Hub } from '../../hub/hub.ts';
import { resolveWorkspace } from '../../hub/permission.ts';
import { PERSON } from '../../hub/rule.ts';
import { HubError } from '../../protocol/errors.ts';
import { proposedKeyName } from '../../protocol/names/client-name.ts';
import { roleSchema } from '../../protocol/roles.ts';
import type { PersonAuth } from '../desk/login/person.ts';
import { clientAddress } from '../http/client-address.ts';
import { challenge, statusOf } from '../http/http-errors.ts';
import { LOGIN_PAGES, type LoginAddresses } from '../http/login-paths.ts';
import type { ClientIds } from '../logins/client-ids.ts';
import type { LoginAsked } from '../logins/login-asked.ts';
import { withAnswer } from '../logins/redirect-uri.ts';
import type { LoginPage, WaitingLogins } from '../logins/waiting-logins.ts';
import type { Exchange } from '../mcp/requests/edge.ts';
import { readAuthorize } from './authorize-request.ts';
import { PAGE_HEADERS } from './html.ts';
import { backPage, decidePage, refusedPage, waitPage, type DecideForm } from './login-pages.ts';
import type { OauthProblem } from './oauth-answers.ts';
import { fieldsOf, isProblem, readForm, type Fields } from './read-form.ts';

export interface AuthorizeDeps {
  readonly hub: Hub;
  readonly logins: WaitingLogins;
  readonly clientIds: ClientIds;
  readonly person: Pick<PersonAuth, 'shownBy'>;
}

const OVER =
  'This login is over: it waited for five minutes, its client asked anew, or it was used. Have the client log in again.';

/** The authorization endpoint (RFC 6749, section 3.1) and its pages, for the browser that a client opens. */
export class Authorize {
  readonly #deps: AuthorizeDeps;

  constructor(deps: AuthorizeDeps) {
    this.#deps = deps;
  }

  /** `GET /agent/authorize?…`: takes the login in, and leads to its page, whose address is a secret of this browser. */
  begin(exchange: Exchange, at: LoginAddresses): void {
    const { request } = exchange;
    if (isWithin(exchange)) {
      return sendPage(exchange, 403, refusedPage('Not within another page', 'A login is opened as a page of its own.'));
    }
    const fields = fieldsOf(exchange.query);
    if (isProblem(fields)) return sendRefused(exchange, fields);
    const { logins, clientIds } = this.#deps;
    const read = readAuthorize(fields, clientIds, at, clientAddress(request));
    if (read.kind === 'refused') {
      exchange.tap.code = read.problem.error;
      const { back, problem } = read;
      // A site gets an answer only after the person has seen where it goes.
      if (back?.returnKind !== 'loopback') return sendRefused(exchange, problem);
      const { error, words } = problem;
      const answer = { error, error_description: words, state: back.state, iss: at.issuer };
      return redirect(exchange, 302, withAnswer(back.redirectUri, answer));
    }
    const page = logins.ask(read);
    if (!(page instanceof HubError)) return redirect(exchange, 303, LOGIN_PAGES + page);
    exchange.tap.code = page.code;
    const retry = challenge(new HubError('rate_limited', '', { retryAfterMs: page.retryAfterMs ?? 0 }));
    sendPage(exchange, statusOf(page.code), refusedPage('Too many logins', page.message), retry);
  }

  /** `GET` and `POST /agent/authorize/{page}`. */
  async page(exchange: Exchange): Promise<void> {
    const { request, query, path } = exchange;
    exchange.tap.keepsBodies = false;
    const found = this.#deps.logins.look(path.slice(LOGIN_PAGES.length));
    if (request.method === 'POST') return this.#decide(exchange, found);
    if (query === 'look') {
      exchange.response.writeHead(found?.status === 'waiting' ? 204 : 205, { 'Cache-Control': 'no-store' });
      exchange.response.end();
      return;
    }
    if (!found) return sendPage(exchange, 410, refusedPage('This login is over', OVER));
    if (found.status !== 'waiting') return sendBack(exchange, found);
    if (!this.#isPerson(exchange)) return sendPage(exchange, 200, waitPage(found.login));
    sendPage(exchange, 200, decidePage(found.login, this.#formOf(found.asked, found.formToken)));
  }

  async #decide(exchange: Exchange, found: LoginPage | undefined): Promise<void> {
    const { hub, logins } = this.#deps;
    const fields = await readForm(hub, exchange);
    if (isProblem(fields)) return sendRefused(exchange, fields);
    if (!this.#isPerson(exchange)) {
      const why = 'Nobody is logged in to Signalbox in this browser. Allow or deny the login at the desk.';
      return sendPage(exchange, 403, refusedPage('Only the person decides', why));
    }
    if (found?.status !== 'waiting') return sendPage(exchange, 410, refusedPage('This login is over', OVER));
    if (!isSame(fields.get('form_token') ?? '', found.formToken)) {
      const why = 'This was not sent by the form of this login. Open the page again.';
      return sendPage(exchange, 403, refusedPage('Nothing was decided', why));
    }
    const { id } = found.login;
    try {
      if (fields.get('decision') === 'allow') logins.allow(id, this.#grantIn(fields));
      else logins.deny(id);
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      const given = { ...this.#formOf(found.asked, found.formToken), ...sentForm(fields), problem: error.message };
      return sendPage(exchange, statusOf(error.code), decidePage(found.login, given));
    }
    const decided = logins.look(exchange.path.slice(LOGIN_PAGES.length));
    if (!decided || decided.status === 'waiting')
      return sendPage(exchange, 410, refusedPage('This login is over', OVER));
    // A redirect of a form would be held up by the page's own policy.
    sendPage(exchange, 200, backPage(decided.login.client, decided.status === 'allowed', backAddress(decided)));
  }

  #grantIn(fields: Fields): { name: string; role: 'viewer' | 'editor' | 'owner'; workspace: string } {
    const role = roleSchema.safeParse(fields.get('role'));
    if (!role.success) throw new HubError('invalid_argument', 'Choose a role.');
    const workspace = resolveWorkspace(this.#deps.hub.state, PERSON.actor, fields.get('workspace') ?? '');
    if (workspace instanceof HubError) throw workspace;
    return { name: (fields.get('name') ?? '').trim(), role: role.data, workspace: workspace.id };
  }

  #formOf({ client }: LoginAsked, formToken: string): DecideForm {
    const { keys, workspaces } = this.#deps.hub.state;
    const all = [...workspaces.values()].map(({ id, name }) => ({ id, name }));
    const taken = [...keys.values()].filter(({ revokedAt }) => revokedAt === undefined).map(({ name }) => name);
    return {
      formToken,
      name: proposedKeyName(client.name, taken),
      role: 'editor',
      workspace: all[0]?.id ?? '',
      workspaces: all,
    };
  }

  /** By the desk's cookie alone: a token in a header is of programs, which no person looks at. */
  #isPerson({ request: { headers } }: Exchange): boolean {
    const get = (name: string): string | undefined => (name === 'cookie' ? headers.cookie : undefined);
    return this.#deps.person.shownBy({ get }) === 'cookie';
  }
}

function sentForm(fields: Fields): Partial<DecideForm> {
  const role = roleSchema.safeParse(fields.get('role'));
  return {
    name: fields.get('name') ?? '',
    ...(role.success ? { role: role.data } : {}),
    workspace: fields.get('workspace') ?? '',
  };
}

/** Whether a browser asks for a picture, a frame or anything but a page of its own. */
function isWithin({ request: { headers } }: Exchange): boolean {
  const { 'sec-fetch-dest': dest } = headers;
  return dest !== undefined && dest !== 'document' && dest !== 'empty';
}

type Decided = Exclude<LoginPage, { status: 'waiting' }>;

/** Where the browser goes with the answer (RFC 6749, sections 4.1.2 and 4.1.2.1; RFC 9207). */
function backAddress(decided: Decided): string {
  const { redirectUri, state, issuer } = decided.asked;
  const why = 'The person at the desk denied it.';
  const answer =
    decided.status === 'allowed' ? { code: decided.code } : { error: 'access_denied', error_description: why };
  return withAnswer(redirectUri, { ...answer, state, iss: issuer });
}

function sendBack(exchange: Exchange, decided: Decided): void {
  const to = backAddress(decided);
  if (decided.asked.returnKind === 'loopback') return redirect(exchange, 302, to);
  sendPage(exchange, 200, backPage(decided.login.client, decided.status === 'allowed', to));
}

function redirect({ response }: Exchange, status: 302 | 303, to: string): void {
  const { 'Content-Type': _none, ...headers } = PAGE_HEADERS;
  response.writeHead(status, { ...headers, Location: to, 'Content-Length': 0 });
  response.end();
}

function sendRefused(exchange: Exchange, { error, words }: OauthProblem): void {
  exchange.tap.code = error;
  sendPage(exchange, 400, refusedPage('This login cannot be', words));
}

function sendPage(
  { response }: Exchange,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { ...PAGE_HEADERS, ...headers, 'Content-Length': Buffer.byteLength(text) });
  response.end(text);
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
