import type { PrunedEvents } from '../../protocol/records.ts';
import type { MadeBase } from '../log/make-base.ts';
import type { PruneLog } from '../rules/retention.ts';
import { signedWith, signingKey } from './signing-key.ts';

/**
 * What the log says of a removal. Where the data directory has a key for checkpoints, the last event that goes is
 * signed: who has such a checkpoint of before can tell that it was this log that was cut.
 */
export function cutFacts(
  plan: PrunedEvents,
  { lastHash, base }: MadeBase,
  { dataDir, logId, now }: { readonly dataDir: string; readonly logId: string; readonly now: number },
): PruneLog {
  const key = signingKey(dataDir);
  if (!key) return { ...plan, lastHash, base };
  const stand = { logId, seq: plan.throughSeq, hash: lastHash, signedAt: now };
  const { publicKey, signature } = signedWith(key, stand);
  return { ...plan, lastHash, base, checkpoint: { logId, signedAt: now, publicKey, signature } };
}
