import { eventStream, given, json, nextId, parts } from './answers.mjs';

/** OpenAI's Chat Completions, which most agents speak to any other maker's model. */
export const chat = {
  /** @param {any} body @returns {import('./answers.mjs').Conversation} */
  read(body) {
    const calls = [];
    const results = [];
    for (const message of body.messages ?? []) {
      for (const call of message.tool_calls ?? []) calls.push({ id: call.id, name: call.function?.name });
      if (message.role === 'tool') results.push({ id: message.tool_call_id, ...given(message.content) });
      // Results of this API are text: agents put a picture into a message of the user behind them.
      const last = results.at(-1);
      const pictures = message.role === 'user' ? given(parts(message.content)).pictures : 0;
      if (last && pictures > 0) last.pictures += pictures;
    }
    const offered = (body.tools ?? []).flatMap((tool) => (tool.function ? [tool.function] : []));
    return { offered, calls, results, wantsJson: body.response_format?.json_schema?.schema };
  },
  write(response, answer, body) {
    const base = { id: `chatcmpl-${nextId()}`, created: Math.floor(Date.now() / 1000), model: body.model };
    const usage = { prompt_tokens: 10, completion_tokens: 10, total_tokens: 20 };
    const calls = (answer.calls ?? []).map((call, index) => ({
      index,
      id: `call_${call.id}`,
      type: 'function',
      function: { name: call.name, arguments: JSON.stringify(call.args) },
    }));
    const finish = calls.length > 0 ? 'tool_calls' : 'stop';
    if (!body.stream) {
      const tool_calls = calls.length > 0 ? { tool_calls: calls } : {};
      const message = { role: 'assistant', content: answer.text ?? null, ...tool_calls };
      return json(response, 200, {
        ...base,
        object: 'chat.completion',
        choices: [{ index: 0, message, finish_reason: finish }],
        usage,
      });
    }
    const send = eventStream(response);
    const chunk = (delta, finish_reason = null) =>
      send({ ...base, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason }] });
    chunk({ role: 'assistant', content: answer.text ?? '' });
    if (calls.length > 0) chunk({ tool_calls: calls });
    chunk({}, finish);
    if (body.stream_options?.include_usage) send({ ...base, object: 'chat.completion.chunk', choices: [], usage });
    response.end('data: [DONE]\n\n');
  },
};
