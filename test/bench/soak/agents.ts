import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectDashboard } from '../../support/dashboard-client.ts';
import { Dice } from '../../support/fuzz-inputs/dice.ts';
import { HubProcess } from '../../support/hub-process.ts';
import { bearer } from '../../support/wire-client.ts';
import { rssOf } from '../support/child.ts';
import { count, median, percentile, type Row } from '../support/report.ts';
import type { SoakOptions } from './options.ts';
import { SoakAgent, type Wire } from './soak-agent.ts';

/** Of ten agents so many on each wire. */
const WIRES: readonly Wire[] = [
  ...Array<Wire>(5).fill('sse'),
  ...Array<Wire>(3).fill('streamable'),
  'stateless',
  'stateless',
];
/** Agents that share a key and a workspace of their own. */
const TEAM = 10;
/** Between two calls of an agent, in ms. */
const [LEAST_PAUSE_MS, MOST_PAUSE_MS] = [2_000, 5_000];
const [WRITES, LOCKS, RECONNECTS] = [0.2, 0.05, 0.01];
const EVENTS_PER_SECOND = 20;
const OPENING_AT_ONCE = 20;
/** Answers that take longer are errors. */
const LIMIT_MS = 30_000;
const MIB = 1024 * 1024;
/** Growth of memory from the third quarter to the last that counts as none. */
const FLAT = { share: 0.05, bytes: 16 * MIB };

/**
 * Agents on three wires, each with a call every 2 to 5 s, while all are sent 20 events a second: no error, no event
 * lost or doubled, steady latency, flat memory.
 */
export async function agents({
  agents: size = 1_000,
  seconds = 600,
  seed = 1,
  pause = 0,
}: SoakOptions): Promise<Row[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'signalbox-soak-'));
  const hub = await HubProcess.start(dataDir);
  const limitMs = LIMIT_MS + pause * 1_000;
  try {
    const { all, common, emitterKey, url } = await enter(hub, size, limitMs);
    for (const agent of all) await agent.begin();
    console.log(`${count(size)} agents have subscribed; memory ${mib(rssOf(hub.pid))}`);
    const times: number[] = [];
    const memory: number[] = [];
    const errors: string[] = [];
    const end = performance.now() + seconds * 1_000;
    const isOver = (): boolean => performance.now() >= end;
    await Promise.all([
      ...all.map(async (agent, n) => await live(agent, new Dice(seed * 10_007 + n), { isOver, times, errors })),
      emit({ url, key: emitterKey, workspace: common, limitMs }, isOver),
      watch(hub, isOver, memory),
      stopFor(hub, pause, seconds / 2),
    ]);
    const lost = await judge(all, url, emitterKey);
    errors.push(...all.flatMap((agent) => agent.errors));
    for (const line of [...errors, ...lost].slice(0, 20)) console.log(line);
    for (const agent of all) agent.close();
    return rows({ size, seconds, pause, all, times, memory, errors, lost });
  } finally {
    await hub.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function enter(hub: HubProcess, size: number, limitMs: number) {
  const { url, adminToken } = hub.announced;
  const dashboard = await connectDashboard(url, bearer(adminToken));
  const { workspace: common } = await dashboard.api.workspaceCreate({ name: 'everybody' });
  const newKey = async (name: string, workspaces: readonly string[]) =>
    await dashboard.api.keyCreate({ name, roles: Object.fromEntries(workspaces.map((id) => [id, 'editor'] as const)) });
  const all: SoakAgent[] = [];
  const teams: string[] = [];
  for (let team = 0; all.length < size; team++) {
    const { workspace } = await dashboard.api.workspaceCreate({ name: `team ${team}` });
    teams.push(workspace);
    const { secret: key } = await newKey(`team ${team}`, [workspace, common]);
    for (let n = 0; n < TEAM && all.length < size; n++) {
      const wire = WIRES[n % WIRES.length] ?? 'sse';
      const name = `agent-${all.length}`;
      all.push(new SoakAgent({ url, wire, key, name, workspaces: [workspace, common], limitMs }));
    }
  }
  const { secret: emitterKey } = await newKey('emitter', [common, ...teams]);
  dashboard.close();
  const waiting = [...all];
  const opener = async (): Promise<void> => {
    for (let agent = waiting.pop(); agent; agent = waiting.pop()) await agent.open();
  };
  await Promise.all(Array.from({ length: OPENING_AT_ONCE }, opener));
  return { all, common, emitterKey, url };
}

interface Life {
  readonly isOver: () => boolean;
  /** Ms of each call. */
  readonly times: number[];
  readonly errors: string[];
}

async function live(agent: SoakAgent, dice: Dice, { isOver, times, errors }: Life): Promise<void> {
  const timed = async (tool: string, args: Record<string, unknown>): Promise<Record<string, unknown>> => {
    const start = performance.now();
    const answer = await agent.call(tool, args);
    times.push(performance.now() - start);
    return answer;
  };
  const [workspace = ''] = agent.workspaces;
  const path = `${agent.name}.txt`;
  await sleep(dice.below(MOST_PAUSE_MS));
  for (let n = 0; !isOver(); n++) {
    try {
      const what = n === 0 ? 0 : dice.below(1_000) / 1_000;
      if (what < WRITES) await timed('file_write', { workspace, path, text: `${agent.name} wrote ${n}\n` });
      else if (what < WRITES + LOCKS) {
        const { lock_token: token } = await timed('lock_acquire', { workspace, path, ttl_s: 60 });
        await timed('lock_release', { workspace, path, lock_token: token });
      } else if (what < WRITES + LOCKS + RECONNECTS) await agent.reconnect();
      else if (what < 0.5) await timed('file_read', { workspace, path });
      else if (what < 0.75) await timed('file_list', { workspace, limit: 20 });
      else await timed('whoami', {});
    } catch (error) {
      errors.push(String(error));
    }
    await sleep(LEAST_PAUSE_MS + dice.below(MOST_PAUSE_MS - LEAST_PAUSE_MS));
  }
}

interface Emitter {
  readonly url: string;
  readonly key: string;
  readonly workspace: string;
  readonly limitMs: number;
}

/** What all are sent: 20 events a second in the workspace that all are in. */
async function emit({ url, key, workspace, limitMs }: Emitter, isOver: () => boolean): Promise<void> {
  const emitter = new SoakAgent({ url, wire: 'stateless', key, name: 'emitter', workspaces: [], limitMs });
  const start = performance.now();
  for (let n = 0; !isOver(); n++) {
    await sleep(Math.max(0, start + (n * 1_000) / EVENTS_PER_SECOND - performance.now()));
    await emitter.call('file_write', { workspace, path: `news/${n % 20}.txt`, text: `news ${n}\n` });
  }
}

async function watch(hub: HubProcess, isOver: () => boolean, memory: number[]): Promise<void> {
  while (!isOver()) {
    await sleep(1_000);
    memory.push(rssOf(hub.pid));
    if (memory.length % 30 === 0) console.log(`${memory.length} s: ${mib(memory.at(-1) ?? 0)}`);
  }
}

/** As a laptop that sleeps: the process stands still, and time goes on. */
async function stopFor(hub: HubProcess, pause: number, after: number): Promise<void> {
  if (pause === 0) return;
  await sleep(after * 1_000);
  process.kill(hub.pid, 'SIGSTOP');
  await sleep(pause * 1_000);
  process.kill(hub.pid, 'SIGCONT');
}

/** Each agent beside the log: what it was sent, and what happened. */
async function judge(all: readonly SoakAgent[], url: string, key: string): Promise<string[]> {
  const reader = new SoakAgent({ url, wire: 'stateless', key, name: 'judge', workspaces: [], limitMs: LIMIT_MS });
  await sleep(3_000); // what is under way arrives
  const happened = new Map<string, number[]>();
  for (const workspace of new Set(all.flatMap((agent) => agent.workspaces))) {
    happened.set(workspace, await seqsOf(reader, workspace));
  }
  return all.flatMap((agent) =>
    [...agent.seen].flatMap(([workspace, seen]) => {
      const problem = seen.problem(happened.get(workspace) ?? [], agent.since.get(workspace) ?? 0);
      return problem === undefined ? [] : [`${agent.name}: ${problem}`];
    }),
  );
}

async function seqsOf(reader: SoakAgent, workspace: string): Promise<number[]> {
  const seqs: number[] = [];
  let cursor: unknown;
  do {
    const from = cursor === undefined ? { after_seq: 0 } : { cursor };
    const page = await reader.call('event_list', { workspace, ...from, limit: 500 });
    seqs.push(...(page['events'] as { seq: number }[]).map(({ seq }) => seq));
    cursor = page['next_cursor'];
  } while (cursor !== undefined);
  return seqs;
}

interface Measured {
  readonly size: number;
  readonly seconds: number;
  readonly pause: number;
  readonly all: readonly SoakAgent[];
  readonly times: readonly number[];
  readonly memory: readonly number[];
  readonly errors: readonly string[];
  readonly lost: readonly string[];
}

function rows({ size, seconds, pause, all, times, memory, errors, lost }: Measured): Row[] {
  const deliveries = all.reduce((sum, { seen }) => sum + [...seen.values()].reduce((n, one) => n + one.count, 0), 0);
  const reconnects = all.reduce((sum, agent) => sum + agent.reconnects, 0);
  const [p50, p99] = [median(times), percentile(times, 0.99)];
  const half = memory.slice(Math.floor(memory.length / 2));
  const [third, last] = [half.slice(0, half.length / 2), half.slice(half.length / 2)].map(median);
  const growth = Number(last) - Number(third);
  const what = `${count(size)} agents, ${seconds} s${pause > 0 ? `, ${pause} of them stopped` : ''}`;
  return [
    {
      what,
      ours: `${errors.length} errors, ${lost.length} agents with lost or doubled events`,
      reference: `${count(times.length)} calls, ${count(deliveries)} deliveries, ${count(reconnects)} reconnects`,
      ratio: undefined,
      target: 'none',
      holds: errors.length === 0 && lost.length === 0,
    },
    {
      what: `${what}: calls`,
      ours: `p99 ${p99.toFixed(1)} ms, longest ${largest(times).toFixed(0)} ms`,
      reference: `p50 ${p50.toFixed(1)} ms`,
      ratio: p99 / p50,
      target: 'p99 ≤ 10 × p50',
      // Whoever called while it was stopped waited.
      holds: pause > 0 || p99 <= 10 * p50,
    },
    {
      what: `${what}: memory`,
      ours: `last quarter ${mib(Number(last))}`,
      reference: `third quarter ${mib(Number(third))}`,
      ratio: Number(last) / Number(third),
      target: 'flat in the last half',
      holds: growth <= Math.max(FLAT.bytes, Number(third) * FLAT.share),
    },
  ];
}

/** Too many values to be the arguments of `Math.max`. */
function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

function mib(bytes: number): string {
  return `${count(bytes / MIB)} MiB`;
}
