import { HubError } from '../protocol/errors.ts';
import { nearest } from '../protocol/words/nearest.ts';
import type { ClientKind } from './client.ts';
import { apps } from './clients/apps.ts';
import { editors } from './clients/editors.ts';
import { terminals } from './clients/terminals.ts';

/** Every client that can be set up, by its name. */
export const clientKinds: readonly ClientKind[] = [...terminals, ...editors, ...apps].sort((a, b) =>
  a.label.localeCompare(b.label, 'en'),
);

/** @throws HubError `not_found` with the names that there are */
export function clientKind(id: string): ClientKind {
  const kind = clientKinds.find((one) => one.id === id);
  if (kind) return kind;
  const ids = clientKinds.map((one) => one.id);
  const meant = nearest(id, ids);
  throw new HubError(
    'not_found',
    `No client is called "${id}"${meant === undefined ? '' : `; did you mean ${meant}?`} There are: ${ids.join(', ')}. For any other: signalbox setup --print.`,
  );
}
