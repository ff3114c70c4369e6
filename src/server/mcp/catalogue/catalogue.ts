import type { CatalogueDeps } from './call/catalogue-deps.ts';
import { EventWaits } from './call/event-waits.ts';
import { PacedWakeups } from './call/paced-wakeups.ts';
import { Completions } from './completion.ts';
import type { Deliveries } from '../../taps/deliveries.ts';
import type { AgentRef } from '../../../protocol/agent-id.ts';
import { newsLines, newsText } from './define-tool/news-lines.ts';
import { NewsDesk } from './news/news-desk.ts';
import { allPrompts, Prompts } from './prompts/prompts.ts';
import { guide, type GuideContents } from './resources/guide.ts';
import { Resources } from './resources/resources.ts';
import { allTools } from './tools/all-tools.ts';
import { isGiven, requireTool } from './tools/require-tool.ts';
import { Tools } from './tools/tools.ts';

/**
 * What agents are offered: one catalogue serves every session on every wire. Every answer waits until
 * what it saw is on disk. A tool gives refusals as `isError`; all else that refuses throws an
 * `RpcError`, which the wires send as a JSON-RPC error.
 */
export interface Catalogue {
  readonly tools: Pick<Tools, 'list' | 'call'>;
  readonly resources: Pick<Resources, 'list' | 'templates' | 'read' | 'canSubscribe' | 'canonicalUri'>;
  readonly prompts: Pick<Prompts, 'list' | 'get'>;
  readonly completions: Pick<Completions, 'complete'>;
  /** What is new for the agent of a session, to be told beside a prompt in the place of its next result; undefined for nothing. */
  readonly newsFor: (agent: AgentRef, sessionId: string) => Promise<string | undefined>;
}

const guideContents: GuideContents = { tools: allTools, prompts: allPrompts };

/** The catalogue of a hub. */
export function createCatalogue(
  given: Omit<CatalogueDeps, 'guide' | 'wakeups' | 'answers' | 'eventWaits' | 'news' | 'requireTool' | 'isGiven'>,
  deliveries: Deliveries,
): Catalogue {
  const news = new NewsDesk(given.hub, deliveries);
  const deps: CatalogueDeps = {
    ...given,
    guide: (base) => guide(base, guideContents, given.hub.limits),
    wakeups: new PacedWakeups(),
    answers: new PacedWakeups(),
    eventWaits: new EventWaits(given.hub),
    news,
    requireTool: (attempt, tool) => requireTool(given.hub, attempt, tool),
    isGiven: (actor, tool) => isGiven(given.hub, actor, tool),
  };
  return {
    tools: new Tools(deps),
    resources: new Resources(deps),
    prompts: new Prompts(deps),
    completions: new Completions(deps),
    newsFor: async (agent, sessionId) => {
      const found = await news.take({ agent, sessionId, frame: '', way: 'prompt' });
      return found && newsText(newsLines(found));
    },
  };
}
