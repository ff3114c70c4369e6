import { isRecord } from '../protocol/is-record.ts';
import type { ConnectOptions, NewsMoment } from './connect-options.ts';
import { HubHttp, textOfBody } from './http.ts';
import { readLock } from './hub-place.ts';

/** How long a prompt may be held up, in ms. */
const PATIENCE_MS = 1_500;

/**
 * What a client is to tell its model beside a prompt, or at its start: from the hub of the data directory, for the agent
 * of `--as`. Empty where there is nothing to say, or no hub that says it in time: a hook must not get in anybody's way.
 */
export async function promptNews(
  { dataDir, as = 'agent' }: Pick<ConnectOptions, 'dataDir' | 'as'>,
  when: NewsMoment,
): Promise<string> {
  const lock = await readLock(dataDir);
  if (!lock) return '';
  const http = new HubHttp();
  try {
    const response = await http.ask(`${lock.url}/api/connect-news`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${lock.adminToken}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ name: as, beginning: when === 'start' }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const answer: unknown = JSON.parse(await textOfBody(response));
    const text = isRecord(answer) && response.statusCode === 200 ? answer['text'] : undefined;
    return typeof text === 'string' ? `Signalbox: ${text}\n` : '';
  } catch {
    return ''; // away, slow, or of a version that does not know this
  } finally {
    http.close();
  }
}
