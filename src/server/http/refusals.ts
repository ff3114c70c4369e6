import type { HubError } from '../../../protocol/errors.ts';
import { challenge, errorBody, statusOf } from '../../http/http-errors.ts';

/** A refusal as the answer to a person's request: status and JSON body say the same. */
export function refused(error: HubError): Response {
  return new Response(errorBody(error), {
    status: statusOf(error.code),
    headers: { ...challenge(error), 'Content-Type': 'application/json', 'Cache-Control': 'no-store' },
  });
}
