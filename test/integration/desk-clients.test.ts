import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { clientKind } from '../../src/setup/clients.ts';
import { CONNECT, openClientMachine } from '../support/client-machine.ts';
import { openDeskOnHub } from '../support/desk-on-hub.ts';

test('[SU18] the desk shows a change to a client’s file, writes it and takes it back; a page names the client only', async () => {
  await using world = await openClientMachine();
  await using on = await openDeskOnHub({ clientsOf: { machine: world.machine, program: async () => CONNECT } });
  const { api } = on.connect();
  const file = clientKind('cursor').file(world.machine);
  await world.put(file, '{}\n');
  const list = await api.clientList();
  expect(list.elsewhere).toBeUndefined();
  expect(list.clients.find(({ id }) => id === 'cursor')?.here).toMatchObject({ isFound: true, file, state: 'none' });
  expect(list.clients.find(({ id }) => id === 'zed')?.here).toMatchObject({ isFound: false });

  const choice = { client: 'cursor', as: 'ada', role: 'viewer', workspace: on.workspace } as const;
  const { digest, diff, kind } = await api.clientPreview(choice);
  expect([kind, await world.read(file)]).toEqual(['adds', '{}\n']);
  expect(diff).toContain(on.workspace);
  const { copy } = await api.clientSetUp({ ...choice, digest, replace: false });
  expect(await world.read(copy ?? '')).toBe('{}\n');
  expect(await world.read(file)).toContain('"--role"');
  const back = await api.clientPreviewTakeBack({ client: 'cursor' });
  await api.clientTakeBack({ client: 'cursor', digest: back.digest });
  expect(await world.read(file)).toBe('{}\n');
  expect(on.bugs).toEqual([]);
  const named = api.$callRaw({
    method: 'clientSetUp',
    args: [{ ...choice, digest, replace: true, file: '/etc/passwd' }],
  });
  await expect(named).rejects.toMatchObject({ code: 'invalid_argument' });
});

test('[SU19] what would refuse the agent when it starts is said before anything is written; who was revoked is let in again', async () => {
  await using world = await openClientMachine();
  await using on = await openDeskOnHub({ clientsOf: { machine: world.machine, program: async () => CONNECT } });
  const { api } = on.connect();
  const ask = (as: string, workspace?: string) =>
    api.clientPreview({ client: 'codex', as, ...(workspace && { workspace }) });
  await api.keyCreate({ name: 'codex', roles: {} });
  await expect(ask('codex')).rejects.toMatchObject({ code: 'name_taken' });
  await expect(ask('other', 'nowhere')).rejects.toMatchObject({ code: 'not_found' });
  const { keyId } = await api.connectKeyCreate({ name: 'mine', role: 'editor' });
  await api.keyRevoke({ keyId });
  const { digest } = await ask('mine');
  await api.clientSetUp({ client: 'codex', as: 'mine', digest, replace: false });
  expect(
    [...on.hub.state.keys.values()]
      .filter(({ name }) => name === 'mine')
      .map(({ revokedAt }) => revokedAt === undefined),
  ).toEqual([false, true]);
});

test('[SU20] where other machines reach the hub, its desk shows what to copy, and touches no file', async () => {
  await using world = await openClientMachine();
  await using on = await openDeskOnHub({
    clientsOf: { machine: world.machine, program: async () => CONNECT },
    onlyLocal: false,
    publicUrl: 'https://hub.example',
  });
  const { api } = on.connect();
  const { clients, elsewhere } = await api.clientList();
  expect(elsewhere).toContain('other machines');
  for (const { here, snippets } of clients) {
    expect(here).toBeUndefined();
    expect(snippets.length).toBeGreaterThan(0);
    expect(JSON.stringify(snippets)).not.toContain('connect.mjs');
    expect(snippets.every(({ text }) => text.includes('https://hub.example/mcp'))).toBe(true);
  }
  const choice = { client: 'cursor', as: 'ada' };
  await expect(api.clientPreview(choice)).rejects.toMatchObject({ code: 'unsupported' });
  await expect(api.clientSetUp({ ...choice, digest: 'none', replace: true })).rejects.toMatchObject({
    code: 'unsupported',
  });
  await expect(api.clientTakeBack({ client: 'cursor', digest: 'none' })).rejects.toMatchObject({ code: 'unsupported' });
  expect(existsSync(clientKind('cursor').file(world.machine))).toBe(false);
});
