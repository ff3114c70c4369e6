import { eventStream, given, json, nextId } from './answers.mjs';

/** OpenAI's Responses API, which Codex speaks. Tools of a server are in a namespace of its name. */
export const responses = {
  /** @param {any} body @returns {import('./answers.mjs').Conversation} */
  read(body) {
    const calls = [];
    const results = [];
    const items = Array.isArray(body.input) ? body.input : [];
    const offered = [];
    const add = (tools) => {
      for (const tool of tools ?? []) {
        if (tool.type === 'namespace') {
          for (const inner of tool.tools ?? [])
            offered.push({ ...inner, name: `${tool.name.replace(/_*$/u, '')}__${inner.name}`, namespace: tool.name });
        } else if (tool.type === 'tool_search') offered.push({ name: 'tool_search', kind: 'tool_search' });
        else if (tool.name) offered.push({ ...tool, kind: tool.type });
      }
    };
    add(body.tools);
    for (const item of items) {
      if (item.type?.endsWith('_call'))
        calls.push({ id: item.call_id ?? item.id, name: item.name ?? item.type.replace(/_call$/u, '') });
      if (item.type?.endsWith('_call_output')) results.push({ id: item.call_id, ...given(item.output) });
      if (item.type === 'tool_search_output') add(item.tools);
    }
    return { offered, calls, results, wantsJson: body.text?.format?.schema };
  },
  write(response, answer, body) {
    const output = [];
    if (answer.text) {
      const content = [{ type: 'output_text', text: answer.text, annotations: [] }];
      output.push({ type: 'message', id: `msg_${nextId()}`, role: 'assistant', status: 'completed', content });
    }
    for (const call of answer.calls ?? []) output.push(callItem(call));
    const usage = {
      input_tokens: 10,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: 10,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 20,
    };
    const whole = {
      id: `resp_${nextId()}`,
      object: 'response',
      created_at: Math.floor(Date.now() / 1000),
      status: 'completed',
      model: body.model,
      output,
      usage,
      parallel_tool_calls: true,
      tools: [],
      error: null,
      incomplete_details: null,
    };
    if (!body.stream) return json(response, 200, whole);
    const send = eventStream(response);
    let sequence_number = 0;
    const event = (type, rest) => send({ type, sequence_number: sequence_number++, ...rest }, type);
    event('response.created', { response: { ...whole, status: 'in_progress', output: [], usage: null } });
    for (const [output_index, item] of output.entries()) {
      event('response.output_item.added', { output_index, item: { ...item, status: 'in_progress' } });
      if (item.type === 'message') {
        const at = { item_id: item.id, output_index, content_index: 0 };
        event('response.output_text.delta', { ...at, delta: item.content[0].text });
      }
      event('response.output_item.done', { output_index, item });
    }
    event('response.completed', { response: whole });
    response.end();
  },
};

function callItem(call) {
  const common = { call_id: `call_${call.id}`, status: 'completed' };
  if (call.kind === 'tool_search')
    return { type: 'tool_search_call', id: `tsc_${nextId()}`, execution: 'client', arguments: call.args, ...common };
  const namespace = call.namespace;
  const name = namespace ? call.name.slice(namespace.replace(/_*$/u, '').length + 2) : call.name;
  return {
    type: 'function_call',
    id: `fc_${nextId()}`,
    name,
    ...(namespace ? { namespace } : {}),
    arguments: JSON.stringify(call.args),
    ...common,
  };
}
