import type { ContentBlock } from '@modelcontextprotocol/server';
import type { CallContext } from '../call/call-context.ts';

/** First revision that has `resource_link`; clients of older ones refuse content of a kind they do not know. */
const SINCE = '2025-06-18';

/** A link to a resource, for clients whose revision has such links; the others find its address in the text. */
export function resourceLink(
  { protocolVersion }: CallContext,
  link: { readonly uri: string; readonly name: string; readonly mimeType: string; readonly size: number },
): ContentBlock[] {
  // Revisions are ISO dates, which sort as text.
  return protocolVersion < SINCE ? [] : [{ type: 'resource_link', ...link }];
}
