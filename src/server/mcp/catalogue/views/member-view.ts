import { z } from 'zod';
import { roleSchema, type Role } from '../../../../protocol/roles.ts';
import type { HubState, KeyState, WorkspaceState } from '../../../../protocol/state.ts';
import { time, timeShape } from './common.ts';

/** A member as an owner sees it. */
export const memberFields = {
  key_id: z.string(),
  key_name: z.string(),
  role: roleSchema,
  me: z.boolean(),
  key_status: z.enum(['usable', 'expired', 'suspended']).describe('Only usable keys can call'),
  key_expires_at: timeShape.optional(),
  session_count: z.number().int().min(0).describe('Its open and dropped sessions'),
};
export const memberShape = z.strictObject(memberFields);
export type MemberView = z.output<typeof memberShape>;

/** The members of a workspace, to be shown one by one: a key that was revoked is none any more. */
export function membersOf({ roles }: WorkspaceState, { keys, sessions }: HubState) {
  const open = new Map<string, number>();
  for (const { keyId } of sessions.values()) {
    if (roles[keyId] !== undefined) open.set(keyId, (open.get(keyId) ?? 0) + 1);
  }
  return Object.entries(roles).flatMap(([keyId, role]) => {
    const key = keys.get(keyId);
    return key && key.revokedAt === undefined ? [{ key, role, sessionCount: open.get(keyId) ?? 0 }] : [];
  });
}

export function memberView(
  { key, role, sessionCount }: { readonly key: KeyState; readonly role: Role; readonly sessionCount: number },
  callerKeyId: string,
  now: number,
): MemberView {
  return {
    key_id: key.id,
    key_name: key.name,
    role,
    me: key.id === callerKeyId,
    key_status: statusOf(key, now),
    ...(key.expiresAt === undefined ? {} : { key_expires_at: time(key.expiresAt) }),
    session_count: sessionCount,
  };
}

function statusOf({ expiresAt, suspendedAt }: KeyState, now: number): MemberView['key_status'] {
  if (expiresAt !== undefined && expiresAt <= now) return 'expired';
  return suspendedAt === undefined ? 'usable' : 'suspended';
}
