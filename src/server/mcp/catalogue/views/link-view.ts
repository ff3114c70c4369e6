import { z } from 'zod';
import { linkRefusals } from '../../../../protocol/link-refusal.ts';
import { linkStatus } from '../../../../hub/rules/links.ts';
import type { FileLookup } from '../../../../hub/rule.ts';
import type { HubState, LinkState } from '../../../../protocol/state.ts';
import { actorShape, actorView, time, timeShape, type NameOfKey } from './common.ts';

export const linkFields = {
  link_id: z.string(),
  status: z
    .enum(['open', 'revoked', 'expired', 'used_up', 'void', 'purged'])
    .describe('void: its maker may not any more; purged: the version is no longer there'),
  path: z.string().describe('When the link was made'),
  version: z.number().int(),
  created_by: actorShape,
  created_at: timeShape,
  expires_at: timeShape,
  uses: z.number().int().min(0),
  max_uses: z.number().int().optional(),
  has_password: z.boolean(),
  refused: z
    .strictObject({ tries: z.number().int().min(1), why: z.enum(linkRefusals), from: z.string(), at: timeShape })
    .optional()
    .describe('Tries by its url that got nothing, with the last of them'),
};
export const linkShape = z.strictObject(linkFields);
export type LinkView = z.output<typeof linkShape>;

export function linkView(
  link: LinkState,
  hub: { readonly state: HubState; readonly files: FileLookup; readonly keyName: NameOfKey; now(): number },
): LinkView {
  const { id, path, version, createdBy, createdAt, expiresAt, uses, maxUses, passwordHash, refused } = link;
  return {
    link_id: id,
    status: linkStatus(hub.state, link, hub.files, hub.now()),
    path,
    version,
    created_by: actorView(createdBy, hub.keyName),
    created_at: time(createdAt),
    expires_at: time(expiresAt),
    uses,
    ...(maxUses === undefined ? {} : { max_uses: maxUses }),
    has_password: passwordHash !== undefined,
    ...(refused && {
      refused: { tries: refused.tries, why: refused.why, from: refused.remote, at: time(refused.at) },
    }),
  };
}
