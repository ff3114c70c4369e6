import type { ProjectionName } from '../../../protocol/collections.ts';
import { filesProjection } from './files.ts';
import { jobsProjection } from './jobs.ts';
import { keysProjection } from './keys.ts';
import { partiesProjection } from './parties.ts';
import type { Projection } from './projection.ts';
import { sessionBlocksProjection } from './session-blocks.ts';
import { sessionsProjection } from './sessions.ts';

/** Those that event types name. */
const named: { readonly [N in ProjectionName]: Projection & { readonly name: N } } = {
  sessions: sessionsProjection,
  files: filesProjection,
  jobs: jobsProjection,
  keys: keysProjection,
};

/** All projections. None reads another's tables, so their order does not matter. */
export const projections: readonly Projection[] = [sessionBlocksProjection, partiesProjection, ...Object.values(named)];
