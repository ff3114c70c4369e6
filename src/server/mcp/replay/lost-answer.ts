import { HubError, toWire } from '../../../protocol/errors.ts';
import { rpcCodes } from '../../http/http-errors.ts';
import { chunkText } from '../stream/http-chunk.ts';
import { errorText, isRpcId } from '../rpc/rpc.ts';

/** Where an answer begins that is kept as it was written: two chunks, with the two halves of its event id. */
const kept = /^([0-9a-f]+\r\n[^\r]*\r\n)[0-9a-f]+\r\n([^\n]*\nevent: message\ndata: )\{"jsonrpc":"2\.0","id":/u;
const id = /"(?:[^"\\]|\\.)*"|[^,"]+/uy;

/** Whether a kept chunk is an answer: what is not can be told again, or missed. */
export function isAnswer(chunk: Buffer): boolean {
  return kept.test(chunk.toString('utf8', 0, 300));
}

/** The error that takes the place of an answer that is not kept any more, under the same event id. */
export function lostAnswer(chunk: Buffer): Buffer {
  const text = chunk.toString();
  const [start = '', first = '', second = ''] = kept.exec(text) ?? [];
  id.lastIndex = start.length;
  const answered: unknown = JSON.parse(id.exec(text)?.[0] ?? 'null');
  const error = new HubError(
    'gone',
    'The answer to this call was not kept: too much was waiting for clients that were away. The call may have taken effect: look, and ask again.',
  );
  const json = errorText(isRpcId(answered) ? answered : null, rpcCodes.server, error.message, toWire(error));
  return Buffer.from(`${first}${chunkText(`${second}${json}\n\n`)}`);
}
