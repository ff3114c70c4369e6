import type { z } from 'zod';
import { HubError } from '../../protocol/errors.ts';

/**
 * The JSON of a small request. It must say that it is JSON, which a form of another site cannot.
 *
 * @param mostBytes larger bodies are refused without reading on
 * @param form how a body looks, for the refusal
 * @returns the value, or `unsupported_media_type`, `too_large` or `bad_request`
 */
export async function smallJson<T>(
  request: Request,
  { schema, mostBytes, form }: { readonly schema: z.ZodType<T>; readonly mostBytes: number; readonly form: string },
): Promise<T | HubError> {
  if (!/^application\/json\s*(?:;|$)/iu.test(request.headers.get('content-type') ?? '')) {
    return new HubError('unsupported_media_type', `Send it as JSON: ${form}.`);
  }
  const tooLarge = new HubError('too_large', `This request may have at most ${mostBytes} bytes.`);
  if (Number(request.headers.get('content-length') ?? 0) > mostBytes) return tooLarge;
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += (chunk as Uint8Array).byteLength;
    if (bytes > mostBytes) return tooLarge;
    text += decoder.decode(chunk as Uint8Array, { stream: true });
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return new HubError('bad_request', `The body is not of the form ${form}.`);
  }
}
