/** What the scripted model does, and what each result must have for it to be of use: looked for in what the model was given. */

const PICTURE = 'iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAEklEQVR4nGP4z8CAB+GTG8HSALfKY52fTcuYAAAAAElFTkSuQmCC';
/** How often an agent is woken, of each way: so many drops make the figures. */
export const WAKES = 5;

/**
 * @typedef {import('./model/server.mjs').Step & {
 *   once?: string,        // the sentence that says the next step: it must reach the model, and once
 *   picture?: true,       // a picture must reach the model, or the sentence that there is one
 *   isRefused?: true,     // the hub refuses the call
 *   way?: 'wait' | 'result',  // the call by which the agent learns of the drop before it
 *   first?: { way: 'wait' | 'result', drop: string },  // the first call that is about a dropped file
 * }} AgentStep
 *
 * @param {Awaited<ReturnType<typeof import('./hub.mjs').startHub>>} hub
 * @param {Map<string, number>} drops  when each file was dropped, ms since the epoch
 * @param {string} slug  of the agent
 * @returns {AgentStep[]}
 */
export function scriptFor(hub, drops, slug) {
  const note = `notes/${slug}.md`;
  const drop = async (file) => void drops.set(file, await hub.drop(file, `# ${file}\n\nFrom the person.\n`));
  const newest = (results, pattern) => results.toReversed().flatMap((text) => pattern.exec(text)?.[1] ?? [])[0];
  const token = (results) => newest(results, /lock_token\W{1,6}(lck_\w+)/u);
  const wakes = Array.from({ length: WAKES }, (_, n) => [
    {
      tool: 'event_wait',
      args: { for_me: true, timeout_ms: 50_000 },
      // An agent that has ended by then has no hub any more: its row says what did not reach its model.
      before: async () => void setTimeout(() => void drop(`inbox/${slug}-wait-${n}.md`).catch(() => undefined), 2_000),
      once: `inbox/${slug}-wait-${n}.md`,
      way: 'wait',
    },
    {
      tool: 'file_read',
      args: { path: `inbox/${slug}-wait-${n}.md` },
      first: { way: 'wait', drop: `inbox/${slug}-wait-${n}.md` },
    },
  ]).flat();
  const news = Array.from({ length: WAKES }, (_, n) => [
    {
      tool: 'file_list',
      args: { prefix: 'notes/' },
      before: () => drop(`inbox/${slug}-news-${n}.md`),
      once: `inbox/${slug}-news-${n}.md`,
      way: 'result',
    },
    {
      tool: 'file_read',
      args: { path: `inbox/${slug}-news-${n}.md` },
      first: { way: 'result', drop: `inbox/${slug}-news-${n}.md` },
    },
  ]).flat();
  return [
    { tool: 'whoami', once: 'call event_wait with for_me true' },
    { tool: 'workspace_get' },
    {
      tool: 'file_read',
      args: { path: `seed/${slug}.png` },
      before: () => hub.drop(`seed/${slug}.png`, Buffer.from(PICTURE, 'base64')),
      once: 'download_url:',
      picture: true,
    },
    { tool: 'lock_acquire', args: { path: note, ttl_s: 600 }, once: 'release it with its lock_token' },
    {
      tool: 'file_write',
      args: (results) => ({ path: note, text: 'Written over MCP.\n', lock_token: token(results) }),
      before: () => hub.restart(),
      once: `Wrote ${note}`,
    },
    { tool: 'lock_release', args: (results) => ({ lock_token: token(results) }), once: 'Released' },
    { tool: 'file_extract', args: { path: note }, once: 'Call job_wait with this job_id' },
    {
      tool: 'job_wait',
      args: (results) => ({ job_id: newest(results, /job_id\W{1,6}(job_\w+)/u), timeout_ms: 50_000 }),
      once: 'succeeded after',
    },
    { tool: 'file_read', args: { path: 'no/such.md' }, once: 'not_found', isRefused: true },
    ...news,
    ...wakes,
    { tool: 'file_delete', args: { path: note }, once: 'file_restore' },
    { say: 'DONE' },
  ];
}
