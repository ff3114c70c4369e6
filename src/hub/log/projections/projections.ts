import type { ProjectionName } from '../../../protocol/collections.ts';
import { filesProjection } from './files.ts';
import { jobsProjection } from './jobs.ts';
import type { Projection } from './projection.ts';
import { sessionBlocksProjection } from './session-blocks.ts';
import { sessionsProjection } from './sessions.ts';

/** Those that event types name. */
const named: { readonly [N in ProjectionName]: Projection & { readonly name: N } } = {
  sessions: sessionsProjection,
  files: filesProjection,
  jobs: jobsProjection,
};

/** All projections. None reads the tables of another, so their order means nothing. */
export const projections: readonly Projection[] = [sessionBlocksProjection, ...Object.values(named)];
