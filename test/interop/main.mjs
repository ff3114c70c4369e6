#!/usr/bin/env node
/**
 * `npm run interop`: the clients that people use, pinned in this folder's lockfile, against a hub as it is built. Each
 * lists the tools, calls one, follows a job to its end and gets an event, over HTTP+SSE and Streamable HTTP, with a key.
 * Prints a table; ends with 1 where something was not as it should be. With `--login` those that can log in do that
 * instead, without a key, in a browser in which the person allows it.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureBuilt } from '../../src/cli/launch/ensure-built.mjs';
import { ensureInstalled } from '../../src/cli/launch/install.mjs';
import { startHub } from './hub.mjs';
import { requireNode } from '../../src/cli/launch/node-runtime.mjs';

const here = import.meta.dirname;
const root = path.resolve(here, '../..');
const say = (line) => process.stdout.write(`${line}\n`);
const CLIENTS = [
  'sdk-1',
  'sdk-2',
  'python-sdk',
  'ai-sdk',
  'langchain',
  'openai-agents',
  'inspector',
  'mcp-remote',
  'mcporter',
];
// Only ends what hangs: one of the clients starts a process for each call.
const PATIENCE_MS = 240_000;

/** What a client does, in turn. Each step throws where the hub's answer is not what it should be. */
const STEPS = {
  list: async (client) => {
    const tools = await client.list();
    if (!tools.includes('file_write') || !tools.includes('event_wait')) throw new Error(`it lists ${tools.join(', ')}`);
  },
  call: async (client, { file }) => await has(client.call('file_write', { path: file, text: 'one line\n' }), file),
  job: async (client, { file }) => {
    const started = await has(client.call('file_extract', { path: file }), /job_[0-9A-Za-z]+/u);
    await has(client.call('job_wait', { job_id: started, timeout_ms: 30_000 }), 'succeeded');
  },
  event: async (client, { hub, file }) => {
    const news = `${file}.news`;
    if (client.subscribe) {
      let hears = () => undefined;
      const heard = new Promise((resolve) => (hears = resolve));
      await client.subscribe('signalbox://workspaces/default/events', (message) => {
        if (JSON.stringify(message).includes(news)) hears();
      });
      await hub.write(news);
      return await heard;
    }
    const since = await hub.write(`${file}.before`);
    const waiting = client.call('event_wait', { after_seq: since, timeout_ms: 30_000 });
    await hub.write(news);
    return await has(waiting, news);
  },
};

/** The part of an answer that is looked for, whatever form the client gives the answer. */
async function has(answer, wanted) {
  const text = JSON.stringify(await answer);
  const found = typeof wanted === 'string' ? text.includes(wanted) && wanted : wanted.exec(text)?.[0];
  if (!found) throw new Error(`no ${wanted} in ${text.slice(0, 300)}`);
  return found;
}

/** One client over one wire: the steps that went well, and what the first other one said. */
async function tried({ name, connect, role = 'editor', tools = 'default' }, wire, hub) {
  const slug = `${name.replaceAll(/[^a-z0-9]+/gu, '-')}-${wire}`.replace(/^-/u, '');
  const headers = { Authorization: `Bearer ${await hub.key(slug, role, tools)}` };
  const file = `interop/${slug}.md`;
  const done = [];
  let client;
  const late = new Promise((_resolve, reject) => {
    setTimeout(() => reject(new Error(`not done after ${PATIENCE_MS / 1_000} s`)), PATIENCE_MS).unref();
  });
  try {
    client = await Promise.race([
      connect({ url: `${hub.url}/${wire === 'sse' ? 'sse' : 'mcp'}`, wire, headers }),
      late,
    ]);
    for (const [step, run] of Object.entries(STEPS)) {
      await Promise.race([run(client, { hub, file }), late]);
      done.push(step);
    }
    return { done };
  } catch (error) {
    return { done, failed: String(error instanceof Error ? error.message : error).replaceAll('\n', ' ') };
  } finally {
    await client?.close().catch(() => undefined);
  }
}

/** Each client that can log in, on a hub of its own. @returns {Promise<number>} how many did not come in */
async function loggingIn(node, dependencies, folder) {
  const { logins, triedLogin } = await import('./login.mjs'); // its client is installed by now
  let failed = 0;
  say('\n| client | logs in |\n| --- | --- |');
  for (const name of Object.keys(logins)) {
    const hub = await startHub(node, root, path.join(folder, name.replaceAll('/', '-'), 'data'));
    const why = await triedLogin(name, { url: hub.url, adminToken: hub.adminToken, folder, node });
    await hub.stop();
    if (why !== undefined) failed += 1;
    say(
      `| ${name} ${dependencies[name]} | ${why === undefined ? 'yes, and lists the tools' : why.slice(-400).replaceAll('\n', ' ')} |`,
    );
  }
  return failed;
}

async function everything() {
  await ensureInstalled(root, say);
  await ensureBuilt(root, ['cli'], say);
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  // Not `npm ci`: it refuses a lockfile without a package that exists for another system alone.
  const install = ['install', '--no-save', '--no-audit', '--no-fund', '--ignore-scripts'];
  if (spawnSync(npm, install, { cwd: here, stdio: 'inherit' }).status !== 0)
    throw new Error('npm could not install the clients; its words are above.');
  const { dependencies } = JSON.parse(readFileSync(path.join(here, 'package.json'), 'utf8'));
  if (process.argv.includes('--login')) {
    const folder = mkdtempSync(path.join(tmpdir(), 'signalbox-interop-'));
    try {
      return { failed: await loggingIn(requireNode(root), dependencies, folder), skipped: 0 };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  const clients = [];
  for (const client of CLIENTS) clients.push(await import(`./clients/${client}.mjs`));

  const dataDir = mkdtempSync(path.join(tmpdir(), 'signalbox-interop-'));
  const hub = await startHub(requireNode(root), root, dataDir);
  let [failed, skipped] = [0, 0];
  try {
    say('\n| client | HTTP+SSE | Streamable HTTP |\n| --- | --- | --- |');
    for (const client of clients) {
      const cells = [];
      const whyNot = client.prepare?.();
      if (whyNot !== undefined) skipped += 1;
      for (const wire of ['sse', 'streamable']) {
        if (whyNot !== undefined) {
          cells.push(`not run: ${whyNot}`);
          continue;
        }
        const { done, failed: why } = await tried(client, wire, hub);
        if (why !== undefined) failed += 1;
        cells.push(why === undefined ? done.join(', ') : `${done.join(', ')} – then: ${why.slice(0, 400)}`);
      }
      say(`| ${client.name} ${client.version ?? dependencies[client.name]} | ${cells.join(' | ')} |`);
    }
  } finally {
    await hub.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
  return { failed, skipped };
}

const { failed, skipped } = await everything();
const those = skipped === 0 ? 'Each client' : `${skipped} could not run here; each other client`;
say(failed === 0 ? `\n${those} did all of it.` : `\n${failed} did not.`);
process.exit(failed === 0 ? 0 : 1);
