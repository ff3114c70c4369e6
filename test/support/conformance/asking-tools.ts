import { HubError } from '../../../src/protocol/errors.ts';
import type { CallContext } from '../../../src/server/mcp/catalogue/call/call-context.ts';
import { text } from './content.ts';
import { fieldsOf, type Fixture } from './fixture.ts';

const answer = (value: string) => ({ content: [text(value)] });

/** Asks the client's person for the fields of a schema; answers in the words that the suite looks for. */
async function elicit(ctx: CallContext, lead: string, message: string, requestedSchema: object) {
  const { action, content } = fieldsOf(await asked(ctx, 'elicitation/create', { message, requestedSchema }));
  return answer(`${lead}: action=${String(action)}, content=${JSON.stringify(content ?? {})}`);
}

async function asked(ctx: CallContext, method: string, params: object): Promise<unknown> {
  if (!ctx.ask) throw new HubError('invalid_argument', 'A client of this revision is not asked while a call runs.');
  return await ctx.ask(method, params);
}

const titled = (...titles: readonly string[]) => titles.map((title, at) => ({ const: `value${at + 1}`, title }));
const options = ['option1', 'option2', 'option3'];
const choices = titled('First Choice', 'Second Choice', 'Third Choice');

/** Tools that ask the client while they run, on the wires with sessions. */
export const askingTools: Readonly<Record<string, Fixture>> = {
  test_sampling: {
    takes: ['prompt'],
    run: async ({ prompt }, ctx) => {
      const messages = [{ role: 'user', content: text(String(prompt)) }];
      const { content } = fieldsOf(await asked(ctx, 'sampling/createMessage', { messages, maxTokens: 100 }));
      return answer(`LLM response: ${String(fieldsOf(content)['text'])}`);
    },
  },
  test_elicitation: {
    takes: ['message'],
    run: async ({ message }, ctx) =>
      await elicit(ctx, 'User response', String(message), {
        type: 'object',
        properties: {
          username: { type: 'string', description: "User's response" },
          email: { type: 'string', description: "User's email address" },
        },
        required: ['username', 'email'],
      }),
  },
  test_elicitation_sep1034_defaults: {
    run: async (_args, ctx) =>
      await elicit(ctx, 'Elicitation completed', 'Look through the defaults.', {
        type: 'object',
        properties: {
          name: { type: 'string', default: 'John Doe' },
          age: { type: 'integer', default: 30 },
          score: { type: 'number', default: 95.5 },
          status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
          verified: { type: 'boolean', default: true },
        },
      }),
  },
  test_elicitation_sep1330_enums: {
    run: async (_args, ctx) =>
      await elicit(ctx, 'Elicitation completed', 'Choose from each.', {
        type: 'object',
        properties: {
          untitledSingle: { type: 'string', enum: options },
          titledSingle: { type: 'string', oneOf: titled('First Option', 'Second Option', 'Third Option') },
          legacyEnum: {
            type: 'string',
            enum: ['opt1', 'opt2', 'opt3'],
            enumNames: ['Option One', 'Option Two', 'Option Three'],
          },
          untitledMulti: { type: 'array', items: { type: 'string', enum: options } },
          titledMulti: { type: 'array', items: { anyOf: choices } },
        },
      }),
  },
};
