import { eventStream, given, json, nextId } from './answers.mjs';

/** Google's generateContent, whole or streamed. @param {boolean} isStreamed */
export function gemini(isStreamed) {
  return {
    /** @param {any} body @returns {import('./answers.mjs').Conversation} */
    read(body) {
      const calls = [];
      const results = [];
      for (const content of body.contents ?? []) {
        for (const part of content.parts ?? []) {
          if (part.functionCall) calls.push({ id: part.functionCall.id, name: part.functionCall.name });
          const last = results.at(-1);
          if (part.functionResponse) {
            const { id, response, parts: inner = [] } = part.functionResponse;
            const pictures = inner.filter(({ inlineData }) => inlineData?.mimeType?.startsWith('image/')).length;
            results.push({ id, text: given(response?.output ?? response).text, pictures });
          } else if (last && part.inlineData?.mimeType?.startsWith('image/')) last.pictures += 1;
        }
      }
      const offered = (body.tools ?? []).flatMap(
        (tool) => tool.functionDeclarations ?? tool.function_declarations ?? [],
      );
      const config = body.generationConfig ?? {};
      return { offered, calls, results, wantsJson: config.responseJsonSchema ?? config.responseSchema };
    },
    write(response, answer) {
      const content = { role: 'model', parts: [] };
      if (answer.text) content.parts.push({ text: answer.text });
      for (const { id, name, args } of answer.calls ?? []) content.parts.push({ functionCall: { id, name, args } });
      const whole = {
        candidates: [{ content, finishReason: 'STOP', index: 0 }],
        usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 10, totalTokenCount: 20 },
        modelVersion: 'scripted',
        responseId: nextId(),
      };
      if (!isStreamed) return json(response, 200, whole);
      eventStream(response)(whole);
      response.end();
    },
  };
}
