import type { Role } from '../protocol/roles.ts';
import type { ConnectCommand } from './client.ts';

/** What an entry says of the agent that starts by it. */
export interface AgentChoice {
  /** Name of its key and of the agent. */
  readonly as: string;
  /** Of a key that is made; editor when left out. */
  readonly role?: Role | undefined;
  /** By id or name; may be left out while there is only one. */
  readonly workspace?: string | undefined;
  /** Where the hub's data lives, unless that is the usual place. */
  readonly dataDir?: string | undefined;
}

/** The command of an agent's entry. There is no secret in it: `connect` gets its key from the data directory. */
export function commandFor({ command, args }: ConnectCommand, choice: AgentChoice): ConnectCommand {
  const { as, role, workspace, dataDir } = choice;
  return {
    command,
    args: [
      ...args,
      '--as',
      as,
      ...(role === undefined || role === 'editor' ? [] : ['--role', role]),
      ...(workspace === undefined ? [] : ['--workspace', workspace]),
      ...(dataDir === undefined ? [] : ['--data-dir', dataDir]),
    ],
  };
}

/** The name after `--as` in an entry that starts `connect.mjs`; undefined for any other entry. */
export function agentIn(entry: unknown): string | undefined {
  const { args, command } = (entry ?? {}) as { readonly args?: unknown; readonly command?: unknown };
  const words = [...wordsIn(command), ...wordsIn(args)];
  if (!words.some((word) => word.endsWith('connect.mjs') || word === 'connect')) return undefined;
  const at = words.indexOf('--as');
  return at === -1 ? undefined : words[at + 1];
}

function wordsIn(value: unknown): readonly string[] {
  const all: readonly unknown[] = Array.isArray(value) ? value : [value];
  return all.filter((word) => typeof word === 'string');
}
