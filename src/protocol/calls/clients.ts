import { z } from 'zod';
import type { ClientChange, ClientChanged, ClientList } from '../client-offers.ts';
import { roleSchema } from '../roles.ts';
import { call } from './define-call.ts';
import { id, nothing, workspace } from './fields.ts';

/** What an entry is to say. `as` is the name of the key and the agent; editor of the only workspace otherwise. */
const choice = {
  client: id,
  as: z.string().min(1).max(64),
  role: roleSchema.optional(),
  workspace: workspace.optional(),
  /** The client may use the tools unasked, where its entry can say so. */
  allow: z.boolean().optional(),
};

/** Of the file as it was shown. */
const digest = z.string().min(1).max(64);

/** Clients of the hub's machine, by their ids: where their files are and what is written is the hub's to know. */
export const clientCalls = {
  clientList: call(nothing).answers<ClientList>(),
  /** What {@link clientCalls.clientSetUp} would change. */
  clientPreview: call(z.strictObject(choice)).answers<ClientChange>(),
  /** `replace`: another entry of our name may go. */
  clientSetUp: call(z.strictObject({ ...choice, digest, replace: z.boolean() })).answers<ClientChanged>(),
  clientPreviewTakeBack: call(z.strictObject({ client: id })).answers<ClientChange>(),
  clientTakeBack: call(z.strictObject({ client: id, digest })).answers<ClientChanged>(),
};
