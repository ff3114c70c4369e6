import { eventStream, given, json, nextId, parts } from './answers.mjs';

/** Anthropic's Messages API. */
export const anthropic = {
  /** @param {any} body @returns {import('./answers.mjs').Conversation} */
  read(body) {
    const calls = [];
    const results = [];
    for (const message of body.messages ?? []) {
      for (const part of parts(message.content)) {
        if (part.type === 'tool_use') calls.push({ id: part.id, name: part.name });
        if (part.type === 'tool_result') results.push({ id: part.tool_use_id, ...given(part.content) });
      }
    }
    // Tools that are kept back may be called once a tool_reference names them.
    const named = new Set(
      JSON.stringify(body.messages ?? [])
        .match(/"tool_name":"[^"]+"/gu)
        ?.map((one) => one.slice(13, -1)),
    );
    const offered = (body.tools ?? []).filter((tool) => tool.name && (!tool.defer_loading || named.has(tool.name)));
    return { offered, calls, results, wantsJson: body.output_config?.format?.schema ?? body.output_format?.schema };
  },
  write(response, answer, body) {
    const content = [];
    if (answer.text) content.push({ type: 'text', text: answer.text });
    for (const call of answer.calls ?? [])
      content.push({ type: 'tool_use', id: `toolu_${call.id}`, name: call.name, input: call.args });
    const stop = answer.calls ? 'tool_use' : 'end_turn';
    const usage = { input_tokens: 10, output_tokens: 10, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };
    const begun = { id: `msg_${nextId()}`, type: 'message', role: 'assistant', model: body.model, usage };
    if (!body.stream) return json(response, 200, { ...begun, content, stop_reason: stop, stop_sequence: null });
    const send = eventStream(response);
    const message = { ...begun, content: [], stop_reason: null, stop_sequence: null };
    send({ type: 'message_start', message }, 'message_start');
    for (const [index, block] of content.entries()) {
      const isText = block.type === 'text';
      const content_block = isText ? { type: 'text', text: '' } : { ...block, input: {} };
      const delta = isText
        ? { type: 'text_delta', text: block.text }
        : { type: 'input_json_delta', partial_json: JSON.stringify(block.input) };
      send({ type: 'content_block_start', index, content_block }, 'content_block_start');
      send({ type: 'content_block_delta', index, delta }, 'content_block_delta');
      send({ type: 'content_block_stop', index }, 'content_block_stop');
    }
    const delta = { stop_reason: stop, stop_sequence: null };
    send({ type: 'message_delta', delta, usage: { output_tokens: 10 } }, 'message_delta');
    send({ type: 'message_stop' }, 'message_stop');
    response.end();
  },
};
