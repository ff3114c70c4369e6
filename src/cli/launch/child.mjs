import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** @typedef {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number, shell?: boolean }} ChildOptions */

/**
 * Runs a tool to its end, its output on our stderr: stdout belongs to the program that is launched.
 *
 * @param {string} command @param {readonly string[]} args @param {ChildOptions} [options]
 * @returns {Promise<boolean>} whether it succeeded (in time, if `timeoutMs` is given)
 */
export function runTool(command, args, { cwd, env, timeoutMs, shell } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', process.stderr, process.stderr],
      timeout: timeoutMs,
      shell: shell ?? false,
    });
    child.once('error', () => resolve(false));
    child.once('close', (code) => resolve(code === 0));
  });
}

/**
 * Becomes `command` as far as a parent can: same streams, signals passed on, and its exit code (for a
 * signal, 128 plus its number) answered.
 *
 * @param {string} command @param {readonly string[]} args @param {ChildOptions} [options]
 * @returns {Promise<number>}
 */
export function become(command, args, { cwd, env } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: 'inherit' });
    /** @type {readonly NodeJS.Signals[]} */
    const signals = process.platform === 'win32' ? ['SIGINT', 'SIGBREAK'] : ['SIGINT', 'SIGTERM', 'SIGHUP'];
    // A terminal sends SIGINT to the child too. Passing it on would make two of one Ctrl-C, so here it is
    // only kept from ending this process.
    const fromTerminal = process.stdin.isTTY;
    const passOn = signals.map((signal) => {
      const listener = () => {
        if (!(fromTerminal && signal === 'SIGINT')) child.kill(signal);
      };
      process.on(signal, listener);
      return () => process.off(signal, listener);
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      for (const stop of passOn) stop();
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0));
    });
  });
}
