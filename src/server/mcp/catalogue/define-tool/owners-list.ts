import { namesNoFile } from './named-files.ts';

/** What the tools with which an owner lists things of a workspace have in common. */
export const ownersList = {
  role: 'owner',
  set: 'owner',
  effect: 'reads',
  idempotent: true,
  files: namesNoFile,
} as const;
