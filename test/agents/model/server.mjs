import { createServer } from 'node:http';
import { anthropic } from './anthropic.mjs';
import { json, nextId } from './answers.mjs';
import { chat } from './chat.mjs';
import { gemini } from './gemini.mjs';
import { responses } from './responses.mjs';

/**
 * A scripted model on loopback, so that a real agent can be run without a login or a network. It speaks the APIs of
 * four makers. The step that is due is found in the conversation itself (which of our calls it has), so that an agent
 * may repeat a request.
 *
 * @typedef {object} Step
 * @property {string} [tool]  the tool to call
 * @property {object | ((results: string[]) => object)} [args]  its arguments, perhaps made of what was answered before
 * @property {() => Promise<void> | void} [before]  done before the step is answered for the first time
 * @property {string} [say]  text, with which the turn ends
 */

const OURS = /sbxcall_(\d+)_/u;
const SERVER = 'signalbox';
/** Searches for a tool that is kept back, before the script is given up. */
const MOST_SEARCHES = 12;

/** @param {readonly Step[]} script @param {(request: string) => void} [onRequest]  is given each request's body */
export async function startModel(script, onRequest = () => undefined) {
  const ran = new Set();
  /** @type {{ offered: object[], results: Map<number, import('./answers.mjs').Given>, said?: string, requests: number }} */
  const seen = { offered: [], results: new Map(), requests: 0 };
  const isOver = Promise.withResolvers();
  const known = new Set(script.flatMap(({ tool }) => (tool ? [tool] : [])));
  // Some agents put the server's name before the tool's, some offer it as it is.
  const bareName = (name) =>
    new RegExp(`(?:^|[_.\\-/:])${SERVER}[_.\\-/:]+(\\w+)$`, 'u').exec(name)?.[1] ??
    (known.has(name) ? name : undefined);

  async function decide({ offered, calls, results, wantsJson }) {
    const ours = offered.filter(({ name }) => bareName(name) !== undefined);
    const search = offered.find(({ name }) => /^(?:ToolSearch|tool_search)$/u.test(name));
    // A title, whether it goes in circles: a question on the side, also in the middle of the conversation.
    if (ours.length === 0 && !search && (calls.length === 0 || wantsJson))
      return { text: wantsJson ? JSON.stringify(example(wantsJson)) : 'A check' };
    seen.requests += 1;
    seen.offered = ours;
    const numbers = calls.flatMap(({ id }) => OURS.exec(id ?? '')?.[1] ?? []).map(Number);
    const done = numbers.length > 0 ? Math.max(...numbers) + 1 : calls.filter(({ name }) => bareName(name)).length;
    note(calls, results);
    const step = script[done];
    if (!step) return { text: 'DONE' };
    if (step.before && !ran.has(done)) {
      ran.add(done);
      await step.before();
    }
    if (step.say) {
      seen.said = step.say;
      isOver.resolve(undefined);
      return { text: step.say };
    }
    return call(step, done, { offered, ours, search, calls, results });
  }

  /** What our calls were answered with, by the number of the step. */
  function note(calls, results) {
    const byPlace = calls.filter(({ name }) => bareName(name));
    for (const [place, result] of results.entries()) {
      const number = OURS.exec(result.id ?? '')?.[1];
      if (number !== undefined) seen.results.set(Number(number), result);
      else if (byPlace.length === results.length) seen.results.set(place, result);
    }
  }

  function call(step, done, { offered, ours, search, calls, results }) {
    const args = typeof step.args === 'function' ? step.args(results.map(({ text }) => text)) : (step.args ?? {});
    const id = `sbxcall_${done}_${nextId()}`;
    const tool = ours.find(({ name }) => bareName(name) === step.tool);
    if (tool) return { calls: [{ id, name: tool.name, namespace: tool.namespace, args }] };
    const whole = `mcp__${SERVER}__${step.tool}`;
    const through = offered.find(({ name }) => name === 'tool_call');
    // Qwen Code calls a tool that it kept back through another one, after a look at its schema.
    if (through && results.some(({ text }) => text.includes(`${whole}"`)))
      return { calls: [{ id, name: through.name, args: { name: whole, arguments: args } }] };
    const searches = calls.filter(({ name }) => /^(?:ToolSearch|tool_search)$/u.test(name ?? '')).length;
    if (!search || searches > MOST_SEARCHES) {
      seen.said = `GAVE UP: no ${step.tool} among ${offered.map(({ name }) => name).join(' ')}`;
      return { text: seen.said };
    }
    const query = search.kind ? { query: step.tool } : { query: `select:${whole}`, max_results: 5 };
    return { calls: [{ id: `search_${nextId()}`, name: search.name, kind: search.kind, args: query }] };
  }

  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
    try {
      const api = apiOf(request.method, pathname);
      if (!api)
        return json(response, request.method === 'HEAD' ? 200 : 404, {
          error: { type: 'not_found_error', message: pathname },
        });
      if ('fixed' in api) return json(response, 200, api.fixed);
      onRequest(text);
      const body = JSON.parse(text);
      api.write(response, await decide(api.read(body)), body);
    } catch (error) {
      process.stderr.write(`The scripted model failed at ${pathname}: ${String(error)}\n`);
      json(response, 500, { error: { type: 'api_error', message: String(error) } });
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    seen,
    /** Resolves when the script has come to its end. */
    over: isOver.promise,
    close: () => new Promise((resolve) => (server.closeAllConnections(), server.close(() => resolve(undefined)))),
  };
}

function apiOf(method, path) {
  if (method === 'GET' && /\/models\/?$/u.test(path)) {
    if (path.includes('v1beta'))
      return { fixed: { models: [{ name: 'models/scripted', supportedGenerationMethods: ['generateContent'] }] } };
    return {
      fixed: {
        object: 'list',
        data: [
          {
            id: 'scripted',
            object: 'model',
            type: 'model',
            display_name: 'Scripted',
            created: 0,
            owned_by: 'loopback',
          },
        ],
        models: [],
        has_more: false,
      },
    };
  }
  if (method !== 'POST') return undefined;
  if (path.endsWith('/messages/count_tokens')) return { fixed: { input_tokens: 1000 } };
  if (path.endsWith('/messages')) return anthropic;
  if (path.endsWith('/chat/completions')) return chat;
  if (path.endsWith('/responses')) return responses;
  if (path.endsWith(':countTokens')) return { fixed: { totalTokens: 1000 } };
  if (path.endsWith(':generateContent')) return gemini(false);
  if (path.endsWith(':streamGenerateContent')) return gemini(true);
  return undefined;
}

/** A value that a JSON schema allows, for questions on the side that want JSON. @param {any} schema @param {string} [name]  of the property */
function example(schema, name = '') {
  const type = String(Array.isArray(schema.type) ? schema.type[0] : schema.type).toLowerCase();
  if (schema.enum) return schema.enum.at(-1);
  if (type === 'object' || schema.properties)
    return Object.fromEntries(
      Object.entries(schema.properties ?? {}).map(([name, inner]) => [name, example(inner, name)]),
    );
  if (type === 'array') return [];
  // Who asks how sure the model is that the agent goes in circles must hear that it is not.
  if (type === 'number' || type === 'integer') return schema.minimum ?? (/confidence/iu.test(name) ? 0 : 1);
  return type === 'boolean' ? false : 'A check';
}
