import { limitsWith } from '../../src/hub/limits.ts';
import { expect, test } from 'vitest';
import { hubErrorCodes } from '../../src/protocol/errors.ts';
import { guide } from '../../src/server/mcp/catalogue/resources/guide.ts';
import { allPrompts } from '../../src/server/mcp/catalogue/prompts/prompts.ts';
import { allTools } from '../../src/server/mcp/catalogue/tools/all-tools.ts';
import { serverInstructions } from '../../src/server/mcp/requests/server-info.ts';
import { openCatalogue } from '../support/open-catalogue.ts';

/** Every name of a property that a JSON Schema has, at any depth. */
function namesIn(schema: unknown): string[] {
  if (Array.isArray(schema)) return schema.flatMap(namesIn);
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) => [
    ...(key === 'properties' ? Object.keys(value as object) : []),
    ...(key === 'enum' ? (value as unknown[]).map(String) : []),
    ...namesIn(value),
  ]);
}

test('[TL15] what agents read names only tools, arguments, fields, error codes and prompts that there are', () => {
  const known = new Set<string>([
    'snake_case',
    ...hubErrorCodes,
    ...allPrompts.map(({ name }) => name),
    ...allTools.flatMap(({ name, inputSchema, outputSchema }) => [name, ...namesIn([inputSchema, outputSchema])]),
  ]);
  const texts: Record<string, string> = {
    guide: guide('http://127.0.0.1:7337', { tools: allTools, prompts: allPrompts }, limitsWith()),
    instructions: serverInstructions,
    ...Object.fromEntries(allTools.map((tool) => [tool.name, JSON.stringify([tool.description, tool.inputSchema])])),
    prompts: JSON.stringify(allPrompts),
  };
  for (const [where, text] of Object.entries(texts)) {
    const named = text.match(/\b[a-z]+(?:_[a-z]+)+\b/gu) ?? [];
    expect(
      named.filter((name) => !known.has(name)),
      where,
    ).toEqual([]);
  }
});

test('[TL103] the instructions, the guide and whoami say how a model waits before anything of subscriptions', async () => {
  await using box = await openCatalogue();
  const agent = await box.join('worker', 'editor');
  const { content } = await agent.call('whoami');
  const texts = {
    guide: guide('http://127.0.0.1:7337', { tools: allTools, prompts: allPrompts }, limitsWith()),
    instructions: serverInstructions,
    whoami: content.map((block) => ('text' in block ? block.text : '')).join('\n'),
  };
  for (const [where, text] of Object.entries(texts)) {
    const wait = text.search(/event_wait`? with `?for_me/u);
    const subscriptions = text.search(/subscri/iu);
    expect(wait, where).toBeGreaterThan(-1);
    if (subscriptions !== -1) expect(wait, where).toBeLessThan(subscriptions);
  }
  expect(serverInstructions).toContain('Programs subscribe');
});
