import type { CallToolResult } from '@modelcontextprotocol/server';
import type { CallContext } from '../call/call-context.ts';
import type { CatalogueDeps } from '../call/catalogue-deps.ts';
import type { FoundNews } from '../news/news-desk.ts';
import { newsLines, newsText } from './news-lines.ts';

/**
 * What a client hands its model of a result.
 *
 * - `text`: it is given blocks of content alone, as beside a structure the client would drop text or pictures, or give
 *   the same twice.
 * - `both`: content and structure, for programs and for clients that are not known.
 */
interface ResultForm {
  readonly parts: 'text' | 'both';
  /** `link` where the client would hand a picture on as base64 text. */
  readonly pictures: 'image' | 'link';
  /** The client keeps tools back until its model searches for them, unless they say that they are always to be there. */
  readonly keepsToolsBack?: true;
}

/**
 * The clients that people use, by what they call themselves, as they were seen (CONTRIBUTING, _Agents_). A name is a
 * claim: what follows from it is how a result looks, and nothing else.
 */
const KNOWN: readonly (readonly [RegExp, ResultForm])[] = [
  [/^claude-code$/u, { parts: 'text', pictures: 'image', keepsToolsBack: true }],
  [/^codex-mcp-client$/u, { parts: 'text', pictures: 'image' }],
  [/^gemini-cli-mcp-client(?:-|$)/u, { parts: 'text', pictures: 'image' }],
  [/^opencode$/u, { parts: 'text', pictures: 'image' }],
  [/^qwen-cli-mcp-client(?:-|$)/u, { parts: 'text', pictures: 'image' }],
  [/^@cline\/core$/u, { parts: 'text', pictures: 'link' }],
  [/^continue-cli-client$/u, { parts: 'text', pictures: 'link' }],
];

const UNKNOWN: ResultForm = { parts: 'both', pictures: 'image' };

/** How results look for a client, by its name; a bridge's own name behind it does not matter. */
export function formOf(clientName: string | undefined): ResultForm {
  if (clientName === undefined) return UNKNOWN;
  const name = clientName.replace(/ \(via [^()]*\)$/u, '');
  return KNOWN.find(([pattern]) => pattern.test(name))?.[1] ?? UNKNOWN;
}

/** {@link formOf} the client of a call. */
export function formFor(
  { hub }: Pick<CatalogueDeps, 'hub'>,
  { sessionId }: Pick<CallContext, 'sessionId'>,
): ResultForm {
  return formOf(hub.state.sessions.get(sessionId)?.client?.name);
}

/** A result in the form of its caller, with what is new for it. */
export function shaped(result: CallToolResult, form: ResultForm, news: FoundNews | undefined): CallToolResult {
  const lines = news === undefined ? undefined : newsLines(news);
  const { structuredContent, ...rest } = result;
  const content =
    lines === undefined ? result.content : [...result.content, { type: 'text' as const, text: newsText(lines) }];
  if (form.parts === 'text') return { ...rest, content };
  return lines === undefined
    ? result
    : { ...rest, content, structuredContent: { ...(structuredContent as object | undefined), news: [...lines] } };
}
