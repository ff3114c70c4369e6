#!/usr/bin/env node
/**
 * `npm run agents`: the agents that people use, pinned in this folder's lockfile, each real, on a scripted model on
 * loopback, against a hub as it is built. The person drops files; the hub is started again in between. Prints what each
 * model was given of each call, and how long each agent took from a drop to its first call about it; ends with 1 where
 * something did not reach a model, or reached it twice. `npm run agents -- codex claude` runs some; with
 * `--set-up` they are set up by `signalbox setup`, without a key.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureBuilt } from '../../src/cli/launch/ensure-built.mjs';
import { ensureInstalled } from '../../src/cli/launch/install.mjs';
import { requireNode } from '../../src/cli/launch/node-runtime.mjs';
import { startHub } from './hub.mjs';
import { programs } from './programs.mjs';
import { callRows, percentile, problemsOf, secondsToFirst } from './report.mjs';
import { runAgent } from './run.mjs';
import { scriptFor } from './script.mjs';

const here = import.meta.dirname;
const root = path.resolve(here, '../..');
const say = (line) => process.stdout.write(`${line}\n`);

/** One agent on a hub of its own. */
async function tried(program, node, isSetUp) {
  const folder = mkdtempSync(path.join(tmpdir(), 'signalbox-agents-'));
  const slug = program.bin;
  const hub = await startHub(node, root, path.join(folder, 'data'));
  try {
    const drops = new Map();
    const script = scriptFor(hub, drops, slug);
    const way = isSetUp ? { key: '', setUp: (home) => hub.setUp(program.client, home, slug) } : { key: hub.key(slug) };
    const { seen, words } = await runAgent(program, { script, url: hub.mcp(), ...way, folder, node });
    const audit = hub.audit();
    const problems = problemsOf(script, seen, audit);
    if (problems.length > 0) problems.push(`its last words: ${words.slice(-600).replaceAll(/\s+/gu, ' ')}`);
    return {
      program,
      problems,
      rows: callRows(script, seen),
      seconds: secondsToFirst(script, drops, audit),
      toolBytes: JSON.stringify(seen.offered).length,
    };
  } finally {
    await hub.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Of all scripts of the packages only those are run that put a binary in place which npm has brought. */
function putInPlace({ name, package: from, postinstall }, node) {
  if (!postinstall) return;
  const cwd = path.join(here, 'node_modules', from);
  const { status, stderr } = spawnSync(node, [postinstall], { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${name} could not be put in place: ${stderr}`);
}

async function everything(words) {
  const wanted = words.filter((word) => word !== '--set-up');
  const isSetUp = words.includes('--set-up');
  await ensureInstalled(root, say);
  await ensureBuilt(root, ['cli'], say);
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const install = ['install', '--no-save', '--no-audit', '--no-fund', '--ignore-scripts'];
  if (spawnSync(npm, install, { cwd: here, stdio: 'inherit' }).status !== 0)
    throw new Error('npm could not install the agents; its words are above.');
  const node = requireNode(root);
  const { dependencies } = JSON.parse(readFileSync(path.join(here, 'package.json'), 'utf8'));
  const all = [];
  for (const program of programs) {
    if (wanted.length > 0 && !wanted.includes(program.bin)) continue;
    putInPlace(program, node);
    const run = await tried(program, node, isSetUp);
    all.push(run);
    say(`\n${program.name} ${dependencies[program.package]}`);
    for (const row of run.rows) say(`  ${row}`);
    for (const problem of run.problems) say(`  ! ${problem}`);
  }
  say(
    '\n| agent | tools in its request, bytes | drop to first call by event_wait, p50 / p99 s | by news on a result, p50 / p99 s | not as it should be |',
  );
  say('| --- | --- | --- | --- | --- |');
  for (const { program, problems, seconds, toolBytes } of all) {
    const figures = [seconds.wait, seconds.result].map(
      (list) => `${percentile(list, 0.5)} / ${percentile(list, 0.99)}`,
    );
    say(
      `| ${program.name} ${dependencies[program.package]} | ${toolBytes} | ${figures.join(' | ')} | ${problems.length === 0 ? 'nothing' : problems.length} |`,
    );
  }
  return all.filter(({ problems }) => problems.length > 0).length;
}

const failed = await everything(process.argv.slice(2));
say(
  failed === 0 ? '\nEach agent was woken, and its model given each thing once.' : `\n${failed} did not do all of it.`,
);
process.exit(failed === 0 ? 0 : 1);
