import { frameKinds, frameOutcomes } from '../protocol/frame-record.ts';

/** What frames are kept for: those of a group are kept half as long as those of the one before. */
export const keepGroups = ['handshakes', 'calls', 'pushes'] as const;
export type KeepGroup = (typeof keepGroups)[number];

/** How much shorter the frames of a group are kept. */
export const KEEP_SHARE: Readonly<Record<KeepGroup, number>> = { handshakes: 1, calls: 1 / 2, pushes: 1 / 4 };

const kinds = (...names: (typeof frameKinds)[number][]): string =>
  names.map((name) => frameKinds.indexOf(name)).join(', ');
const outcomes = (...names: (typeof frameOutcomes)[number][]): string =>
  names.map((name) => frameOutcomes.indexOf(name)).join(', ');

const HANDSHAKE_METHODS = [
  'initialize',
  'notifications/initialized',
  'server/discover',
  'resources/subscribe',
  'resources/unsubscribe',
  'subscriptions/listen',
  'logging/setLevel',
  'GET',
  'DELETE',
  'endpoint',
];

/** Which group a frame `f` is of, as a condition for each. */
const isHandshake = `(f.kind IN (${kinds('close', 'gap')})
  OR (f.kind = ${kinds('exchange')} AND f.outcome IN (${outcomes('error', 'refused', 'aborted')}))
  OR f.method IN (SELECT id FROM names WHERE text IN (${HANDSHAKE_METHODS.map((method) => `'${method}'`).join(', ')})))`;
const isPush = `(f.direction = 1 AND f.kind IN (${kinds('notification', 'event', 'comment', 'keep-alive')}))`;

export const GROUP_CONDITION: Readonly<Record<KeepGroup, string>> = {
  handshakes: isHandshake,
  calls: `(NOT ${isHandshake} AND NOT ${isPush})`,
  pushes: `(NOT ${isHandshake} AND ${isPush})`,
};
