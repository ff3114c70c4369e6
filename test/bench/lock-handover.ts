import { baseTree, Child } from './support/child.ts';
import { RawSse } from './support/raw-sse.ts';
import { median, percentile, type Row } from './support/report.ts';

const AGENTS = 500;
/** Beside another tree: so many queues of each, in turn. */
const ROUNDS = 5;

/**
 * From the release to the next waiter's answer in a queue of 500, beside a bare loop's delivery. With
 * `BENCH_BASE=<another tree of this repository>` beside that tree's hub, in turn.
 */
export async function lockHandover(): Promise<Row[]> {
  const what = `lock release to the next waiter's answer, ${AGENTS} agents`;
  if (baseTree === undefined) {
    const times = await handovers(AGENTS);
    const bare = await bareDelivery();
    return [
      {
        what,
        ours: words(times),
        reference: `bare loop's delivery p50 ${bare.toFixed(2)} ms`,
        ratio: undefined,
        target: 'p99 ≤ 5 ms over the bare loop',
        holds: percentile(times, 0.99) - bare <= 5,
      },
    ];
  }
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    theirs.push(...(await handovers(AGENTS / ROUNDS, baseTree)));
    ours.push(...(await handovers(AGENTS / ROUNDS)));
  }
  const ratio = median(ours) / median(theirs);
  const target = '≤ 0.70 of the other tree';
  return [{ what, ours: words(ours), reference: `other tree ${words(theirs)}`, ratio, target, holds: ratio <= 0.7 }];
}

function words(times: readonly number[]): string {
  return `p50 ${median(times).toFixed(2)} ms, p99 ${percentile(times, 0.99).toFixed(2)} ms`;
}

/** Ms of each hand-over of one lock through a queue of so many agents. */
async function handovers(count: number, tree?: string): Promise<number[]> {
  const hub = await Child.start('hub-server.ts', {}, tree);
  const url = new URL(String(hub.ready['url']));
  const keys = await hub.keys(count);
  const agents = await RawSse.openMany(count, () => RawSse.open(url, String(keys.pop())));
  const acquire = { name: 'lock_acquire', arguments: { path: 'plan.md', ttl_s: 600, wait_ms: 55_000 } };
  const times: number[] = [];
  let released = 0;
  const first = await agents[0]?.request('tools/call', acquire);
  let token = String(first?.result?.structuredContent?.['lock_token']);
  const grants: Promise<{ token: string; at: number }>[] = [];
  for (const agent of agents.slice(1)) {
    grants.push(
      agent.request('tools/call', acquire).then((message) => ({
        token: String(message.result?.structuredContent?.['lock_token']),
        at: performance.now(),
      })),
    );
    // FIFO is by arrival: a round trip makes sure that each is queued before the next.
    await agents[0]?.request('ping', {});
  }
  for (const [n, grant] of grants.entries()) {
    released = performance.now();
    void agents[n]?.request('tools/call', {
      name: 'lock_release',
      arguments: { path: 'plan.md', lock_token: token },
    });
    const granted = await grant;
    token = granted.token;
    times.push(granted.at - released);
  }
  for (const agent of agents) agent.close();
  await hub.stop();
  return times;
}

async function bareDelivery(): Promise<number> {
  const server = await Child.start('bare-server.ts');
  const client = await RawSse.open(new URL(String(server.ready['url'])), '');
  const times: number[] = [];
  for (let n = 0; n < 500; n++) {
    const start = performance.now();
    await client.request('ping', {});
    times.push(performance.now() - start);
  }
  client.close();
  await server.stop();
  return median(times);
}
