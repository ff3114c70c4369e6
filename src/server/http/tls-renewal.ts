import { statSync } from 'node:fs';
import type { Server } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import type { Logger } from '../../hub/logger.ts';
import type { Timers } from '../../hub/timers.ts';
import { HubError } from '../../protocol/errors.ts';
import { TLS_OPTIONS, type Tls } from './tls.ts';

/** How often the files are looked at, in ms. */
const LOOK_MS = 10_000;

export interface TlsRenewalOptions {
  /** Paths of the certificate and its key. */
  readonly files: readonly string[];
  /** What is used now. */
  readonly now: Tls;
  /** Reads and checks the files. @throws HubError */
  readonly read: () => Tls | undefined;
  /** From now on, for new connections. Those that are open keep theirs. */
  readonly use: (tls: Tls) => void;
  readonly timers: Timers;
  readonly logger: Logger;
}

/**
 * Takes a certificate that was renewed while the hub runs: when its files change, and when it is asked to. A pair that
 * is wrong, as between the writes of two files, leaves the one before in use, and is reported once.
 */
export class TlsRenewal {
  /** That of a server, if it speaks TLS. */
  static of(server: Server, options: Omit<TlsRenewalOptions, 'use'>): TlsRenewal | undefined {
    if (!speaksTls(server)) return undefined;
    return new TlsRenewal({ ...options, use: (tls) => server.setSecureContext({ ...tls, ...TLS_OPTIONS }) });
  }

  readonly #options: TlsRenewalOptions;
  #used: Tls;
  #stamp: string;
  #reported: string | undefined;
  #handle: unknown;

  constructor(options: TlsRenewalOptions) {
    this.#options = options;
    this.#used = options.now;
    this.#stamp = this.#stampNow();
    this.#arm();
  }

  /** Reads the files now. */
  renew(): void {
    const { logger, read, use } = this.#options;
    this.#stamp = this.#stampNow();
    try {
      const tls = read();
      this.#reported = undefined;
      if (!tls || (tls.cert === this.#used.cert && tls.key === this.#used.key)) return;
      use(tls);
      this.#used = tls;
      logger.info({}, 'new connections get the renewed certificate');
    } catch (error) {
      const why = error instanceof HubError ? error.message : String(error);
      if (why === this.#reported) return;
      this.#reported = why;
      logger.warn({}, `the certificate in use stays: ${why}`);
    }
  }

  close(): void {
    this.#options.timers.clearTimeout(this.#handle);
  }

  #arm(): void {
    this.#handle = this.#options.timers.setTimeout(() => {
      if (this.#stampNow() !== this.#stamp) this.renew();
      this.#arm();
    }, LOOK_MS);
  }

  /** Changes when a file is written or replaced. */
  #stampNow(): string {
    return this.#options.files
      .map((file) => {
        const stat = statSync(file, { throwIfNoEntry: false });
        return stat ? `${stat.ino} ${stat.mtimeMs} ${stat.size}` : '';
      })
      .join('\n');
  }
}

/** Recognised by its method, not by its class: the module of TLS is loaded only where it is needed. */
function speaksTls(server: Server): server is TlsServer {
  return 'setSecureContext' in server;
}
