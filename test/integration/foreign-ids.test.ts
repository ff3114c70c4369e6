import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeCursor } from '../../src/hub/paging.ts';
import type { HubEvent } from '../../src/protocol/events.ts';
import type { Role } from '../../src/protocol/roles.ts';
import { createCatalogue } from '../../src/server/mcp/catalogue/catalogue.ts';
import { createMethods } from '../../src/server/mcp/catalogue/methods.ts';
import { allPrompts } from '../../src/server/mcp/catalogue/prompts/prompts.ts';
import { resourceTemplates } from '../../src/server/mcp/catalogue/resources/resource-list.ts';
import { allTools } from '../../src/server/mcp/catalogue/tools/all-tools.ts';
import { type SseAgent, sseAgent, statelessRequest } from '../support/agent.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { KINDS, VALUES } from '../support/foreign-arguments.ts';
import { type ForeignThings, type IdKind, madeUp, makeForeignThings } from '../support/foreign-things.ts';
import { human } from '../support/open-hub.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { takeLock } from '../support/take-lock.ts';
import { ask, bearer, initialize, openStream, rpc } from '../support/wire-client.ts';

const ONE_YEAR = 365 * 86_400_000;
let hub: TestServer;
let clock: FakeClock;
let foreign: ForeignThings;
/** Secrets of keys without any access to what is foreign. */
const strangers = new Map<Role | 'none', string>();

beforeAll(async () => {
  clock = new FakeClock();
  hub = await startTestHub({ now: clock.now, timers: clock.timers, sessionIdleMs: ONE_YEAR });
  foreign = await makeForeignThings(hub);
  for (const role of ['owner', 'viewer'] as const) strangers.set(role, (await hub.newKey(role, role)).secret);
  strangers.set('none', (await hub.newKey('none')).secret);
  const member = await hub.newKey('member', 'editor');
  const origin = { actor: { kind: 'agent', key: member.keyId } } as const;
  const { workspace } = hub;
  for (const path of ['a.txt', 'held.txt']) {
    await hub.server.files.write(origin, { workspace, path, content: Buffer.from('x'), source: 'tool' });
  }
  await takeLock(hub.server, origin, { workspace, path: 'held.txt', ttlMs: 3_600_000, waitMs: 0 });
});
afterAll(() => hub.close());

type Answer = { readonly answer: string; readonly logged: readonly string[] };
type Ask = (secret: string, id: string) => Promise<string>;

/** Asks for an id; gives what came back without that id, and what was logged of it. */
async function answerTo(work: Ask, secret: string, id: string): Promise<Answer> {
  clock.advance(61_000); // names that a key reaches for in vain count for a minute
  const { seq } = hub.server.hub.state;
  const answer = await work(secret, id);
  await hub.server.hub.durable();
  const events: readonly HubEvent[] = await hub.server.hub.audit.after(seq, 100);
  const logged = events
    .filter(({ type }) => !type.startsWith('session.') || type === 'session.closed')
    .filter(({ type }) => type !== 'key.used') // once an hour, whatever is asked
    .map((event) => `${event.type} ${'code' in event ? event.code : ''}${'outcome' in event ? event.outcome : ''}`);
  const own = encodeURIComponent(id);
  return {
    answer: answer
      .replaceAll(id, '<id>')
      .replaceAll(own, '<id>')
      .replaceAll(/ses_\w+|"ms":[\d.]+/gu, '…'),
    logged,
  };
}

/** Fails unless a foreign id of a kind and a made-up one are answered and logged alike, to every stranger. */
async function alike(what: string, kind: IdKind, work: Ask): Promise<void> {
  for (const [role, secret] of strangers) {
    for (const id of foreign.ids[kind]) {
      const there = await answerTo(work, secret, id);
      const nowhere = await answerTo(work, secret, madeUp(id));
      expect(there, `${what}, ${kind} ${id}, as ${role}`).toEqual(nowhere);
      expect(there.answer, what).not.toContain('TOPSECRET');
    }
  }
}

type Wire = (secret: string, method: string, params: Record<string, unknown>) => Promise<string>;

/** One session of each stranger, opened anew where the last request ended it. */
const sse = new Map<string, SseAgent>();
const streamable = new Map<string, string>();

/** One request on each wire; gives the JSON-RPC answer. */
const wires: Readonly<Record<string, Wire>> = {
  sse: async (secret, method, params) => {
    const open = sse.get(secret);
    const one = open && hub.server.hub.state.sessions.has(open.session) ? open : await sseAgent(hub.url, secret);
    sse.set(secret, one);
    const id = ++asked;
    return JSON.stringify({ ...(await one.call(id, method, params)), id: 0 });
  },
  streamable: async (secret, method, params) => {
    let session = streamable.get(secret);
    if (session === undefined || !hub.server.hub.state.sessions.has(session)) {
      const greeted = await ask(hub.server.mcp, { headers: bearer(secret), body: initialize() });
      session = String(greeted.headers['mcp-session-id']);
      streamable.set(secret, session);
    }
    const headers = { ...bearer(secret), 'mcp-session-id': session, accept: 'application/json' };
    const { status, text } = await ask(hub.server.mcp, { headers, body: rpc(1, method, params) });
    return `${status} ${text}`;
  },
  stateless: async (secret, method, params) => {
    const request = statelessRequest(secret, 1, method, params);
    const { uri } = params;
    const headers = {
      ...request.headers,
      accept: 'application/json',
      ...(typeof uri === 'string' ? { 'mcp-name': uri } : {}),
    };
    const { status, text } = await ask(hub.server.mcp, { ...request, headers });
    return `${status} ${text}`;
  },
};
let asked = 0;

for (const wire of Object.keys(wires)) {
  const call = (method: string, params: Record<string, unknown>) => (secret: string) =>
    wires[wire]?.(secret, method, params) ?? Promise.reject(new Error(wire));

  test(`[KY8] ${wire}: every tool answers an id that a key cannot see like one that never was`, async () => {
    for (const { name, inputSchema } of allTools) {
      const all = Object.keys(inputSchema.properties ?? {});
      for (const argument of all)
        expect(
          { ...KINDS, ...VALUES },
          `${name}: put ${argument} into VALUES of this test, or into KINDS if it names something`,
        ).toHaveProperty(argument);
      for (const argument of all) {
        const kind = KINDS[argument];
        if (!kind) continue;
        const args = Object.fromEntries(
          (inputSchema.required ?? []).flatMap((each) => (each in VALUES ? [[each, VALUES[each]]] : [])),
        );
        await alike(`${name}.${argument}`, kind, (secret, id) =>
          call('tools/call', {
            name,
            arguments: {
              ...args,
              ...(name === 'file_write' ? { text: 'x' } : name === 'file_convert' ? { to: 'png' } : {}),
              [argument]: id,
            },
          })(secret),
        );
      }
    }
  });

  test(`[KY8] ${wire}: every resource, prompt and completion does, too`, async () => {
    for (const { uriTemplate } of resourceTemplates) {
      await alike(`read ${uriTemplate}`, 'workspace', (secret, id) =>
        call('resources/read', { uri: uriTemplate.replace('{workspace}', id).replace('{+path}', 'a.txt') })(secret),
      );
    }
    await alike('resources/list', 'workspace', (secret, id) =>
      call('resources/list', { cursor: encodeCursor([id, '']) })(secret),
    );
    for (const { name, arguments: taken = [] } of allPrompts) {
      const needed = Object.fromEntries(
        taken.flatMap((each) => (each.required === true ? [[each.name, 'a.txt']] : [])),
      );
      await alike(name, 'workspace', (secret, id) =>
        call('prompts/get', { name, arguments: { ...needed, workspace: id } })(secret),
      );
      for (const argument of ['path', 'workspace']) {
        await alike(`completion of ${name}.${argument}`, 'workspace', (secret, id) =>
          call('completion/complete', {
            ref: { type: 'ref/prompt', name },
            argument: { name: argument, value: argument === 'workspace' ? id.slice(0, 6) : '' },
            context: { arguments: { workspace: id } },
          })(secret),
        );
      }
    }
    const { hub: core, ...services } = hub.server;
    const methods = createMethods(
      createCatalogue({ ...services, hub: core, urls: { base: () => '' } }, hub.server.deliveries),
    );
    // A new method that takes an id is to be tried above.
    expect([...methods.keys()].sort()).toEqual([
      'completion/complete',
      'prompts/get',
      'prompts/list',
      'resources/list',
      'resources/read',
      'resources/templates/list',
      'tools/call',
      'tools/list',
    ]);
  });

  test(`[KY8] ${wire}: a subscription to what a key cannot see is answered and ended like one to what never was`, async () => {
    for (const { uriTemplate } of resourceTemplates) {
      await alike(`subscribe ${uriTemplate}`, 'workspace', (secret, id) => {
        const uri = uriTemplate.replace('{workspace}', id).replace('{+path}', 'a.txt');
        return wire === 'stateless'
          ? call('subscriptions/listen', { notifications: { resourceSubscriptions: [uri] } })(secret)
          : call('resources/subscribe', { uri })(secret);
      });
    }
  });
}

/** Status, headers and body of a request by plain HTTP. */
async function plain(method: string, path: string, headers: Record<string, string>, body?: string): Promise<string> {
  const answer = await ask(`${hub.url}${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
  const { date: _date, ...rest } = answer.headers;
  return JSON.stringify([answer.status, rest, answer.text]);
}

const b64 = (text: string): string => Buffer.from(text).toString('base64');

test('[KY8] downloads and uploads answer an id that a key cannot see like one that never was', async () => {
  for (const method of ['GET', 'HEAD', 'POST']) {
    await alike(`${method} /files`, 'workspace', (secret, id) =>
      plain(method, `/files/${encodeURIComponent(id)}/a.txt`, bearer(secret)),
    );
  }
  const tus = { 'tus-resumable': '1.0.0' };
  await alike('POST /uploads', 'workspace', (secret, id) => {
    const meta = `workspace ${b64(id)},path ${b64('a.txt')}`;
    return plain('POST', '/uploads', { ...bearer(secret), ...tus, 'upload-length': '3', 'upload-metadata': meta });
  });
  for (const method of ['HEAD', 'DELETE', 'PATCH', 'GET']) {
    const piece = { 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' };
    await alike(`${method} /uploads`, 'upload', (secret, id) =>
      plain(method, `/uploads/${id}`, { ...bearer(secret), ...tus, ...piece }, method === 'PATCH' ? 'abc' : undefined),
    );
  }
});

test('[KY8] a session of another key is answered like one that never was', async () => {
  await alike('POST /messages', 'sse session', (secret, id) =>
    plain('POST', `/messages?sessionId=${id}`, bearer(secret), JSON.stringify(rpc(1, 'ping'))),
  );
  await alike('Last-Event-ID', 'sse session', async (secret, id) => {
    const stream = await openStream(hub.server.sse, { headers: { ...bearer(secret), 'last-event-id': `${id}.1.e0` } });
    const { data } = await stream.next(({ event }) => event === 'endpoint');
    stream.drop();
    return `${stream.status} ${data}`;
  });
  for (const method of ['POST', 'GET', 'DELETE']) {
    await alike(`${method} /mcp`, 'streamable session', (secret, id) =>
      plain(
        method,
        '/mcp',
        { ...bearer(secret), 'mcp-session-id': id },
        method === 'POST' ? JSON.stringify(rpc(1, 'ping')) : undefined,
      ),
    );
  }
});

test('[KY8] the name of a workspace that a key cannot see is free for it', async () => {
  const secret = strangers.get('owner') ?? '';
  const create = (name: string) =>
    wires['stateless']?.(secret, 'tools/call', { name: 'workspace_create', arguments: { name } });
  const [taken, free] = [await create('hidden-plans'), await create('hidden-plots')];
  const plain = (text = '') =>
    text.replaceAll(/hidden-pl\w+/gu, '<name>').replaceAll(/wsp_\w+|\d{4}-[\d:T.-]+Z/gu, '…');
  expect(plain(taken)).toBe(plain(free));
  expect(taken).toContain('"role":"owner"');
  await hub.server.hub.durable();
  expect(hub.server.hub.state.workspaces.size).toBe(4);
  expect(human.actor.kind).toBe('human');
});
