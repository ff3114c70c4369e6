import { expect, test } from 'vitest';
import { parseMessage, type RpcReply } from '../../src/server/mcp/rpc/rpc.ts';
import { Questions } from '../../src/server/mcp/sessions/questions.ts';

function asked() {
  const questions = new Questions();
  const abort = new AbortController();
  const sent: { id: string; method: string }[] = [];
  const send = (json: string): void => void sent.push(JSON.parse(json) as { id: string; method: string });
  const ask = async (method: string): Promise<unknown> => await questions.ask(method, {}, send, abort.signal);
  const reply = (body: object): void => questions.answered(parseMessage({ jsonrpc: '2.0', ...body }) as RpcReply);
  return { abort, sent, ask, reply };
}

test('[BC33] each question gets its own answer, in whatever order they come; what answers none is passed over', async () => {
  const { ask, reply, sent } = asked();
  const both = Promise.all([ask('sampling/createMessage'), ask('elicitation/create')]);
  const [first, second] = sent;
  expect(sent.map(({ method }) => method)).toEqual(['sampling/createMessage', 'elicitation/create']);
  reply({ id: 'hub-ping', result: {} });
  reply({ id: second?.id, result: { action: 'accept' } });
  reply({ id: second?.id, result: { action: 'decline' } });
  reply({ id: first?.id, result: { role: 'assistant' } });
  expect(await both).toEqual([{ role: 'assistant' }, { action: 'accept' }]);
});

test('[BC33] what the client answers with an error is refused with its code and message', async () => {
  const { ask, reply, sent } = asked();
  const answer = ask('elicitation/create');
  reply({ id: sent[0]?.id, error: { code: -32_601, message: 'Method not found' } });
  await expect(answer).rejects.toMatchObject({ code: -32_601, message: 'Method not found' });
  const odd = ask('elicitation/create');
  reply({ id: sent[1]?.id, error: 'no' });
  await expect(odd).rejects.toMatchObject({ code: -32_000 });
});

test('[BC33] a question ends with the call that asks it; after that nothing is asked', async () => {
  const { abort, ask, sent } = asked();
  const waiting = ask('elicitation/create');
  abort.abort();
  await expect(waiting).rejects.toThrow('the call has ended');
  await expect(ask('roots/list')).rejects.toThrow('the call has ended');
  expect(sent).toHaveLength(1);
});
