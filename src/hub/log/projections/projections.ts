import { filesProjection } from './files.ts';
import { jobsProjection } from './jobs.ts';
import type { Projection } from './projection.ts';
import { sessionBlocksProjection } from './session-blocks.ts';
import { sessionsProjection } from './sessions.ts';

/** All projections, in the order in which they see an event. */
export const projections: readonly Projection[] = [
  sessionsProjection,
  sessionBlocksProjection,
  filesProjection,
  jobsProjection,
];
