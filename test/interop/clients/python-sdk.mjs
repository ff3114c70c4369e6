import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

const here = path.resolve(import.meta.dirname, '..');
const needed = path.join(here, 'requirements.txt');
const folder = path.join(here, '.venv');
const python = path.join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');

export const name = 'mcp (Python)';
export const version = /^mcp==(.+)$/mu.exec(readFileSync(needed, 'utf8'))?.[1];

/** @returns {string | undefined} why it cannot run here: there is no Python for it, or its packages cannot be had */
export function prepare() {
  const enough = 'import sys; sys.exit(sys.version_info < (3, 10))';
  const found = ['python3', 'python'].find((command) => spawnSync(command, ['-c', enough]).status === 0);
  if (found === undefined) return 'there is no Python of version 3.10 or newer';
  const steps = [
    [found, ['-m', 'venv', folder]],
    [python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--requirement', needed]],
  ];
  for (const [command, args] of steps) {
    const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
    if (status === 0) continue;
    const lines = (error?.message ?? stderr).trim().split('\n');
    return `pip could not install it: ${lines.findLast((line) => line.startsWith('ERROR')) ?? lines.at(-1)}`;
  }
  return undefined;
}

/** A process that takes a command a line and says what came of it. */
export async function connect({ url, wire, headers }) {
  const child = spawn(python, [path.join(here, 'clients/python-sdk.py')], { stdio: ['pipe', 'pipe', 'pipe'] });
  const asked = new Map();
  const ended = once(child, 'close');
  let hears = () => undefined;
  let [count, words] = [0, ''];
  child.stderr.on('data', (data) => (words += data.toString()));
  child.on('error', () => undefined); // it closes, too
  child.stdin.on('error', () => undefined);
  createInterface(child.stdout).on('line', (line) => {
    const { news, id, result, error } = JSON.parse(line);
    if (news !== undefined) return hears(news);
    const { resolve, reject } = asked.get(id);
    asked.delete(id);
    return error === undefined ? resolve(result) : reject(new Error(error));
  });
  void ended.then(() => {
    for (const { reject } of asked.values()) reject(new Error(`it ended: ${words.trim().slice(-400)}`));
  });
  const write = (message) => child.stdin.write(`${JSON.stringify(message)}\n`);
  const ask = async (what) => {
    const id = (count += 1);
    const answer = Promise.withResolvers();
    asked.set(id, answer);
    write({ id, ...what });
    return await answer.promise;
  };
  write({ url, wire, headers });
  return {
    list: async () => await ask({ do: 'list' }),
    call: async (tool, args) => await ask({ do: 'call', tool, args }),
    subscribe: async (uri, heard) => {
      hears = heard;
      await ask({ do: 'subscribe', uri });
    },
    close: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
