import { createHash } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Runs `work` while no other process does so for the same tree: two starts at once must not install or build
 * over each other. After waiting, check again whether there is still work to do.
 *
 * @template T
 * @param {string} root
 * @param {() => T | Promise<T>} work
 * @param {(line: string) => void} say called once, if another process has the lock
 * @returns {Promise<T>}
 */
export async function exclusively(root, work, say) {
  // Outside the tree: an install may empty node_modules, a build its output.
  const name = createHash('sha256').update(path.resolve(root)).digest('hex').slice(0, 16);
  const file = path.join(tmpdir(), `signalbox-launch-${name}.lock`);
  for (let waits = 0; !take(file); waits += 1) {
    if (waits === 0) say(`Waiting for another start of ${root} to finish (${file}).`);
    await delay(200);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/** @param {string} file @returns {boolean} whether the lock is ours now */
function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
  const holder = holderOf(file);
  // Unreadable for a moment: just released, or created and not yet written.
  if (holder !== undefined && !isAlive(holder)) clear(file, holder);
  return false;
}

/**
 * Removes a dead process's lock. Another waiter may have done so since it was read, and hold its own lock by
 * now: so the file is moved aside, read again, and put back if its process is alive.
 *
 * @param {string} file @param {number} dead
 */
function clear(file, dead) {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
    if (holderOf(aside) === dead) rmSync(aside, { force: true });
    else renameSync(aside, file);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

/** @param {string} file @returns {number | undefined} */
function holderOf(file) {
  try {
    const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
    return Number.isNaN(pid) ? undefined : pid;
  } catch {
    return undefined;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** @param {unknown} error @returns {unknown} */
function codeOf(error) {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
