import { HubError, messageOf } from '../protocol/errors.ts';
import { ConnectionLost } from './http.ts';
import { away, type HubPlace } from './hub-place.ts';

/** A call whose answer is lost. */
export function answerLost(): HubError {
  return new HubError(
    'hub_away',
    'The connection to the hub was lost while this call was under way, and whether it was done is not known. Look first (workspace_get, event_list), then call again if it was not.',
  );
}

/**
 * Why the answer to a call is lost: the key was taken away, where that is so, and {@link answerLost} otherwise.
 *
 * @param places where the hub and the key are looked for again
 */
export async function lostOnTheWay(places: HubPlace): Promise<HubError> {
  try {
    await places.find();
  } catch (error) {
    if (error instanceof HubError && error.code !== 'hub_away') return error;
  }
  return answerLost();
}

/** Why something did not reach the hub, or its answer did not come back, as a refusal with what to do. */
export function hubErrorOf(error: unknown): HubError {
  if (error instanceof HubError) return error;
  if (error instanceof ConnectionLost)
    return error.sent ? answerLost() : away(`The hub does not answer (${error.message})`);
  return new HubError('internal', `signalbox connect failed: ${messageOf(error)}`);
}

export function isAway(error: unknown): boolean {
  return error instanceof ConnectionLost || (error instanceof HubError && error.code === 'hub_away');
}
