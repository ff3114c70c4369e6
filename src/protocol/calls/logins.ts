import { z } from 'zod';
import { roleSchema } from '../roles.ts';
import { call } from './define-call.ts';
import { id, name, workspace } from './fields.ts';

/** Clients that want to log in. */
export const loginCalls = {
  /** Lets a client in: it gets a key of this name, with this role in this workspace. */
  loginAllow: call(z.strictObject({ id, name, role: roleSchema, workspace })).answers<void>(),
  loginDeny: call(z.strictObject({ id })).answers<void>(),
};
