import { expect, test } from 'vitest';
import type { Hub } from '../../src/hub/hub.ts';
import { createWorkspace } from '../../src/hub/rules/workspaces.ts';
import { openDeskOnHub } from '../support/desk-on-hub.ts';
import { human } from '../support/open-hub.ts';

let named = 0;

function workspace(hub: Hub): Promise<unknown> {
  return hub.execute(createWorkspace, { name: `w${(named += 1)}` }, human);
}

function toolCalls(hub: Hub, count: number): void {
  for (let n = 0; n < count; n++) {
    hub.record(
      [{ type: 'tool.called', tool: 'whoami', sessionId: 'ses_1', argsDigest: '0'.repeat(16), outcome: 'ok', ms: 1 }],
      { actor: { kind: 'agent', key: 'key_1', session: 'ses_1' } },
    );
  }
}

test('[DB13] events go out at once when nothing did lately, and then together once a display frame', async () => {
  await using on = await openDeskOnHub();
  const client = on.connect();
  await client.api.open();
  on.clock.advance(100);
  await workspace(on.hub);
  await client.until(({ batches }) => batches === 1);

  for (let n = 0; n < 10; n++) await workspace(on.hub);
  on.clock.advance(15);
  await client.api.ping(); // an answer overtakes nothing: no push came before it
  expect(client.batches).toBe(1);
  on.clock.advance(1);
  await client.until(({ batches }) => batches === 2);
  expect(client.events).toHaveLength(11);
});

test('[DB14] of progress only the newest is pushed, of log lines every one', async () => {
  await using on = await openDeskOnHub();
  const client = on.connect();
  await client.api.open();
  on.clock.advance(100);
  const tick = { jobId: 'job_1', workspace: on.workspace, at: 1 };
  on.hub.tick({ type: 'job.log', line: 'first', ...tick });
  for (const fraction of [0.1, 0.2, 0.3]) on.hub.tick({ type: 'job.progress', fraction, ...tick });
  on.hub.tick({ type: 'job.log', line: 'second', ...tick });
  on.hub.tick({ type: 'job.log', line: 'third', ...tick });
  on.clock.advance(16);
  await client.until(({ ticks }) => ticks.length >= 4);
  expect(client.ticks.map((tick) => ('line' in tick ? tick.line : 'fraction' in tick && tick.fraction))).toEqual([
    'first',
    0.3,
    'second',
    'third',
  ]);
});

test('[DB14] a flood of log lines is cut at 500 a frame, and the next frame has room again', async () => {
  await using on = await openDeskOnHub();
  const client = on.connect();
  await client.api.open();
  on.clock.advance(100);
  const lines = () => client.ticks.flatMap((tick) => (tick.type === 'job.log' ? [tick.line] : []));
  const say = (line: string) => on.hub.tick({ type: 'job.log', line, jobId: 'job_1', workspace: on.workspace, at: 1 });
  say('at once');
  for (let turn = 1; turn <= 3; turn++) {
    for (let n = 1; n <= 510; n++) say(`${turn}.${n}`);
    on.clock.advance(16);
    await client.until(() => lines().includes(`${turn}.500`));
    expect(lines()).toHaveLength(1 + 500 * turn);
    expect(lines().at(-1)).toBe(`${turn}.500`);
  }
});

test('[DB15] the pulse comes with the opening and then every second, with what passed in it', async () => {
  await using on = await openDeskOnHub();
  const client = on.connect();
  await client.api.open();
  await client.until(({ pulses }) => pulses.length === 1);
  toolCalls(on.hub, 30);
  await on.hub.durable();
  for (let n = 0; n < 12; n++) {
    on.recorder.record({ kind: 'request', direction: 'in', party: { session: 'ses_1' }, method: 'ping' });
  }
  on.clock.advance(1_000);
  await client.until(({ pulses }) => pulses.some(({ eventsPerSecond }) => eventsPerSecond > 0));
  expect(client.pulses.at(-1)).toMatchObject({ framesPerSecond: 12, storage: { status: 'ok' } });
  expect(client.pulses.at(-1)?.eventsPerSecond).toBeGreaterThanOrEqual(30);
});

test('[DB15] the pulse goes on each second, and its rates are those of that second', async () => {
  await using on = await openDeskOnHub();
  const client = on.connect();
  await client.api.open();
  await client.until(({ pulses }) => pulses.length === 1);
  const frame = { kind: 'request', direction: 'in', party: { session: 'ses_1' }, method: 'ping' } as const;
  const rates: unknown[] = [];
  for (const frames of [12, 0, 5]) {
    for (let n = 0; n < frames; n++) on.recorder.record(frame);
    const sent = client.pulses.length;
    on.clock.advance(1_000);
    await client.until(({ pulses }) => pulses.length > sent);
    rates.push(client.pulses.at(-1)?.framesPerSecond);
  }
  expect(rates).toEqual([12, 0, 5]);
});

test('[DB16] watching a session brings its kept frames, then each new one once, until it is unwatched', async () => {
  await using on = await openDeskOnHub();
  const record = (label: string): string =>
    on.recorder.idOf(
      on.recorder.record({
        kind: 'request',
        direction: 'in',
        party: { session: 'ses_1' },
        method: label,
        body: { form: 'text', text: '{}' },
      }),
    );
  record('a');
  const id = record('b');
  const [one, two] = [on.connect(), on.connect()];
  const watching = one.api.watchFrames({ sessionId: 'ses_1' });
  const kept = await watching;
  record('c');
  on.clock.advance(50);
  await one.until(({ frames }) => frames.get('ses_1')?.length === 1);
  const keptLater = await two.api.watchFrames({ sessionId: 'ses_1' });
  record('d');
  on.clock.advance(50);
  await Promise.all([one, two].map((each) => each.until(({ frames }) => frames.get('ses_1')?.at(-1)?.label === 'd')));

  const labels = (frames: readonly { label: string }[] = []): string => frames.map(({ label }) => label).join('');
  expect(labels(kept) + labels(one.frames.get('ses_1'))).toBe('abcd');
  expect(labels(keptLater) + labels(two.frames.get('ses_1'))).toBe('abcd');
  expect(await one.api.frame({ frameId: id })).toMatchObject({ frame: { id, label: 'b' }, body: '{}', bodyCut: false });
  await expect(one.api.frame({ frameId: 'frm_other_1' })).rejects.toMatchObject({ code: 'gone' });

  await one.api.unwatchFrames({ sessionId: 'ses_1' });
  record('e');
  on.clock.advance(50);
  await two.until(({ frames }) => frames.get('ses_1')?.at(-1)?.label === 'e');
  expect(labels(one.frames.get('ses_1'))).toBe('cd');
});
