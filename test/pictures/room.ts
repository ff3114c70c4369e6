import sharp from 'sharp';
import { STATELESS } from '../../src/protocol/wire-names.ts';
import { pdf } from '../support/sample-files.ts';
import { wiresInTurn, type Actor, type Cast } from './cast.ts';

/** What goes on until the pictures are taken. */
export interface Room {
  readonly cast: Cast;
  close(): Promise<void>;
}

const plan = (points: readonly string[]): string =>
  `# Line 4, week 47\n\n${points.map((point) => `- ${point}\n`).join('')}\n## Who does what\n\n| part | by |\n| --- | --- |\n| track | north depot |\n| signals | *works office* |\n\nSee \`src/orders/import.ts\` for the rounding.\n`;

const points = [
  'Points 12A and 12B were exchanged on Tuesday night.',
  'The signal at kilometre 31.4 shows amber for too long; a part is on its way.',
  'Trains may pass at 80 km/h until the track is tamped.',
  'The crew of the north depot comes on the 28th.',
];

const table = `train,from,to,delay in min\n${Array.from({ length: 60 }, (_, n) => `RB ${4_100 + n},North depot,"Harbour, quay ${1 + (n % 4)}",${(n * 7) % 13}`).join('\n')}\n`;

const paths = [
  'src/orders/import.ts',
  'src/orders/rounding.ts',
  'src/billing/invoice.ts',
  'src/billing/reminders/second-reminder-with-a-rather-long-name.ts',
  'docs/how-to/exchange-points.md',
  'tests/orders/import.test.ts',
] as const;

/** A room with so many agents; none for 0. `count` at least 3 otherwise. */
export async function fillRoom(cast: Cast, count: number): Promise<Room> {
  if (count === 0) return { cast, close: async () => undefined };
  const [planner, reviewer] = await firstThree(cast);
  await files(planner, reviewer);
  const over = new AbortController();
  const waiting = [queueFor(reviewer, 'plans/november.md', over.signal)];
  if (count > 3) waiting.push(...(await crowd(cast, count - 3, over.signal)));
  await strangers(cast);
  return {
    cast,
    close: async () => {
      over.abort();
      await cast.close();
      await Promise.allSettled(waiting);
    },
  };
}

async function firstThree(cast: Cast): Promise<readonly [Actor, Actor]> {
  const [planner, reviewer] = [await cast.official('planner', 'sse'), await cast.official('reviewer', 'streamable')];
  await cast.official('archivist', STATELESS);
  return [planner, reviewer];
}

/** Files of several kinds, versions by two, jobs of which one fails, locks. */
async function files(planner: Actor, reviewer: Actor): Promise<void> {
  for (let n = 1; n <= points.length; n += 1) {
    await (n % 2 === 0 ? reviewer : planner).call('file_write', { path: 'plan.md', text: plan(points.slice(0, n)) });
  }
  await planner.call('file_write', { path: 'plans/november.md', text: '# November\n\nTamping of line 4, 28th.\n' });
  await planner.call('file_write', { path: 'delays.csv', text: table });
  await planner.call('file_write', { path: 'depots.json', text: '{"depots":[{"name":"North","tracks":12}]}' });
  await planner.call('file_write', { path: 'points-12.png', base64: await drawing() });
  const timetable = pdf(3, 'Timetable', 'North depot').toString('base64');
  await reviewer.call('file_write', { path: 'timetable.pdf', base64: timetable });
  await reviewer.call('file_write', {
    path: 'broken.pdf',
    base64: Buffer.from('%PDF-1.7 and no more').toString('base64'),
  });
  for (const path of paths)
    await reviewer.call('file_write', { path, text: `// ${path}\nexport const rounding = 2;\n` });
  for (const path of ['timetable.pdf', 'broken.pdf', 'plan.md']) await planner.call('file_extract', { path });
  await planner.call('file_read', { path: 'plan.md' });
  await planner.call('file_delete', { path: 'docs/how-to/exchange-points.md' });
  await planner.call('lock_acquire', { path: 'plans/november.md', ttl_s: 3_600, reason: 'moving the night shifts' });
  await planner.call('lock_acquire', { path: 'timetable.pdf', ttl_s: 900, reason: 'reading it in one go' });
}

/** A plan of two pairs of points, as PNG. */
async function drawing(): Promise<string> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="400"><rect width="640" height="400" fill="#e8eef4"/><g fill="none" stroke="#33475b" stroke-width="10"><path d="M0 240h640"/><path d="M120 240 280 140h360"/><path d="M300 240 430 330h210"/></g><g fill="#c62a2f"><circle cx="150" cy="215" r="14"/></g><g fill="#1f7a4d"><circle cx="330" cy="265" r="14"/></g></svg>`;
  return (await sharp(Buffer.from(svg)).png().toBuffer()).toString('base64');
}

/** Queues for a lock, again and again. */
async function queueFor(actor: Actor, path: string, over: AbortSignal): Promise<void> {
  const queue = { path, ttl_s: 600, wait_ms: 50_000, reason: 'checking the dates' };
  while (!over.aborted) await actor.call('lock_acquire', queue).catch(() => over.throwIfAborted());
}

const roles = ['coder', 'coder', 'coder', 'tester', 'docs-writer', 'reviewer-of-orders'] as const;

/** All others: most at work, some with a trouble of their own. */
async function crowd(cast: Cast, count: number, over: AbortSignal): Promise<Promise<void>[]> {
  const deployer = await cast.plain('deployer');
  const auditor = await cast.plain('auditor', 'viewer');
  const flaky = await cast.plain('flaky-runner');
  const nightly = await cast.plain('nightly-import-of-the-orders');
  const others: Actor[] = [];
  for (let n = 4; n < count; n += 1) {
    const name = `${roles[n % roles.length]}-${String(n).padStart(2, '0')}`;
    const wire = wiresInTurn[n % 3];
    others.push(n < 16 && wire ? await cast.official(name, wire) : await cast.plain(name));
  }
  await deployer.call('lock_acquire', { path: 'deploy/production.yaml', ttl_s: 3_300, reason: 'release 4.2' });
  const waiting = others.slice(0, 2).map(async (actor) => await queueFor(actor, 'deploy/production.yaml', over));
  await Promise.all(others.map(async (actor, n) => await work(actor, n)));
  for (let n = 0; n < 5; n += 1) await auditor.call('file_write', { path: 'notes/auditor.md', text: 'I saw it.' });
  for (let n = 0; n < 40; n += 1) await nightly.call('file_read', { path: 'orders/today.csv' });
  for (let n = 0; n < 8; n += 1) {
    if (n % 2 === 0) await flaky.call('file_list', {});
    flaky.drop();
    await flaky.comeBack();
  }
  for (const actor of others.slice(-Math.ceil(count / 12))) actor.drop();
  return waiting;
}

/** What each of the crowd did before the pictures. */
async function work(actor: Actor, n: number): Promise<void> {
  const path = paths[n % paths.length] ?? paths[0];
  await actor.call('file_list', {});
  await actor.call('file_read', { path });
  if (n % 3 === 0) await actor.call('file_write', { path: `notes/${actor.name}.md`, text: `# ${actor.name}\n` });
  if (n % 7 === 2)
    await actor.call('lock_acquire', { path: `notes/${actor.name}.md`, ttl_s: 1_200, reason: 'editing' });
  if (n % 11 === 3) await actor.call('file_extract', { path: 'timetable.pdf' });
  if (n % 9 === 4)
    await actor.call('file_write', { path: 'plan.md', text: plan([...points, `${actor.name} was here.`]) });
}

/** Who is refused: without a key, with a wrong one, with one that was revoked, at the wrong address. */
async function strangers(cast: Cast): Promise<void> {
  const surveyor = await cast.key('surveyor');
  await cast.desk.keyRevoke({ keyId: surveyor.keyId, reason: 'its survey is over' });
  const initialize = (bearer: string | undefined, path = '/mcp') =>
    fetch(new URL(path, cast.url), {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'user-agent': 'node',
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'initialize',
        params: {
          protocolVersion: '2025-11-25',
          capabilities: {},
          clientInfo: { name: 'claude-code', version: '2.1' },
        },
      }),
    }).then(async (answer) => await answer.text());
  await initialize(undefined);
  await initialize(surveyor.secret);
  for (let n = 0; n < 4; n += 1) await initialize('sbx_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAT5');
  await initialize(undefined, '/sse');
}
