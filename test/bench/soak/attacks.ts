import { setTimeout as sleep } from 'node:timers/promises';
import { baseTree, Child } from '../support/child.ts';
import { count, type Row } from '../support/report.ts';
import { all } from './attacks/all.ts';
import type { Attack, Outcome } from './attacks/attack.ts';
import { AttackedHub } from './attacks/attacked-hub.ts';
import { Neighbour, timesWords, type Suffered } from './attacks/neighbour.ts';
import type { SoakOptions } from './options.ts';

/** An attack that takes longer has stopped the hub. */
const LIMIT_MS = 120_000;
const ATTACKERS = 5;
/** Before memory is looked at, and after the attackers have left. */
const SETTLES_MS = 2_000;
const LATER_MS = 10_000;
/** What others bear: more is a verdict. On a busy machine a loop with nothing to do stops too: so many times as long. */
const MOST = { stopMs: 500, callMs: 2_000, timesIdle: 5, grownMib: 250 } as const;

/**
 * What agents, dead peers and clocks do to a hub to stop, starve or fill it, each to a new one: its memory before, at
 * its peak and some seconds after, the longest stop of its loop, and what another agent's calls took meanwhile. With
 * `BENCH_BASE=<another tree of this repository>` that tree's hub bears it too.
 */
export async function attacks({ only }: SoakOptions): Promise<Row[]> {
  const table: Record<string, Record<string, string>> = {};
  const rows: Row[] = [];
  for (const [name, { attack, isNew }] of Object.entries(all)) {
    if (only !== undefined && !name.includes(only)) continue;
    const base = baseTree === undefined || isNew ? undefined : await underAttack(attack, baseTree);
    const ours = await underAttack(attack);
    if (base) table[`${name}, other tree`] = columns(base);
    table[name] = columns(ours);
    for (const one of [base, ours]) {
      if (one) console.log(`  ${name}: ${one.outcome.words}; ${Object.values(columns(one)).join('; ')}`);
    }
    rows.push({
      what: name,
      ours: `${ours.verdict}: ${ours.outcome.words}`,
      reference: base ? `other tree ${base.verdict}` : '',
      ratio: undefined,
      target: 'holds',
      holds: ours.verdict === 'holds',
    });
  }
  console.table(table);
  return rows;
}

interface Measured {
  readonly before: number;
  readonly peak: number;
  readonly after: number | undefined;
  readonly stopMs: number | undefined;
  /** The longest stop of a loop with nothing to do meanwhile. */
  readonly idleMs: number;
  readonly suffered: Suffered;
  readonly outcome: Outcome;
  /** In a word. */
  readonly verdict: string;
}

async function underAttack(attack: Attack, tree?: string): Promise<Measured> {
  const hub = await AttackedHub.start(tree);
  const idle = await Child.start('idle-server.ts');
  try {
    const [neighbourKey = '', ...keys] = await hub.keys(ATTACKERS + 1);
    const neighbour = await Neighbour.open(hub.url, neighbourKey);
    await sleep(SETTLES_MS);
    const before = hub.memory().now;
    await Promise.all([hub.watch(), idle.ask('watch-loop')]);
    neighbour.begin();
    const gone = hub.ended.then((words): Outcome => ({ words, harm: 'gone' }));
    const outcome = await Promise.race([attempt(attack, { hub, keys, neighbour }), gone, late()]);
    const suffered = await neighbour.end(LATER_MS);
    const isThere = outcome.harm !== 'gone' && hub.memory().now > 0;
    const stopMs = isThere ? await hub.longestStop() : undefined;
    const idleMs = Number((await idle.ask('loop-delay'))['max']);
    await Promise.race([sleep(LATER_MS), gone]);
    const { now, peak } = hub.memory();
    const after = isThere ? now : undefined;
    const measured = { before, peak, after, stopMs, idleMs, suffered, outcome };
    return { ...measured, verdict: verdictOn(measured) };
  } finally {
    await Promise.all([hub.stop(), idle.stop()]);
  }
}

async function attempt(attack: Attack, site: Parameters<Attack>[0]): Promise<Outcome> {
  try {
    return await attack(site);
  } catch (error) {
    // Where the hub holds, attackers are refused in ways that they expect.
    return { words: error instanceof Error ? error.message.slice(0, 200) : String(error), harm: 'failed' };
  }
}

async function late(): Promise<Outcome> {
  await sleep(LIMIT_MS, undefined, { ref: false });
  return { words: `not over after ${LIMIT_MS / 1_000} s`, harm: 'stopped' };
}

function verdictOn({ before, after, stopMs, idleMs, suffered, outcome }: Omit<Measured, 'verdict'>): string {
  if (outcome.harm !== undefined) return outcome.harm;
  const slowest = Math.max(0, ...suffered.ping, ...suffered.write);
  const [mostStop, mostCall] = [MOST.stopMs, MOST.callMs].map((ms) => Math.max(ms, idleMs * MOST.timesIdle)) as [
    number,
    number,
  ];
  if ((stopMs ?? 0) > mostStop || slowest > mostCall) return 'stopped';
  if (suffered.failed > 0) return 'refused';
  return (after ?? 0) - before > MOST.grownMib ? 'grew' : 'holds';
}

function columns({ before, peak, after, stopMs, idleMs, suffered, verdict }: Measured): Record<string, string> {
  return {
    'MiB before → peak → later': [before, peak, after].map((mib) => (mib === undefined ? '-' : count(mib))).join(' → '),
    'longest stop, ms (idle loop)': `${stopMs === undefined ? '-' : count(stopMs)} (${count(idleMs)})`,
    "another's ping, p50 / longest": timesWords(suffered.ping),
    'file_write, p50 / longest': timesWords(suffered.write),
    verdict,
  };
}
