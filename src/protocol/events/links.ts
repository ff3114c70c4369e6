import { z } from 'zod';
import { linkRefusals } from '../link-refusal.ts';
import { linkRefusalWords } from '../words/link-words.ts';
import { data } from '../words/part.ts';
import { defineEvent } from './define-event.ts';

const link = { workspace: z.string(), linkId: z.string(), path: z.string() };

/** What events of links have in common. */
const ofLinks = { feed: 'shown', state: ['links'], projections: [], notified: false } as const;

/** Direct download links to one version of a file. */
export const linkEvents = [
  defineEvent({
    type: 'link.created',
    fields: {
      ...link,
      fileId: z.string(),
      version: z.number().int(),
      expiresAt: z.number(),
      /** After so many downloads it is used up; without it there is no limit. */
      maxUses: z.number().int().optional(),
      /** Salt and scrypt hash; the password itself is never stored. */
      passwordHash: z.string().optional(),
    },
    words: ({ path, version }) => ['made a download link to ', data(path), `, version ${version}`],
    tone: 'none',
    ...ofLinks,
  }),
  defineEvent({
    type: 'link.used',
    fields: {
      ...link,
      /** Downloads that this event stands for: those of a link in great demand are logged together. */
      uses: z.number().int(),
      /** Address of the last of them. */
      remote: z.string(),
    },
    words: ({ path, uses, remote }) => [
      'sent ',
      data(path),
      ` by its link to ${remote}`,
      ...(uses === 1 ? [] : [`, the last of ${uses} downloads`]),
    ],
    tone: 'none',
    ...ofLinks,
  }),
  defineEvent({
    type: 'link.refused',
    fields: {
      ...link,
      /** Of the last of them. */
      why: z.enum(linkRefusals),
      /** Tries that this event stands for: there is at most one a minute for a link. */
      tries: z.number().int(),
      /** Address of the last of them. */
      remote: z.string(),
    },
    words: ({ path, why, tries, remote }) => [
      'refused ',
      data(path),
      ` by its link to ${remote}: ${linkRefusalWords(why)}`,
      ...(tries === 1 ? [] : [`, the last of ${tries} tries`]),
    ],
    tone: 'refused',
    ...ofLinks,
  }),
  defineEvent({
    type: 'link.revoked',
    fields: link,
    words: ({ path }) => ['revoked a download link to ', data(path)],
    tone: 'none',
    ...ofLinks,
  }),
] as const;
