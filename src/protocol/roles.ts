import { z } from 'zod';

/** What a key may do in a workspace, from least to most. */
export const roles = ['viewer', 'editor', 'owner'] as const;
export const roleSchema = z.enum(roles);
export type Role = z.infer<typeof roleSchema>;

/** Whether `have` is at least `need`; nobody (`undefined`) is less than a viewer. */
export function roleAtLeast(have: Role | undefined, need: Role): boolean {
  return have !== undefined && roles.indexOf(have) >= roles.indexOf(need);
}
