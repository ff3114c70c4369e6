import { fromWire, HubError } from '../protocol/errors.ts';

/**
 * The hub's refusal in the body of an HTTP answer, `{"error":{…}}`.
 *
 * @param otherwise said where the body has none, as a proxy's has not
 */
export function refusalIn(body: string, otherwise: string): HubError {
  try {
    const parsed: unknown = JSON.parse(body);
    return fromWire(typeof parsed === 'object' && parsed !== null && 'error' in parsed ? parsed.error : parsed);
  } catch {
    return new HubError('internal', otherwise);
  }
}

/** The hub's refusal as an HTTP answer that is not ok brings it. */
export async function refusalOf(answer: Response): Promise<HubError> {
  return refusalIn(await answer.text().catch(() => ''), `The hub answered ${answer.status} ${answer.statusText}.`);
}
