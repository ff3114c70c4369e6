import { expect, test } from 'vitest';
import { SampleAgents, type SampleAgentLauncher } from '../../src/server/desk/sample-agents-run.ts';
import { openDeskOnHub } from '../support/desk-on-hub.ts';

function launcher() {
  const launched: Parameters<SampleAgentLauncher>[0][] = [];
  let exit: (code: number | null) => void = () => undefined;
  const launch: SampleAgentLauncher = (input) => {
    launched.push(input);
    const exited = new Promise<{ code: number | null }>((resolve) => (exit = (code) => resolve({ code })));
    return { exited, stop: async () => exit(0) };
  };
  return { launched, launch, exit: (code: number | null) => exit(code) };
}

test('[DB30] sample agents get a key each, editor of that workspace for a day, that ends with them', async () => {
  const { launched, launch } = launcher();
  await using on = await openDeskOnHub({ launchSampleAgents: launch });
  const { api } = on.connect();
  const answer = await api.open();
  expect(answer.hub.sampleAgents).toBe(true);
  expect(await api.sampleAgentsRunning()).toBe(false);
  await api.sampleAgentsStart({ workspace: 'default' });
  expect(await api.sampleAgentsRunning()).toBe(true);
  await expect(api.sampleAgentsStart({ workspace: 'default' })).rejects.toMatchObject({ code: 'conflict' });

  const keys = [...on.hub.state.keys.values()].filter(({ name }) => name.startsWith('sample-'));
  expect(keys.map(({ name }) => name)).toEqual(['sample-sse', 'sample-streamable', 'sample-stateless']);
  for (const key of keys) {
    expect(on.hub.state.workspaces.get(on.workspace)?.roles[key.id]).toBe('editor');
    expect(key.expiresAt).toBe(on.clock.now() + 24 * 3_600_000);
  }
  expect(launched).toMatchObject([{ url: 'http://127.0.0.1:7337', workspace: on.workspace }]);
  expect(new Set(Object.values(launched[0]?.keys ?? {})).size).toBe(3);

  await api.sampleAgentsStop();
  expect(await api.sampleAgentsRunning()).toBe(false);
  for (const { id } of keys) expect(on.hub.state.keys.get(id)?.revokedAt).toBeDefined();
  await api.sampleAgentsStart({ workspace: 'default' }); // the names are free again
  expect(launched).toHaveLength(2);
});

test('[DB31] agents that end by themselves are noticed: their keys go, and dashboards see it', async () => {
  const { launch, exit } = launcher();
  await using on = await openDeskOnHub({ launchSampleAgents: launch });
  const client = on.connect();
  await client.api.open();
  await client.api.sampleAgentsStart({ workspace: 'default' });
  exit(1);
  await client.until(({ events }) => {
    on.clock.advance(16);
    return events.filter(({ type }) => type === 'key.revoked').length === 3;
  });
  expect(await client.api.sampleAgentsRunning()).toBe(false);
});

test('[DB31] who stops them while they are being started stops them; when they cannot be started, nothing stays', async () => {
  const { launched, launch } = launcher();
  await using on = await openDeskOnHub({ launchSampleAgents: launch });
  const { api } = on.connect();
  const active = () =>
    [...on.hub.state.keys.values()].filter(({ name, revokedAt }) => name !== 'first-agent' && !revokedAt);
  const starting = api.sampleAgentsStart({ workspace: 'default' });
  await api.sampleAgentsStop();
  await starting;
  expect(await api.sampleAgentsRunning()).toBe(false);
  expect([launched.length, active()]).toEqual([1, []]);

  const cannot = () => {
    throw new Error('no such program');
  };
  await using other = await openDeskOnHub({ launchSampleAgents: cannot });
  await expect(other.connect().api.sampleAgentsStart({ workspace: 'default' })).rejects.toThrow('no such program');
  const left = [...other.hub.state.keys.values()].filter(({ revokedAt }) => revokedAt === undefined);
  expect(left.map(({ name }) => name)).toEqual(['first-agent']);
});

test('[DB32] keys left by agents whose hub was killed are revoked at the next start, and no others', async () => {
  await using on = await openDeskOnHub({ launchSampleAgents: launcher().launch });
  const { api } = on.connect();
  const kept = await api.keyCreate({ name: 'sample-sse', roles: { default: 'owner' } });
  const names = (): string[] =>
    [...on.hub.state.keys.values()].flatMap(({ name, revokedAt }) => (revokedAt === undefined ? [name] : []));
  await api.sampleAgentsStart({ workspace: 'default' });
  expect(names()).toEqual(['first-agent', 'sample-sse', 'sample-sse-2', 'sample-streamable', 'sample-stateless']);
  const left = [...on.hub.state.keys.values()].filter(({ sample }) => sample);

  // A hub on the same data that knows nothing of those that run, as after a crash.
  const again = new SampleAgents({
    hub: on.hub,
    launch: launcher().launch,
    url: () => 'http://127.0.0.1:7337',
    logger: { warn: () => undefined },
  });
  await again.start(on.workspace);
  for (const { id } of left) expect(on.hub.state.keys.get(id)?.revokedAt).toBeDefined();
  expect(names()).toEqual(['first-agent', 'sample-sse', 'sample-sse-2', 'sample-streamable', 'sample-stateless']);
  await again.stop();
  expect(names()).toEqual(['first-agent', 'sample-sse']);
  expect(on.hub.state.keys.get(kept.keyId)?.revokedAt).toBeUndefined();
});
