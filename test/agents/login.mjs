import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const BROWSER = path.join(import.meta.dirname, 'login-browser.mjs');
/** A login that is not done by then is ended. */
const PATIENCE_MS = 60_000;

/**
 * What an agent's user does to log in, once the hub's address is known to it.
 *
 * @typedef {object} Login
 * @property {string[]} args
 * @property {{ after: RegExp, text: string }} [types]  what is typed once it has said so
 * @property {RegExp} [until]  what it says when it is done, where it does not end by itself
 */

/**
 * Puts a browser in place that allows each login: agents open `xdg-open`, `open`, or what `BROWSER` names.
 *
 * @param {{ folder: string, node: string, adminToken: string }} given
 * @returns {Record<string, string>} the environment in which agents find it; `PATH` is that of `path`
 */
export function browserFor({ folder, node, adminToken }, searched = '') {
  const bin = path.join(folder, 'browser');
  mkdirSync(bin, { recursive: true });
  const text = `#!/bin/sh\nSIGNALBOX_ADMIN_TOKEN='${adminToken}' exec '${node}' '${BROWSER}' "$@"\n`;
  for (const name of ['xdg-open', 'open']) {
    writeFileSync(path.join(bin, name), text, { mode: 0o700 });
    chmodSync(path.join(bin, name), 0o700);
  }
  return { PATH: `${bin}:${searched}`, BROWSER: path.join(bin, 'xdg-open'), DISPLAY: ':0' };
}

/**
 * Runs what an agent's user types in a terminal, which some want before they open a browser.
 *
 * @param {string} bin @param {Login} login @param {{ cwd: string, env: Record<string, string> }} where
 * @returns {Promise<{ code: number | null, said: string }>}
 */
export function logInByTerminal(bin, { args, types, until }, { cwd, env }) {
  const command = [bin, ...args].map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(' ');
  const child = spawn('script', ['-qec', `stty cols 160 rows 40; ${command}`, '/dev/null'], {
    cwd,
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  let said = '';
  let toType = types;
  const end = () => process.kill(-child.pid, 'SIGKILL');
  const timer = setTimeout(end, PATIENCE_MS);
  const heard = (chunk) => {
    said += chunk;
    if (toType?.after.test(said)) {
      const { text } = toType;
      toType = undefined;
      // A terminal's reader takes a line that comes in one piece for one that was pasted.
      setTimeout(() => child.stdin.write(text), 1_000);
      setTimeout(() => child.stdin.write('\r'), 2_000);
      setTimeout(() => child.stdin.write('\r'), 4_000); // the first may only choose what is proposed
    }
    if (until?.test(said)) end();
  };
  for (const stream of [child.stdout, child.stderr]) stream.on('data', heard);
  child.stdin.on('error', () => undefined); // it has ended
  return new Promise((resolve) => {
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code: until?.test(said) ? 0 : code, said });
    });
  });
}
