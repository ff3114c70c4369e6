import type { IncomingMessage } from 'node:http';
import { Backoff } from './backoff.ts';
import { eventsOf } from './read-stream.ts';
import { hubErrorOf, isAway } from './failures.ts';
import { ConnectionLost, isEventStream, textOfBody } from './http.ts';
import type { HubWithKey } from './hub-place.ts';
import type { PendingPost } from './pending.ts';
import { noticeLine, readMessage, type RpcPart } from './rpc-message.ts';
import { isAboutAccess, hubRefusal, type SideDeps } from './side.ts';
import type { RpcId } from '../protocol/json-rpc.ts';
import { isRecord } from '../protocol/is-record.ts';

const SUBSCRIPTION_ID_META = 'io.modelcontextprotocol/subscriptionId';
const ACKNOWLEDGED = 'notifications/subscriptions/acknowledged';

export interface ListenOptions extends SideDeps {
  readonly post: PendingPost;
  readonly request: RpcPart & { readonly id: RpcId };
  readonly ask: (place: HubWithKey) => Promise<IncomingMessage>;
}

/** What one connection of a subscription came to. */
type Outcome = { readonly ended: string } | { readonly problem: unknown };

/**
 * A `subscriptions/listen` of the client (2026-07-28): for the client it lasts until it cancels it, or the hub will not
 * have it any more; to the hub it is begun again whenever its stream is lost, also by a restart.
 */
export class Listen {
  readonly #options: ListenOptions;
  readonly #backoff = new Backoff();
  #isAcknowledged = false;
  /** Whether something may have been missed. */
  #isStale = false;
  /** Whether the hub has granted anything on the connection there is. */
  #isGranted = false;

  constructor(options: ListenOptions) {
    this.#options = options;
  }

  /** Resolves when the client has its last answer, or has cancelled. */
  async run(): Promise<void> {
    const { post, log } = this.#options;
    /** How the hub ended it last, while it is not known whether it would begin again. */
    let ended: string | undefined;
    while (!post.signal.aborted) {
      this.#isGranted = false;
      const outcome = await this.#connect();
      if (post.signal.aborted) return;
      if ('ended' in outcome) {
        // An empty grant is ended at once, and so would be the next.
        if (!this.#isGranted || ended !== undefined) return post.passOn(outcome.ended);
        ended = outcome.ended;
        this.#isStale = true;
        continue;
      }
      const { problem } = outcome;
      const refusal = hubErrorOf(problem);
      if (!isAway(problem) && !isAboutAccess(refusal))
        return ended === undefined ? post.fail(refusal) : post.passOn(ended);
      log(`${refusal.code}: ${refusal.message}`);
      ended = undefined;
      this.#isStale = true;
      this.#standIn();
      await this.#backoff.wait(problem, post.signal);
    }
  }

  async #connect(): Promise<Outcome> {
    const { place: places, ask, post, room } = this.#options;
    let place: HubWithKey | undefined;
    try {
      place = await places.find();
      const response = await ask(place);
      if (response.statusCode !== 200) {
        const refusal = await hubRefusal(response);
        if (typeof refusal === 'string') return { ended: refusal };
        if (isAboutAccess(refusal)) places.forget(place);
        return { problem: refusal };
      }
      if (!isEventStream(response)) return { ended: await textOfBody(response) };
      for await (const { data } of eventsOf(response, room)) {
        const end = this.#take(data);
        if (end !== undefined) return { ended: end };
      }
      return { problem: new ConnectionLost(new Error('The stream ended.'), false) };
    } catch (error) {
      if (error instanceof ConnectionLost && !post.signal.aborted) places.forget(place);
      return { problem: error };
    }
  }

  /** Passes a message of the hub on; answers its text if it is the last one. */
  #take(data: string): string | undefined {
    const { post, send } = this.#options;
    const message = data === '' ? undefined : readMessage(data);
    const [part] = message?.parts ?? [];
    if (!message || !part || post.signal.aborted) return undefined;
    if (part.method === undefined) return message.text;
    if (part.method !== ACKNOWLEDGED) {
      send(message.text);
      return undefined;
    }
    this.#backoff.reached();
    const granted = part.params?.['notifications'];
    this.#isGranted = isRecord(granted) && Object.keys(granted).length > 0;
    if (!this.#isAcknowledged) send(message.text);
    this.#isAcknowledged = true;
    if (this.#isStale) this.#refresh(isRecord(granted) ? granted : {});
    return undefined;
  }

  /** While the hub is away the client need not wait: it hears when there is something. */
  #standIn(): void {
    if (this.#isAcknowledged) return;
    this.#isAcknowledged = true;
    const { request, send } = this.#options;
    send(this.#notice(ACKNOWLEDGED, { notifications: request.params?.['notifications'] ?? {} }));
  }

  /** Tells the client to read again what may have changed meanwhile. */
  #refresh(granted: Readonly<Record<string, unknown>>): void {
    this.#isStale = false;
    const { send } = this.#options;
    if (granted['toolsListChanged'] === true) send(this.#notice('notifications/tools/list_changed', {}));
    const uris = granted['resourceSubscriptions'];
    for (const uri of Array.isArray(uris) ? uris : []) {
      send(this.#notice('notifications/resources/updated', { uri: uri as unknown }));
    }
  }

  #notice(method: string, params: object): string {
    return noticeLine(method, { ...params, _meta: { [SUBSCRIPTION_ID_META]: this.#options.request.id } });
  }
}
