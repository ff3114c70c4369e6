#!/usr/bin/env node
/**
 * `npm run agents`: the agents that people use, pinned in this folder's lockfile, each real, on a scripted model on
 * loopback, against a hub as it is built. The person drops files; the hub is started again in between. Prints what each
 * model was given of each call, and how long each agent took from a drop to its first call about it; ends with 1 where
 * something did not reach a model, or reached it twice.
 *
 *     npm run agents -- [codex claude …] [--set-up] [--login] [--key none|wrong|revoked|suspended] [--plugin] [--keep FOLDER]
 *
 * With `--set-up` they are set up by `signalbox setup`, without a key. With `--login` those that can log in are given
 * the address for that alone, and the person allows each in a browser. With `--key` they come with one that the hub does
 * not take, and what is printed is what their users read; with both, the key of their name has ended since. `--plugin`
 * runs Claude Code alone, with the plugin folder of `npm run bundle`. `--keep` keeps what was asked of the model, and what was said.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilt } from '../../src/cli/launch/ensure-built.mjs';
import { ensureInstalled } from '../../src/cli/launch/install.mjs';
import { requireNode } from '../../src/cli/launch/node-runtime.mjs';
import { startHub } from './hub.mjs';
import { withPlugin } from './plugin.mjs';
import { programs } from './programs.mjs';
import { KEYS, refused } from './refused.mjs';
import { callRows, loginStepsOf, percentile, problemsOf, secondsToFirst, stepsOf } from './report.mjs';
import { runAgent } from './run.mjs';
import { scriptFor } from './script.mjs';

const here = import.meta.dirname;
const root = path.resolve(here, '../..');
const say = (line) => process.stdout.write(`${line}\n`);

/** @typedef {{ isSetUp: boolean, isLogin?: boolean, key?: string, keep?: string }} How */

/** A hub in a folder of its own, as long as `run` takes. */
async function onHub(node, run) {
  const folder = mkdtempSync(path.join(tmpdir(), 'signalbox-agents-'));
  const hub = await startHub(node, root, path.join(folder, 'data'));
  try {
    return await run(hub, folder);
  } finally {
    await hub.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One agent through the whole script. @param {import('./programs.mjs').Program} program @param {How} how */
function tried(program, node, { isSetUp, isLogin, keep }) {
  return onHub(node, async (hub, folder) => {
    const slug = program.bin;
    const drops = new Map();
    const script = scriptFor(hub, drops, slug);
    const byKey = () => ({ url: hub.mcp(), key: hub.key(slug) });
    const bySetUp = () => ({ url: hub.mcp(), key: '', setUp: (home) => hub.setUp(program.client, home, slug) });
    const way = isLogin ? { ...hub.login(), key: '' } : isSetUp ? bySetUp() : byKey();
    const run = await runAgent(program, { script, ...way, folder, node, keep });
    const audit = hub.audit();
    const problems = problemsOf(script, run.seen, audit, program.refusals);
    if (problems.length > 0)
      problems.push(`its last words: ${run.spoken.at(-1)?.words.slice(-600).replaceAll(/\s+/gu, ' ')}`);
    return {
      program,
      problems,
      rows: callRows(script, run.seen),
      seconds: secondsToFirst(script, drops, audit),
      steps: isLogin ? loginStepsOf(run, audit, program.login) : stepsOf(run, audit, isSetUp),
      toolBytes: JSON.stringify(run.seen.offered).length,
    };
  });
}

/** Of all scripts of the packages only those are run that put a binary in place which npm has brought. */
function putInPlace({ name, package: from, postinstall }, node) {
  if (!postinstall) return;
  const cwd = path.join(here, 'node_modules', from);
  const { status, stderr } = spawnSync(node, [postinstall], { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${name} could not be put in place: ${stderr}`);
}

/** The agents that were named, or all, installed; each with its version. @param {readonly string[]} wanted */
async function installed(wanted) {
  await ensureInstalled(root, say);
  await ensureBuilt(root, ['cli'], say);
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const install = ['install', '--no-save', '--no-audit', '--no-fund', '--ignore-scripts'];
  if (spawnSync(npm, install, { cwd: here, stdio: 'inherit' }).status !== 0)
    throw new Error('npm could not install the agents; its words are above.');
  const { dependencies } = JSON.parse(readFileSync(path.join(here, 'package.json'), 'utf8'));
  const node = requireNode(root);
  const chosen = programs.filter(({ bin }) => wanted.length === 0 || wanted.includes(bin));
  for (const program of chosen) putInPlace(program, node);
  return chosen.map((program) => ({ program, title: `${program.name} ${dependencies[program.package]}`, node }));
}

/** @param {Awaited<ReturnType<typeof installed>>} agents @param {How} how @returns {Promise<number>} how many did not do all of it */
async function everything(agents, how) {
  const all = [];
  for (const { program, title, node } of agents) {
    const run = await tried(program, node, how);
    all.push({ ...run, title });
    say(`\n${title}`);
    for (const row of run.rows) say(`  ${row}`);
    for (const problem of run.problems) say(`  ! ${problem}`);
  }
  say(
    '\n| agent | steps to its first call; seconds of the last | tools in its request, bytes | drop to first call by event_wait, p50 / p99 s | by news on a result, p50 / p99 s | not as it should be |',
  );
  say('| --- | --- | --- | --- | --- | --- |');
  for (const { title, problems, seconds, steps, toolBytes } of all) {
    const figures = [seconds.wait, seconds.result].map(
      (list) => `${percentile(list, 0.5)} / ${percentile(list, 0.99)}`,
    );
    say(
      `| ${title} | ${steps} | ${toolBytes} | ${figures.join(' | ')} | ${problems.length === 0 ? 'nothing' : problems.length} |`,
    );
  }
  const failed = all.filter(({ problems }) => problems.length > 0).length;
  say(
    failed === 0 ? '\nEach agent was woken, and its model given each thing once.' : `\n${failed} did not do all of it.`,
  );
  return failed;
}

/** What the agents' users read. @param {Awaited<ReturnType<typeof installed>>} agents @param {How & { key: string }} how */
async function withBadKey(agents, { key, isSetUp, keep }) {
  for (const { program, title, node } of agents) {
    const { sentence, said, logs } = await onHub(node, (hub, folder) =>
      refused(program, { hub, kind: key, isSetUp, folder, node, keep }),
    );
    say(`\n${title}, key ${key}: ${sentence}`);
    for (const { where, told, lines } of [...said, ...logs]) {
      say(`  ${told ?? 'NOT there'}: ${where}`);
      for (const line of lines) say(`    ${line.trim().slice(0, 600)}`);
    }
  }
}

/** Claude Code with its plugin. @param {Awaited<ReturnType<typeof installed>>} agents */
async function asPlugin([agent]) {
  const folder = mkdtempSync(path.join(tmpdir(), 'signalbox-agents-'));
  try {
    const { program, title, node } = agent;
    say(`\n${title}, with the plugin:`);
    const startHubHere = () => startHub(node, root, path.join(folder, 'data'));
    const problems = await withPlugin(program, { root, node, folder, startHub: startHubHere, say });
    for (const problem of problems) say(`  ! ${problem}`);
    return problems.length;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'set-up': { type: 'boolean' },
    login: { type: 'boolean' },
    key: { type: 'string' },
    plugin: { type: 'boolean' },
    keep: { type: 'string' },
  },
});
const { key, keep } = values;
if (key !== undefined && !KEYS.includes(key)) throw new Error(`--key takes one of: ${KEYS.join(', ')}.`);
if (keep !== undefined) mkdirSync(keep, { recursive: true });
const how = {
  isSetUp: values['set-up'] === true,
  isLogin: values.login === true,
  ...(keep === undefined ? {} : { keep: path.resolve(keep) }),
};
const able = programs.filter(({ login }) => !values.login || login).map(({ bin }) => bin);
const wanted = positionals.length > 0 ? positionals.filter((bin) => able.includes(bin)) : able;
const agents = await installed(values.plugin ? ['claude'] : wanted);
const ran = () => (key === undefined ? everything(agents, how) : withBadKey(agents, { ...how, key }));
const failed = await (values.plugin ? asPlugin(agents) : ran());
process.exit(failed ? 1 : 0);
