import { STATELESS_VERSION, statelessHeaders, statelessMeta } from '../agent.ts';
import type { Dice } from './dice.ts';
import { fromSchema } from './from-schema.ts';
import { httpRequest, keyHeader, headerText, type Input, type Scene } from './scene.ts';

const METHODS = [
  'initialize',
  'ping',
  'tools/list',
  'tools/call',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'resources/subscribe',
  'resources/unsubscribe',
  'prompts/list',
  'prompts/get',
  'completion/complete',
  'logging/setLevel',
  'server/discover',
  'notifications/initialized',
  'notifications/cancelled',
  'notifications/progress',
  'roots/list',
];
/** How the ids of the fuzz's own requests begin. */
export const ID_PREFIX = 'fuzz-';
/** Calls that wait are given this long, in ms. */
const LONGEST_WAIT_MS = 20;
const WAITS = ['wait_ms', 'timeout_ms'];

/** A JSON-RPC message for one of the wires and revisions; a part of them is spoilt. */
export function rpcInput(dice: Dice, scene: Scene, id: string): Input {
  const method = dice.chance(0.95) ? dice.pick(METHODS) : dice.text();
  return sent(dice, scene, { jsonrpc: '2.0', id, method, params: paramsOf(dice, scene, method) });
}

/** A tool's call with arguments made from its schema. */
export function toolInput(dice: Dice, scene: Scene, id: string): Input {
  return sent(dice, scene, { jsonrpc: '2.0', id, method: 'tools/call', params: callOf(dice, scene) });
}

function callOf(dice: Dice, { tools, known }: Scene): Record<string, unknown> {
  const tool = dice.pick(tools);
  const made = fromSchema(dice, tool.inputSchema, known);
  const waits = WAITS.some((name) => name in (tool.inputSchema.properties ?? {}));
  const args = waits && !isObject(made) ? {} : made;
  if (waits && isObject(args)) hurry(args);
  return { name: tool.name, arguments: args };
}

/** What would wait for long waits for a moment: the fuzz has much to ask. */
function hurry(args: Record<string, unknown>): void {
  for (const name of WAITS) {
    const given = args[name];
    if (typeof given === 'number' ? given > LONGEST_WAIT_MS && Number.isSafeInteger(given) : given === undefined)
      args[name] = LONGEST_WAIT_MS;
  }
}

function paramsOf(dice: Dice, scene: Scene, method: string): unknown {
  if (dice.chance(0.15)) return dice.value();
  const uri = dice.chance(0.7) ? dice.pick(scene.known['uri'] ?? []) : dice.text();
  switch (method) {
    case 'initialize':
      return {
        protocolVersion: dice.chance(0.7) ? dice.pick([...scene.sessions.keys(), STATELESS_VERSION]) : dice.value(1),
        capabilities: dice.chance(0.7) ? {} : dice.value(),
        clientInfo: dice.chance(0.7) ? { name: dice.text(), version: dice.text() } : dice.value(),
      };
    case 'tools/call':
      return callOf(dice, scene);
    case 'resources/read':
    case 'resources/subscribe':
    case 'resources/unsubscribe':
      return { uri };
    case 'prompts/get':
      return {
        name: dice.pick(['triage_upload', 'summarize_workspace', 'resolve_lock_conflict', dice.text()]),
        arguments: dice.value(),
      };
    case 'completion/complete':
      return {
        ref: dice.chance(0.5) ? { type: 'ref/prompt', name: 'triage_upload' } : { type: 'ref/resource', uri },
        argument: dice.chance(0.7) ? { name: dice.pick(['workspace', 'path', dice.text()]), value: dice.text() } : 1,
      };
    case 'logging/setLevel':
      return { level: dice.pick(['debug', 'error', dice.value(1)]) };
    case 'notifications/cancelled':
      return { requestId: dice.value(1), reason: dice.text() };
    default:
      return dice.chance(0.5) ? {} : dice.value();
  }
}

function sent(dice: Dice, scene: Scene, message: Record<string, unknown>): Input {
  if (dice.chance(0.1)) message = { ...message, [dice.pick(['id', 'jsonrpc', 'method', 'params'])]: dice.value(1) };
  const json: unknown = dice.chance(0.05) ? [message, dice.value()] : message;
  switch (dice.below(3)) {
    case 0:
      return posted(dice, scene, scene.postPath, {}, json);
    case 1: {
      const [version, session] = dice.pick([...scene.sessions]);
      const headers = { 'Mcp-Session-Id': session, 'MCP-Protocol-Version': version };
      return posted(dice, scene, '/mcp', headers, json);
    }
    default:
      return statelessly(dice, scene, message);
  }
}

function statelessly(dice: Dice, scene: Scene, message: Record<string, unknown>): Input {
  const { method, params } = message;
  const name = isObject(params) ? (params['name'] ?? params['uri']) : undefined;
  const headers: Record<string, string> = statelessHeaders(
    scene.key,
    typeof method === 'string' ? headerText(method) : '',
    typeof name === 'string' ? headerText(name) : undefined,
  );
  if (dice.chance(0.1)) headers[dice.pick(Object.keys(headers))] = headerText(dice.text());
  const meta: Record<string, unknown> = { ...statelessMeta('fuzz') };
  if (dice.chance(0.15)) meta[dice.pick([...Object.keys(meta), 'progressToken'])] = dice.value();
  const json = { ...message, params: isObject(params) ? { ...params, _meta: meta } : params };
  return posted(dice, scene, '/mcp', headers, json);
}

function posted(dice: Dice, scene: Scene, path: string, more: Readonly<Record<string, string>>, json: unknown): Input {
  const isSpoilt = dice.chance(0.15);
  const sound = Buffer.from(JSON.stringify(json));
  const body = isSpoilt ? dice.spoil(sound) : sound;
  const accept = dice.chance(0.8) ? 'application/json' : 'application/json, text/event-stream';
  const isTyped = dice.chance(0.98);
  const type = isTyped ? 'application/json' : headerText(dice.text());
  const headers = { ...keyHeader(scene.key), Accept: accept, 'Content-Type': type, ...more };
  const awaits = path === scene.postPath && !isSpoilt && isTyped ? idOf(json) : undefined;
  // A wait that was spoilt may be a long one: then nobody owes an answer so soon.
  const isWhole = !(isSpoilt && sound.includes('_ms"'));
  const input = { bytes: httpRequest(scene, 'POST', path, headers, body), isWhole };
  return awaits === undefined ? input : { ...input, awaits };
}

/** The id of a request that is in order. */
function idOf(json: unknown): string | undefined {
  if (!isObject(json)) return undefined;
  const { jsonrpc, id, method, params } = json;
  const isRequest = jsonrpc === '2.0' && typeof method === 'string' && (params === undefined || isObject(params));
  return isRequest && typeof id === 'string' && id.startsWith(ID_PREFIX) ? id : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
