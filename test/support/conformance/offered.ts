import type { CallToolResult, GetPromptResult } from '@modelcontextprotocol/server';
import type { CallContext } from '../../../src/server/mcp/catalogue/call/call-context.ts';
import type { Catalogue } from '../../../src/server/mcp/catalogue/catalogue.ts';
import { askingTools } from './asking-tools.ts';
import { type Fixture, fieldsOf } from './fixture.ts';
import { inputTools } from './input-required.ts';
import { prompts } from './prompts.ts';
import { read, resources, template } from './resources.ts';
import { statelessTools } from './stateless-tools.ts';
import { plainTools } from './tools.ts';

const tools: Readonly<Record<string, Fixture>> = { ...plainTools, ...askingTools, ...inputTools, ...statelessTools };

const inputSchema = ({ takes = [] }: Fixture) => ({
  type: 'object' as const,
  properties: Object.fromEntries(takes.map((name) => [name, { type: 'string' }])),
  required: [...takes],
});

/**
 * The fixtures of the official suite beside what the hub offers.
 *
 * @param changeTools makes the list of tools of a call's key another one
 */
export function withFixtures(own: Catalogue, changeTools: (ctx: CallContext) => Promise<void>): Catalogue {
  const all: Readonly<Record<string, Fixture>> = {
    ...tools,
    test_trigger_tool_change: {
      run: async (_args, ctx) => {
        await changeTools(ctx);
        return { content: [{ type: 'text', text: 'The list has changed.' }] };
      },
    },
  };
  const listed = Object.entries(all).map(([name, fixture]) => ({
    name,
    description: 'A fixture of the official suite.',
    inputSchema: inputSchema(fixture),
  }));
  return {
    completions: own.completions,
    newsFor: own.newsFor,
    tools: {
      list: async (ctx) => [...(await own.tools.list(ctx)), ...listed],
      call: async (name, args, ctx) => {
        const fixture = all[name];
        if (!fixture) return await own.tools.call(name, args, ctx);
        return (await fixture.run(fieldsOf(args), ctx)) as CallToolResult;
      },
    },
    prompts: {
      list: [
        ...own.prompts.list,
        ...Object.entries(prompts).map(([name, { takes = [] }]) => ({
          name,
          description: 'A fixture of the official suite.',
          arguments: takes.map((argument) => ({ name: argument, description: 'An argument.', required: true })),
        })),
      ],
      get: async (name, args, ctx) => {
        const fixture = prompts[name];
        if (!fixture) return await own.prompts.get(name, args, ctx);
        return (await fixture.run(args, ctx)) as GetPromptResult;
      },
    },
    resources: {
      templates: [...own.resources.templates, template],
      list: async (ctx, cursor) => {
        const page = await own.resources.list(ctx, cursor);
        return cursor === undefined ? { ...page, resources: [...resources, ...page.resources] } : page;
      },
      read: async (uri, ctx) => {
        const found = read(uri);
        return found ? { contents: [{ uri, ...found }] } : await own.resources.read(uri, ctx);
      },
      canSubscribe: (uri, ctx) => (read(uri) ? { uri } : own.resources.canSubscribe(uri, ctx)),
      canonicalUri: (uri, ctx) => (read(uri) ? uri : own.resources.canonicalUri(uri, ctx)),
    },
  };
}
