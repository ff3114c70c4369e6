/** What the four APIs share: an answer of the scripted model, and how it goes out. */

/**
 * @typedef {{ id: string, name: string, namespace?: string, kind?: string, args: Record<string, unknown> }} MadeCall
 * @typedef {{ text?: string, calls?: MadeCall[] }} Answer
 * @typedef {{ name: string, namespace?: string, kind?: string, description?: string }} Offered
 * @typedef {object} Conversation  what a request has of the conversation so far
 * @property {Offered[]} offered  tools that the model may call
 * @property {{ id?: string, name?: string }[]} calls  calls that the model made
 * @property {Given[]} results  what each call was answered with, as the model is given it
 * @property {object} [wantsJson]  the schema of an answer that must be JSON
 * @typedef {{ id?: string, text: string, pictures: number }} Given
 */

/** Answers with JSON. @param {import('node:http').ServerResponse} response @param {number} status @param {unknown} value */
export function json(response, status, value) {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

/** Begins an event stream; the function that it gives sends one event. @param {import('node:http').ServerResponse} response */
export function eventStream(response) {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  /** @param {object} value @param {string} [event] */
  return (value, event) => response.write(`${event ? `event: ${event}\n` : ''}data: ${JSON.stringify(value)}\n\n`);
}

/** The parts of a message's content, which may be one text. @param {string | any[] | undefined} content @returns {any[]} */
export const parts = (content) => (typeof content === 'string' ? [{ type: 'text', text: content }] : (content ?? []));

/**
 * The text and the pictures of a result. A picture counts where the API takes it as one, not as base64 among text.
 *
 * @param {unknown} value @returns {{ text: string, pictures: number }}
 */
export function given(value) {
  if (typeof value === 'string') return { text: value, pictures: 0 };
  if (!Array.isArray(value)) return { text: JSON.stringify(value ?? ''), pictures: 0 };
  const pictures = value.filter(({ type }) => /image/u.test(type ?? '')).length;
  const texts = value.filter(({ type }) => !/image/u.test(type ?? ''));
  return {
    text: texts.map((part) => part.text ?? given(part.content ?? part.tool_name ?? part).text).join('\n'),
    pictures,
  };
}

let count = 0;
export const nextId = () => `${process.pid.toString(36)}${(count += 1)}`;
