import { ask } from '../wire-client.ts';
import { Dice } from './dice.ts';
import { exchange, type Answer } from './exchange.ts';
import { webSocketInput } from './frame-inputs.ts';
import { lastEventIdInput, rangeInput, rawHttpInput, tusInput } from './http-inputs.ts';
import { openScene, type FuzzedHub, type OpenScene } from './open-scene.ts';
import { ID_PREFIX, rpcInput, toolInput } from './rpc-inputs.ts';
import type { Input, Scene } from './scene.ts';

/** Kinds of inputs, and how many of a hundred are of each. */
const kinds: Readonly<Record<string, [share: number, make: (dice: Dice, scene: Scene, id: string) => Input]>> = {
  'raw HTTP': [12, rawHttpInput],
  'JSON-RPC': [26, rpcInput],
  'tool arguments': [30, toolInput],
  tus: [12, tusInput],
  ranges: [8, rangeInput],
  'WebSocket frames': [6, webSocketInput],
  'Last-Event-ID': [6, lastEventIdInput],
};
const hundred = Object.entries(kinds).flatMap(([kind, [share]]) => Array.from({ length: share }, () => kind));
const ROLES = ['owner', 'editor', 'viewer'] as const;
/** After so many inputs, at the latest, there is a new key and workspace: what came before may have used the old ones up. */
const SCENE_LASTS = 500;
const AT_ONCE = 12;
/** An answer that takes longer is a hang. */
const LIMIT_MS = 15_000;

export interface FuzzReport {
  /** Inputs sent, by kind. */
  readonly sent: Map<string, number>;
  /** Answers by status; `none` for a connection that was ended without one. */
  readonly statuses: Map<string, number>;
  /** What must not be: a 500, an internal error, no answer. One text each, with what makes it again. */
  readonly problems: string[];
  /** The longest time to an answer, in ms. */
  longestMs: number;
}

/**
 * Sends `count` inputs. The same seed makes the same inputs, but for the ids that the hub itself makes.
 * `onScene` is called with the number sent, from time to time.
 */
export async function fuzz(
  hub: FuzzedHub,
  { seed, count, onScene }: { seed: number; count: number; onScene?: (sent: number, report: FuzzReport) => void },
): Promise<FuzzReport> {
  const report: FuzzReport = { sent: new Map(), statuses: new Map(), problems: [], longestMs: 0 };
  let next = 0;
  for (let scenes = 0; next < count; scenes++) {
    const scene = await openScene(hub, ROLES[scenes % ROLES.length] ?? 'owner');
    const awaited = new Set<string>();
    const end = Math.min(count, next + SCENE_LASTS);
    let isSuspended = false;
    const worker = async (): Promise<void> => {
      while (next < end && !isSuspended) {
        const { text } = await sendOne(scene, seed, next++, report, awaited);
        // Some inputs guess names: then the key gets nothing any more.
        isSuspended ||= text.includes('key_suspended');
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    await judgeStream(scene, awaited, report);
    await scene.close();
    const health = await ask(`${hub.url}/health`, { method: 'GET' });
    if (health.status !== 200) report.problems.push(`after ${next} inputs /health is ${health.status}`);
    onScene?.(next, report);
  }
  return report;
}

async function sendOne(
  scene: OpenScene,
  seed: number,
  number: number,
  report: FuzzReport,
  awaited: Set<string>,
): Promise<Answer> {
  const dice = new Dice(Math.imul(seed, 1_000_003) + number);
  const kind = dice.pick(hundred);
  const input = kinds[kind]?.[1](dice, scene, `${ID_PREFIX}${number}`);
  if (!input) throw new Error(`no inputs of kind ${kind}`);
  const start = performance.now();
  const { isWhole, follows } = input;
  const answer = await exchange(scene.port, input.bytes, { limitMs: LIMIT_MS, isWhole, ...(follows && { follows }) });
  report.longestMs = Math.max(report.longestMs, performance.now() - start);
  add(report.sent, kind);
  add(report.statuses, String(answer.status ?? 'none'));
  if (input.awaits !== undefined && answer.status === 202) awaited.add(input.awaits);
  const problem = problemOf(answer, isWhole);
  if (problem === undefined) return answer;
  const sent = input.bytes.toString('latin1').replaceAll(scene.key, '<key>').slice(0, 1_500);
  report.problems.push(`${problem}\n${kind}, seed ${seed}, number ${number}:\n${sent}\n→ ${answer.text.slice(0, 800)}`);
  return answer;
}

function problemOf({ status, text, end }: Answer, isWhole: boolean): string | undefined {
  if (end === 'late') return `no end of it after ${LIMIT_MS} ms`;
  // A workspace may be full, and the dashboard's page may not be built: these are refusals.
  const isRefusal = status === 507 || (status === 503 && text.includes('content-type: text/plain'));
  if (status !== undefined && status >= 500 && !isRefusal) return `status ${status}`;
  if (isInternal(text)) return 'an internal error';
  return isWhole && status === undefined ? 'the connection was ended without an answer' : undefined;
}

function isInternal(text: string): boolean {
  return text.includes('"code":-32603') || text.includes('"code":"internal"');
}

/** Each request of HTTP+SSE that was accepted is answered on its stream, as long as that is open. */
async function judgeStream({ stream }: OpenScene, awaited: Set<string>, report: FuzzReport): Promise<void> {
  const limit = new Promise<never>((_resolve, reject) => {
    setTimeout(() => reject(new Error(`no answer on /sse to ${[...awaited].join(', ')}`)), LIMIT_MS).unref();
  });
  const all = async (): Promise<void> => {
    while (awaited.size > 0) {
      const { id } = await stream.message();
      awaited.delete(String(id));
    }
  };
  let isOpen = true;
  void stream.ended.then(() => (isOpen = false));
  try {
    await Promise.race([all(), limit]);
  } catch (error) {
    if (isOpen) report.problems.push(String(error));
  }
  for (const { data = '' } of stream.events)
    if (isInternal(data)) report.problems.push(`on /sse: ${data.slice(0, 800)}`);
}

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
