import { z } from 'zod';

/** In a data directory: the process that has it and, once that listens, its address. Only the owner can read it. */
export const HUB_LOCK_FILE = 'hub.lock';

export const hubLockSchema = z.object({
  pid: z.number().int(),
  /** When that process started, by the operating system: the pid may belong to another process by now. */
  start: z.string(),
  startedAt: z.number(),
  url: z.string().optional(),
  adminToken: z.string().optional(),
});
export type HubLock = z.infer<typeof hubLockSchema>;
