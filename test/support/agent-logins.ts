import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { hash, randomBytes } from 'node:crypto';
import { dashboardOn, type DashboardClient } from './dashboard-client.ts';
import { memoryChannel } from './memory-channel.ts';
import type { TestServer } from './start-test-hub.ts';

export const CALLBACK = 'http://127.0.0.1:4711/callback';

/** A client that logs in step by step, so that a test can do each of them wrongly. */
export interface LoginSteps {
  readonly clientId: string;
  readonly verifier: string;
  /** What it asks the authorization endpoint for; `changed` in place of its own. */
  authorizeUrl(changed?: Readonly<Record<string, string | undefined>>): string;
  /** Opens that as a browser does, and answers the address of the login's page. */
  open(changed?: Readonly<Record<string, string | undefined>>): Promise<string>;
  /** Asks for a token. */
  token(form: Readonly<Record<string, string | undefined>>): Promise<TokenAnswer>;
  /** Exchanges a code, as it should be. */
  exchange(code: string, changed?: Readonly<Record<string, string | undefined>>): Promise<TokenAnswer>;
  refresh(token: string): Promise<TokenAnswer>;
}

export interface TokenAnswer {
  readonly status: number;
  readonly access_token?: string;
  readonly refresh_token?: string;
  readonly token_type?: string;
  readonly expires_in?: number;
  readonly error?: string;
  readonly error_description?: string;
}

export async function registerClient(url: string, said: Record<string, unknown>): Promise<Response> {
  return fetch(`${url}/agent/register`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ redirect_uris: [CALLBACK], ...said }),
  });
}

/** Sends a form, and follows nothing. */
export function postForm(
  url: string,
  fields: Readonly<Record<string, string | undefined>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) form.set(name, value);
  return fetch(url, { method: 'POST', body: form, headers, redirect: 'manual' });
}

/** Looks at an address as a browser does, and follows nothing. */
export function look(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(url, { headers, redirect: 'manual' });
}

export async function newLogin(
  url: string,
  said: Record<string, unknown> = { client_name: 'Trial Client' },
): Promise<LoginSteps> {
  const registered = (await (await registerClient(url, said)).json()) as { client_id: string };
  const clientId = registered.client_id;
  const verifier = randomBytes(32).toString('base64url');
  const authorizeUrl: LoginSteps['authorizeUrl'] = (changed = {}) => {
    const query = {
      response_type: 'code',
      client_id: clientId,
      redirect_uri: CALLBACK,
      code_challenge: hash('sha256', verifier, 'base64url'),
      code_challenge_method: 'S256',
      state: 'its state & more',
      resource: `${url}/agent/mcp`,
      ...changed,
    };
    const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
    return `${url}/agent/authorize?${new URLSearchParams(given).toString()}`;
  };
  const token: LoginSteps['token'] = async (form) => {
    const answer = await postForm(`${url}/agent/token`, { client_id: clientId, ...form });
    return { status: answer.status, ...((await answer.json()) as object) };
  };
  return {
    clientId,
    verifier,
    authorizeUrl,
    token,
    open: async (changed) => {
      const answer = await look(authorizeUrl(changed));
      if (answer.status !== 303) throw new Error(`It was not taken in: ${answer.status} ${await answer.text()}`);
      return new URL(answer.headers.get('location') ?? '', url).href;
    },
    exchange: (code, changed = {}) =>
      token({ grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: verifier, ...changed }),
    refresh: (refresh_token) => token({ grant_type: 'refresh_token', refresh_token }),
  };
}

/** The person's desk, open on a hub, over a channel of its process. */
export async function openDesk(hub: TestServer): Promise<DashboardClient> {
  const { hubEnd, dashboardEnd } = memoryChannel();
  hub.server.api(hubEnd);
  const desk = dashboardOn(dashboardEnd);
  await desk.api.open({});
  return desk;
}

export interface Allowed {
  readonly name?: string;
  readonly role?: 'viewer' | 'editor' | 'owner';
  readonly workspace: string;
}

/** The person allows the login of a page, as soon as the desk shows the code that stands on it. Answers its id. */
export async function allowAtDesk(desk: DashboardClient, page: string, grant: Allowed): Promise<string> {
  const text = await (await look(page)).text();
  const [, code] = /aria-label="Code">([^<]+)</u.exec(text) ?? [];
  const isIt = (login: { readonly code: string }): boolean => login.code === code;
  await desk.until(({ logins }) => logins.some(isIt));
  const id = desk.logins.find(isIt)?.id ?? '';
  await desk.api.loginAllow({ id, name: 'trial', role: 'editor', ...grant });
  return id;
}

/** The parameters with which a page of a decided login sends the browser back. */
export async function sentBack(page: string): Promise<URLSearchParams> {
  const answer = await look(page);
  const location = answer.headers.get('location');
  if (answer.status !== 302 || location === null) throw new Error(`It was not sent back: ${answer.status}`);
  return new URL(location).searchParams;
}

/** A token for a client that the person lets in as `grant` says. */
export async function logIn(
  hub: TestServer,
  desk: DashboardClient,
  { name = 'trial', steps }: { readonly name?: string; readonly steps?: LoginSteps } = {},
): Promise<{
  readonly steps: LoginSteps;
  readonly code: string;
  readonly token: Required<Pick<TokenAnswer, 'access_token' | 'refresh_token'>>;
}> {
  const client = steps ?? (await newLogin(hub.url));
  const page = await client.open();
  await allowAtDesk(desk, page, { name, workspace: hub.workspace });
  const code = (await sentBack(page)).get('code') ?? '';
  const { access_token, refresh_token, ...rest } = await client.exchange(code);
  if (access_token === undefined || refresh_token === undefined) throw new Error(`No token: ${JSON.stringify(rest)}`);
  return { steps: client, code, token: { access_token, refresh_token } };
}

/** A client's program, which waits for the browser to bring its answer. */
export interface AnswerListener {
  /** Its address, on a port that its system chose. */
  readonly callback: string;
  readonly answer: Promise<URLSearchParams>;
  close(): Promise<void>;
}

/** @param page what the browser is shown */
export async function listenForAnswer(page = '<p>The program has its answer.</p>'): Promise<AnswerListener> {
  const { promise: answer, resolve } = Promise.withResolvers<URLSearchParams>();
  const server = http.createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (pathname === '/callback') resolve(searchParams);
    response.writeHead(200, { 'Content-Type': 'text/html' }).end(page);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo; // it listens on a port
  return {
    callback: `http://127.0.0.1:${port}/callback`,
    answer,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
