import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { HubError, messageOf } from '../../protocol/errors.ts';
import { isEveryAddress } from './exposure.ts';

/** What a server that speaks TLS needs, as PEM. */
export interface Tls {
  readonly cert: string;
  readonly key: string;
}

/** How the hub speaks TLS, whatever the certificate. */
export const TLS_OPTIONS = { minVersion: 'TLSv1.2' } as const;

/** Largest file of a certificate or key, in bytes. */
const MOST_BYTES = 1024 * 1024;

/**
 * Reads a certificate with its chain, and its key, and checks that clients will take them: they belong together, are
 * good today, and have the name under which the hub is reached.
 *
 * @param at `host` that it listens on, `publicOrigin` if there is one, `now` in ms since the epoch
 * @throws HubError `invalid_argument` that says which file is wrong, and how
 */
export function readTls(
  files: { readonly cert: string | undefined; readonly key: string | undefined },
  at: { readonly host: string; readonly publicOrigin: string | undefined; readonly now: number },
): Tls | undefined {
  if (files.cert === undefined && files.key === undefined) return undefined;
  if (files.cert === undefined) throw bad('--tls-key needs the certificate too: add --tls-cert.');
  if (files.key === undefined) throw bad('--tls-cert needs its private key too: add --tls-key.');
  const cert = readPem(files.cert, '--tls-cert');
  const key = readPem(files.key, '--tls-key');
  const certificate = parsed(() => new X509Certificate(cert), `${files.cert} has no certificate in PEM form.`);
  const privateKey = parsed<KeyObject>(
    () => createPrivateKey(key),
    `${files.key} has no private key in PEM form that opens without a passphrase.`,
  );
  if (!certificate.checkPrivateKey(privateKey)) {
    throw bad(`The key ${files.key} does not fit the certificate ${files.cert}: give the key that it was made with.`);
  }
  const [from, to] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  if (at.now > to) throw bad(`The certificate ${files.cert} expired at ${new Date(to).toISOString()}: renew it.`);
  if (at.now < from) {
    throw bad(`The certificate ${files.cert} is not good before ${new Date(from).toISOString()}; is the clock right?`);
  }
  const name = nameFor(at);
  if (name !== undefined && !hasName(certificate, name)) {
    throw bad(
      `The certificate ${files.cert} is for ${certificate.subjectAltName ?? 'no name'}, not for ${name}: say under which of its names the hub is reached with --public-url, or get one for this name.`,
    );
  }
  return { cert, key };
}

/** The name that clients will use; undefined where nobody knows. */
function nameFor({ host, publicOrigin }: { readonly host: string; readonly publicOrigin: string | undefined }) {
  if (publicOrigin !== undefined) return new URL(publicOrigin).hostname.replace(/^\[|\]$/gu, '');
  return isEveryAddress(host) ? undefined : host;
}

function hasName(certificate: X509Certificate, name: string): boolean {
  return (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)) !== undefined;
}

function readPem(file: string, option: string): string {
  try {
    if (statSync(file).size > MOST_BYTES) throw bad(`${option} ${file} is too large for a PEM file.`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof HubError) throw error;
    throw bad(`${option} ${file} cannot be read (${messageOf(error)}).`);
  }
}

function parsed<T>(parse: () => T, problem: string): T {
  try {
    return parse();
  } catch {
    throw bad(problem);
  }
}

function bad(message: string): HubError {
  return new HubError('invalid_argument', message);
}
