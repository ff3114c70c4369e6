import { homedir } from 'node:os';
import path from 'node:path';

type Env = Readonly<Record<string, string | undefined>>;

/** The machine whose clients are set up, as far as their places depend on it. */
export interface Machine {
  readonly platform: 'linux' | 'darwin' | 'win32';
  /** The person's own folder. */
  readonly home: string;
  readonly env: Env;
}

/** The machine that this process runs on. */
export function thisMachine(env: Env): Machine {
  const { platform } = process;
  const home = (platform === 'win32' ? env['USERPROFILE'] : env['HOME']) || homedir();
  return { platform: platform === 'win32' || platform === 'darwin' ? platform : 'linux', home, env };
}

/** How the machine writes paths. */
export function pathsOf({ platform }: Machine): path.PlatformPath {
  return platform === 'win32' ? path.win32 : path.posix;
}

/** A place in the person's own folder. */
export function inHome(machine: Machine, ...parts: readonly string[]): string {
  return pathsOf(machine).join(machine.home, ...parts);
}

/** A place where programs of the terminal keep settings: `~/.config` and below, on Windows `%APPDATA%`. */
export function inConfig(machine: Machine, ...parts: readonly string[]): string {
  return machine.platform === 'win32'
    ? inAppData(machine, ...parts)
    : pathsOf(machine).join(machine.env['XDG_CONFIG_HOME'] || inHome(machine, '.config'), ...parts);
}

/** A place where apps with windows keep settings. */
export function inAppData(machine: Machine, ...parts: readonly string[]): string {
  const { platform, env } = machine;
  if (platform === 'darwin') return inHome(machine, 'Library', 'Application Support', ...parts);
  if (platform === 'linux') return inConfig(machine, ...parts);
  return pathsOf(machine).join(env['APPDATA'] || inHome(machine, 'AppData', 'Roaming'), ...parts);
}
