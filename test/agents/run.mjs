import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { browserFor, logInByTerminal } from './login.mjs';
import { startModel } from './model/server.mjs';

const here = import.meta.dirname;
/** An agent that is not done by then is ended. */
const PATIENCE_MS = 240_000;
/** So long an agent may take to end once its model has said its last word; some wait for more. */
const LAST_WORDS_MS = 10_000;

/**
 * Runs an agent through a script of its model: its user's set-up, and then one turn.
 *
 * @param {import('./programs.mjs').Program} program
 * @param {{ script: readonly import('./model/server.mjs').Step[], url: string, key: string, setUp?: (home: string) => void, folder: string, node: string, keep?: string, isLookedAt?: boolean, adminToken?: string }} given
 *   `setUp` sets an agent up in a home; without it, its user types what adds the hub, with `key`; `keep` is a folder for
 *   what was asked and said; with `adminToken` it logs in, and the person allows it in a browser; `isLookedAt` says that its user asks it for its servers before the turn
 * @returns what its model saw, what each command said, and when the turn began, ms since the epoch
 */
export async function runAgent(
  program,
  { script, url, key, setUp, folder, node, keep, adminToken, isLookedAt = false },
) {
  const note = (name, text) => keep && appendFileSync(path.join(keep, `${program.bin}-${name}`), text);
  const [home, work] = ['home', 'work'].map((name) => path.join(folder, name));
  for (const one of [home, work]) mkdirSync(one, { recursive: true });
  const model = await startModel(script, (request) => note('model.jsonl', `${request}\n`));
  const place = {
    home,
    work,
    url,
    key,
    model: model.url,
    isAllowed: setUp !== undefined,
    prompt: 'Use the signalbox tools as described, and then say DONE.',
  };
  program.setup?.(place);
  setUp?.(home);
  const env = {
    PATH: `${path.dirname(node)}:${process.env['PATH']}`,
    HOME: home,
    TMPDIR: folder,
    LANG: 'C.UTF-8',
    TERM: 'xterm-256color',
    NO_COLOR: '1',
    CI: '1',
    ...program.env(place),
  };
  if (adminToken !== undefined) {
    delete env.CI; // nobody logs in there
    delete env.NO_BROWSER;
    Object.assign(env, browserFor({ folder, node, adminToken }, env.PATH));
  }
  const bin = path.join(here, 'node_modules/.bin', program.bin);
  /** @type {{ command: string, words: string }[]} */
  const spoken = [];
  let startedAt = 0;
  try {
    const typed = (program.connect?.(place) ?? []).filter((args) => !setUp || !args.includes('signalbox'));
    const looks = isLookedAt ? (program.look ?? []) : [];
    const over = model.over;
    const started = (args) => () => toItsEnd(bin, args, { cwd: work, env, over });
    const logins = adminToken === undefined ? [] : (program.login ?? []);
    const turns = [
      ...[...typed, ...looks].map((args) => ({ args, run: started(args) })),
      ...logins.map((login) => ({ args: login.args, run: () => logInByTerminal(bin, login, { cwd: work, env }) })),
      { args: program.run(place), run: started(program.run(place)) },
    ];
    for (const { args, run } of turns) {
      startedAt = Date.now();
      const { code, said } = await run();
      const command = `${program.bin} ${args.join(' ')}`.trim();
      spoken.push({ command, words: said });
      note('said.txt', `$ ${command} [${code}]\n${said}\n`);
      if (code !== 0 && !isLookedAt) break;
    }
  } finally {
    endLeftBehind(work);
    await model.close();
  }
  return { seen: model.seen, spoken, startedAt };
}

/** Runs a program to its end, or until the model has said its last word. */
export function toItsEnd(bin, args, { cwd, env, over }) {
  const child = spawn(bin, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
  let isEnded = false;
  const end = () => {
    if (!isEnded) process.kill(-child.pid, 'SIGKILL');
  };
  const timer = setTimeout(end, PATIENCE_MS);
  void over.then(() => setTimeout(end, LAST_WORDS_MS).unref());
  return new Promise((resolve) => {
    child.on('close', (code) => {
      isEnded = true;
      clearTimeout(timer);
      resolve({ code, said });
    });
  });
}

/** Some agents leave a daemon behind: what was installed here and works in this run's folder ends. Only where there is /proc. */
function endLeftBehind(work) {
  let pids = [];
  try {
    pids = readdirSync('/proc').filter((entry) => /^\d+$/u.test(entry) && Number(entry) !== process.pid);
  } catch {
    return; // another system
  }
  for (const pid of pids) {
    try {
      const isOurs = readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(path.join(here, 'node_modules'));
      if (isOurs && readlinkSync(`/proc/${pid}/cwd`).startsWith(work)) process.kill(Number(pid));
    } catch {
      // It has ended, or is somebody else's.
    }
  }
}
