import { HubError } from '../protocol/errors.ts';
import type { StateSnapshot } from '../protocol/snapshot.ts';
import type { WorkspaceState } from '../protocol/state.ts';
import { CommandFailure, EXIT } from './host.ts';

/** The workspace that is meant: by id, by name, or the only one when none is named. */
export function workspaceMeant(state: StateSnapshot, idOrName: string | undefined): WorkspaceState {
  const names = state.workspaces.map(({ name }) => name).join(', ');
  if (idOrName !== undefined) {
    const byId = state.workspaces.find(({ id }) => id === idOrName);
    const [found, another] = byId ? [byId] : state.workspaces.filter(({ name }) => name === idOrName);
    if (found && another) throw ambiguous(state, idOrName);
    if (found) return found;
    throw new HubError('not_found', `There is no workspace ${idOrName}; there are: ${names}.`);
  }
  const [only, another] = state.workspaces;
  if (only && !another) return only;
  throw new CommandFailure(
    new HubError('invalid_argument', `Say which workspace with --workspace; there are: ${names || 'none yet'}.`),
    EXIT.usage,
  );
}

function ambiguous({ workspaces }: StateSnapshot, called: string): CommandFailure {
  const ids = workspaces.filter(({ name }) => name === called).map(({ id }) => id);
  const error = new HubError(
    'invalid_argument',
    `Several workspaces are called ${called}; say which with --workspace: ${ids.join(', ')}.`,
  );
  return new CommandFailure(error, EXIT.usage);
}
