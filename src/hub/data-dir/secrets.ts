import { hash, randomBytes } from 'node:crypto';

/** A new agent's secret: `sbx_` and 32 random bytes in base64url. Only its hash is kept. */
export function newSecret(): { readonly secret: string; readonly secretSha256: string } {
  const secret = `sbx_${randomBytes(32).toString('base64url')}`;
  return { secret, secretSha256: secretHash(secret) };
}

/** Hex SHA-256 of a secret, as `key.created` keeps it. */
export function secretHash(secret: string): string {
  return hash('sha256', secret, 'hex');
}

/** A new token that claims an offer of ownership: `sbt_` and 32 random bytes in base64url. Only its hash is kept. */
export function newClaimToken(): { readonly token: string; readonly tokenSha256: string } {
  const token = `sbt_${randomBytes(32).toString('base64url')}`;
  return { token, tokenSha256: secretHash(token) };
}
