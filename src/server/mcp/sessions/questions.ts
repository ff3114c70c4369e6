import { messageText, RpcError, type RpcReply } from '../rpc/rpc.ts';
import { rpcCodes } from '../../../protocol/json-rpc.ts';
import { isRecord } from '../../../protocol/is-record.ts';

/** What a session's client is asked while its calls run, such as `elicitation/create`, by the ids of the requests. */
export class Questions {
  readonly #open = new Map<string, PromiseWithResolvers<unknown>>();
  #asked = 0;

  /**
   * Asks by a message that belongs to the client's own request; answers the client's result.
   *
   * @param send sends a message that belongs to the request
   * @param signal ends the wait: the request was cancelled, or its session has ended
   * @throws RpcError the client's error, or that it was not asked any more
   */
  async ask(method: string, params: object, send: (json: string) => void, signal: AbortSignal): Promise<unknown> {
    this.#asked += 1;
    const id = `ask-${this.#asked}`;
    const question = Promise.withResolvers<unknown>();
    const giveUp = (): void =>
      question.reject(new RpcError(rpcCodes.server, `${method} was not answered: the call has ended.`));
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    this.#open.set(id, question);
    try {
      if (!signal.aborted) send(messageText({ jsonrpc: '2.0', id, method, params }));
      return await question.promise;
    } finally {
      this.#open.delete(id);
      signal.removeEventListener('abort', giveUp);
    }
  }

  /** The client has answered something; what nobody waits for is passed over. */
  answered({ id, result, error }: RpcReply): void {
    const question = this.#open.get(String(id));
    if (error === undefined) return question?.resolve(result);
    const { code, message, data } = isRecord(error) ? error : {};
    question?.reject(
      new RpcError(
        Number(code) || rpcCodes.server,
        typeof message === 'string' ? message : 'The client gave no reason.',
        data,
      ),
    );
  }
}
