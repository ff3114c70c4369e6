import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { RpcError } from '../../../src/server/mcp/rpc/rpc.ts';
import { text } from './content.ts';
import { capabilitiesOf, fieldsOf, type Fixture, responsesOf } from './fixture.ts';
import { rpcCodes } from '../../../src/protocol/json-rpc.ts';

const secret = randomBytes(32);
const answer = (value: string) => ({ content: [text(value)] });

const elicitation = (message: string, field: string, type = 'string') => ({
  method: 'elicitation/create',
  params: { message, requestedSchema: { type: 'object', properties: { [field]: { type } }, required: [field] } },
});
const sampling = (question: string, maxTokens: number) => ({
  method: 'sampling/createMessage',
  params: { messages: [{ role: 'user', content: text(question) }], maxTokens },
});
const roots = { method: 'roots/list', params: {} };

const inputRequired = (inputRequests: Readonly<Record<string, object>>, state?: string) => ({
  resultType: 'input_required',
  inputRequests,
  ...(state === undefined ? {} : { requestState: sealed(state) }),
});

const mark = (state: string): string => createHmac('sha256', secret).update(state).digest('hex');
const sealed = (state: string): string => `${mark(state)}.${state}`;

/** The state that came back as it was given out; `undefined` where none came. @throws RpcError for one that was changed */
function opened(requestState: unknown): string | undefined {
  if (requestState === undefined) return undefined;
  const [seal = '', ...rest] = (typeof requestState === 'string' ? requestState : '').split('.');
  const state = rest.join('.');
  const [given, right] = [Buffer.from(seal), Buffer.from(mark(state))];
  if (given.length === right.length && timingSafeEqual(given, right)) return state;
  throw new RpcError(rpcCodes.invalidParams, '"requestState" is not as it was given out.');
}

const question = elicitation('What is your name?', 'name');

/** A field of what a person filled in; `undefined` where the form was not sent, or lacks it. */
function filledIn(response: unknown, field: string): string | undefined {
  const { action, content } = fieldsOf(response);
  const value = fieldsOf(content)[field];
  return action === 'accept' && (typeof value === 'string' || typeof value === 'boolean') ? String(value) : undefined;
}

/** Tools that answer a call of 2026-07-28 with what they need, and are called again with it. */
export const inputTools: Readonly<Record<string, Fixture>> = {
  test_input_required_result_elicitation: {
    run: (_args, ctx) => {
      const name = filledIn(responsesOf(ctx)['user_name'], 'name');
      return name === undefined ? inputRequired({ user_name: question }) : answer(`Hello, ${name}!`);
    },
  },
  test_input_required_result_sampling: {
    run: (_args, ctx) => {
      const { content } = fieldsOf(responsesOf(ctx)['capital_question']);
      if (content === undefined) {
        return inputRequired({ capital_question: sampling('What is the capital of France?', 100) });
      }
      return answer(String(fieldsOf(content)['text']));
    },
  },
  test_input_required_result_list_roots: {
    run: (_args, ctx) => {
      const { roots: given } = fieldsOf(responsesOf(ctx)['client_roots']);
      return Array.isArray(given) ? answer(JSON.stringify(given)) : inputRequired({ client_roots: roots });
    },
  },
  test_input_required_result_request_state: {
    run: (_args, ctx) => {
      const state = opened(ctx.params['requestState']);
      const ok = filledIn(responsesOf(ctx)['confirm'], 'ok');
      if (state === undefined || ok === undefined) {
        return inputRequired({ confirm: elicitation('Please confirm', 'ok', 'boolean') }, 'to be confirmed');
      }
      return answer('state-ok');
    },
  },
  test_input_required_result_multiple_inputs: {
    run: (_args, ctx) => {
      const { user_name, greeting, client_roots } = responsesOf(ctx);
      const state = opened(ctx.params['requestState']);
      const name = filledIn(user_name, 'name');
      if (state === undefined || name === undefined || greeting === undefined || client_roots === undefined) {
        const wanted = { user_name: question, greeting: sampling('Generate a greeting', 50), client_roots: roots };
        return inputRequired(wanted, 'three are wanted');
      }
      return answer(`${String(fieldsOf(fieldsOf(greeting)['content'])['text'])}, ${name}`);
    },
  },
  test_input_required_result_multi_round: {
    run: (_args, ctx) => {
      const { step1, step2 } = responsesOf(ctx);
      const state = opened(ctx.params['requestState']);
      const name = filledIn(step1, 'name');
      if (state === 'step 1' && name !== undefined) {
        return inputRequired({ step2: elicitation('Step 2: What is your favorite color?', 'color') }, `step 2 ${name}`);
      }
      const color = filledIn(step2, 'color');
      if (state?.startsWith('step 2 ') === true && color !== undefined) return answer(`${state.slice(7)}: ${color}`);
      return inputRequired({ step1: elicitation('Step 1: What is your name?', 'name') }, 'step 1');
    },
  },
  test_input_required_result_tampered_state: {
    run: (_args, ctx) => {
      const state = opened(ctx.params['requestState']);
      if (state !== undefined) return answer('The state is as it was given out.');
      return inputRequired({ confirm: elicitation('Please confirm', 'ok', 'boolean') }, 'not to be changed');
    },
  },
  test_input_required_result_capabilities: {
    run: (_args, ctx) => {
      const can = capabilitiesOf(ctx);
      if (Object.keys(responsesOf(ctx)).length > 0) return answer('It was answered.');
      const wanted = {
        ...('elicitation' in can ? { user_name: question } : {}),
        ...('sampling' in can ? { greeting: sampling('Generate a greeting', 50) } : {}),
        ...('roots' in can ? { client_roots: roots } : {}),
      };
      return Object.keys(wanted).length === 0 ? answer('This client cannot be asked.') : inputRequired(wanted);
    },
  },
};

/** A prompt that is filled in with what it asks for. */
export const inputPrompt: Fixture = {
  run: (_args, ctx) => {
    const context = filledIn(responsesOf(ctx)['user_context'], 'context');
    if (context === undefined) {
      return inputRequired({ user_context: elicitation('What context should the prompt use?', 'context') });
    }
    return { messages: [{ role: 'user', content: text(context) }] };
  },
};
