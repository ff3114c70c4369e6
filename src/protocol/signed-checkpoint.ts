import { z } from 'zod';
import { canonicalJson } from './canonical-json.ts';

/** Where the log stood, signed: who has it can tell later whether the events up to there are still the same. */
export const signedCheckpointSchema = z.strictObject({
  logId: z.string().max(200),
  seq: z.number().int().positive(),
  /** Seq of the event; its hash covers all events up to it. */
  hash: z.string().regex(/^[0-9a-f]{64}$/u),
  /** When it was signed, ms since the epoch. */
  signedAt: z.number(),
  /** Ed25519, as PEM. */
  publicKey: z.string().max(1_000),
  /** Base64 of the signature of {@link checkpointText}. */
  signature: z.string().max(200),
});
export type SignedCheckpoint = Readonly<z.infer<typeof signedCheckpointSchema>>;

/** The text that is signed. */
export function checkpointText({
  logId,
  seq,
  hash,
  signedAt,
}: Omit<SignedCheckpoint, 'publicKey' | 'signature'>): string {
  return canonicalJson({ what: 'signalbox checkpoint', logId, seq, hash, signedAt });
}
