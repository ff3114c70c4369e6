import { Child } from './support/child.ts';
import { RawSse } from './support/raw-sse.ts';
import type { Row } from './support/report.ts';

const SESSIONS = 2_000;

/** Resident memory for each idle, initialised SSE session, beside the SDK's and a bare stream's. */
export async function idleMemory(): Promise<Row[]> {
  const ours = await perSession('hub-server.ts');
  const sdk = await perSession('sdk-server.ts');
  const bare = await perSession('bare-server.ts');
  return [
    {
      what: `an idle SSE session (${SESSIONS} of them)`,
      ours: `${ours.toFixed(0)} KB`,
      reference: `SDK ${sdk.toFixed(0)} KB, bare stream ${bare.toFixed(0)} KB`,
      ratio: ours / sdk,
      target: '≤ 40 KB',
      holds: ours <= 40,
    },
  ];
}

async function perSession(script: string): Promise<number> {
  const server = await Child.start(script);
  const url = new URL(String(server.ready['url']));
  const key = server.ready['key'] ?? '';
  // The first sessions pay for code and pools that all share.
  const warm = await RawSse.openMany(200, () => idle(url, key));
  await server.ask('gc');
  const before = server.rss();
  const sessions = await RawSse.openMany(SESSIONS, () => idle(url, key));
  await server.ask('gc');
  const grown = server.rss() - before;
  for (const session of [...warm, ...sessions]) session.close();
  await server.stop();
  return grown / SESSIONS / 1_024;
}

/** An initialised session whose client has nothing to say: the stream is all that is open of it. */
async function idle(url: URL, key: string): Promise<RawSse> {
  const session = await RawSse.open(url, key);
  await session.rest();
  return session;
}
