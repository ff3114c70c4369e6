import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** @param {string} name @returns {string} path of a program that is installed in this folder */
export const bin = (name) => fileURLToPath(new URL(`node_modules/.bin/${name}`, import.meta.url));

/**
 * Runs a program to its end.
 *
 * @param {string} command @param {readonly string[]} args
 * @returns {Promise<string>} what it wrote to stdout
 * @throws {Error} with its words, when it ends with another code than 0
 */
export async function run(command, args) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.on('data', (data) => (out += data.toString()));
  child.stderr.on('data', (data) => (err += data.toString()));
  const [exitCode] = await once(child, 'close');
  if (exitCode !== 0) throw new Error(`ended with ${exitCode}: ${(err + out).slice(-1_000)}`);
  return out;
}
