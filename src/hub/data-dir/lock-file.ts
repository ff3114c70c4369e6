import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { HubError } from '../../protocol/errors.ts';
import { HUB_LOCK_FILE, hubLockSchema, type HubLock } from '../../protocol/hub-lock.ts';
import { diskError } from '../disk/disk.ts';

/** The file that names the hub of a data directory. Only its owner can read it. */
export class LockFile {
  readonly #file: string;
  #held: HubLock;
  #text: string;

  /**
   * Takes the data directory for this process. A lock left by a process that is gone is replaced.
   * Throws `data_dir_held`, with the other's pid and address, when that process still runs, and
   * `storage_failed` when the disk has no room for it.
   */
  static take(dataDir: string, startedAt: number): LockFile {
    const file = lockFile(dataDir);
    const held: HubLock = { pid: process.pid, start: startOf(process.pid) ?? '', startedAt };
    const text = textOf(held);
    for (let attempt = 0; attempt < 50; attempt++) {
      if (place(file, text)) return new LockFile(file, held, text);
      const there = readText(file);
      if (there === undefined) continue;
      const other = parse(there);
      if (other && isRunning(other)) throw heldBy(dataDir, other);
      removeStale(file, there);
    }
    throw new HubError('data_dir_held', `The lock ${file} keeps changing hands. Start the hub again.`);
  }

  private constructor(file: string, held: HubLock, text: string) {
    this.#file = file;
    this.#held = held;
    this.#text = text;
  }

  /** Writes the hub's address, once it listens. */
  announce(address: { readonly url: string; readonly adminToken: string }): void {
    this.#held = { ...this.#held, ...address };
    this.#text = textOf(this.#held);
    const temporary = `${this.#file}.${randomBytes(6).toString('hex')}`;
    writeFileSync(temporary, this.#text, { mode: 0o600 });
    renameSync(temporary, this.#file);
  }

  /** Releases the data directory. */
  release(): void {
    if (readText(this.#file) === this.#text) rmSync(this.#file, { force: true });
  }
}

/** Who has a data directory now; undefined when nobody does. */
export function processHolding(dataDir: string): HubLock | undefined {
  const held = parse(readText(lockFile(dataDir)) ?? '');
  return held && isRunning(held) ? held : undefined;
}

function lockFile(dataDir: string): string {
  return path.join(dataDir, HUB_LOCK_FILE);
}

/** Puts a complete file in place at once, unless one exists. */
function place(file: string, text: string): boolean {
  const temporary = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(temporary, text, { mode: 0o600, flag: 'wx' });
    linkSync(temporary, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    return diskError(error);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Removes a stale lock by renaming it: of two processes that found it stale, only one succeeds. */
function removeStale(file: string, judged: string): void {
  const aside = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    renameSync(file, aside);
  } catch {
    return; // somebody else was quicker
  }
  // A new hub may have taken the lock between the check and the renaming: put it back.
  if (readText(aside) !== judged) {
    try {
      linkSync(aside, file);
    } catch {
      // A third process has the lock now; the next attempt finds it.
    }
  }
  rmSync(aside, { force: true });
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function parse(text: string): HubLock | undefined {
  try {
    return hubLockSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function textOf(held: HubLock): string {
  return `${JSON.stringify(held)}\n`;
}

function isRunning({ pid, start }: HubLock): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false; // EPERM: it runs, as another user
  }
  const now = startOf(pid);
  if (now === ENDED) return false;
  return now === undefined || start === '' || now === start;
}

/** Answer of {@link startOf} for a zombie: ended, but not reaped by its parent. */
const ENDED = 'ended';

/** When a process started, in the system's own form; undefined if unknown. */
function startOf(pid: number): string | undefined {
  try {
    switch (os.platform()) {
      case 'linux': {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
        // Fields from 3 on. They are counted after the name in parentheses, which may have any character.
        const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        // If nobody reaps a killed hub, as in a container without an init, its pid stays although no process
        // has the files open. While it has threads left (field 20), one still may.
        if (/^[ZXx]$/u.test(fields[0] ?? '') && Number(fields[17]) <= 1) return ENDED;
        return `${boot} ${fields[19] ?? ''}`;
      }
      case 'win32':
        return undefined; // asking costs a PowerShell start of a second
      default:
        return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    }
  } catch {
    return undefined;
  }
}

function heldBy(dataDir: string, { pid, url }: HubLock): HubError {
  const where = url === undefined ? 'it is just starting' : `it listens on ${url}`;
  return new HubError(
    'data_dir_held',
    `Another hub (pid ${pid}) has the data directory ${dataDir}; ${where}. Use that one, stop it, or choose another data directory.`,
    { details: { dataDir, pid, ...(url === undefined ? {} : { url }) } },
  );
}
