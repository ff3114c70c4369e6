/** The maps of `HubState`: what is live and bounded. */
export const collections = [
  'keys',
  'workspaces',
  'sessions',
  'locks',
  'jobs',
  'uploads',
  'transfers',
  'links',
] as const;
export type Collection = (typeof collections)[number];

/** The log's tables, by projection: what grows without bound. */
export type ProjectionName = 'sessions' | 'files' | 'jobs' | 'keys';
