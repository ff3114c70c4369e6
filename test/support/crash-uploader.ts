import { createHash } from 'node:crypto';
import type { CrashSite } from './crash-site.ts';

/** A tus client that goes on where the hub says it stands, checking that nothing acknowledged is gone. */
export class CrashUploader {
  readonly #key: string;
  readonly #site: CrashSite;
  readonly finished: { path: string; sha256: string }[] = [];
  stepsBack = 0;
  #stopped = false;
  #abandoned = false;

  constructor(key: string, site: CrashSite) {
    this.#key = key;
    this.#site = site;
  }

  /** Ends after the upload that is under way. */
  stop(): void {
    this.#stopped = true;
  }

  /** Ends at once. */
  abandon(): void {
    this.#stopped = true;
    this.#abandoned = true;
  }

  async run(): Promise<void> {
    for (let n = 0; !this.#stopped; n++) await this.#upload(n);
  }

  async #upload(n: number): Promise<void> {
    const content = Buffer.alloc(300_000, `upload ${n} `);
    const path = `uploads/${n}.bin`;
    let location: string | undefined;
    let acknowledged = 0;
    while (acknowledged < content.length && !this.#abandoned) {
      const { url: base, life } = await this.#site.hubIsUp();
      try {
        location ??= await this.#create(base, path, content.length);
        const offset = await this.#offset(new URL(location, base));
        if (offset === undefined) break; // finished, and its answer lost with the hub
        if (offset < acknowledged) this.stepsBack++;
        if (offset === content.length) break;
        const chunk = content.subarray(offset, offset + 64_000);
        const response = await fetch(new URL(location, base), {
          method: 'PATCH',
          headers: this.#headers({
            'content-type': 'application/offset+octet-stream',
            'upload-offset': String(offset),
          }),
          body: chunk,
        });
        await response.text();
        if (response.status !== 204) throw new Error(`PATCH ${response.status}`);
        acknowledged = Number(response.headers.get('upload-offset'));
        this.#site.onAck();
        this.#site.onBack('uploader', life);
      } catch {
        // killed in the middle: ask again where it stands
      }
    }
    if (this.#abandoned) return;
    this.finished.push({ path, sha256: createHash('sha256').update(content).digest('hex') });
  }

  async #create(base: string, path: string, size: number): Promise<string> {
    const encode = (text: string): string => Buffer.from(text).toString('base64');
    const response = await fetch(new URL('/uploads', base), {
      method: 'POST',
      headers: this.#headers({
        'upload-length': String(size),
        'upload-metadata': `workspace ${encode(this.#site.workspace)},path ${encode(path)}`,
      }),
    });
    await response.text();
    const location = response.headers.get('location');
    if (response.status !== 201 || location === null) throw new Error(`POST ${response.status}`);
    return new URL(location, base).pathname;
  }

  async #offset(url: URL): Promise<number | undefined> {
    const response = await fetch(url, { method: 'HEAD', headers: this.#headers({}) });
    if (response.status === 404 || response.status === 410) return undefined;
    if (response.status !== 200) throw new Error(`HEAD ${response.status}`);
    return Number(response.headers.get('upload-offset'));
  }

  #headers(more: Record<string, string>): Record<string, string> {
    return { authorization: `Bearer ${this.#key}`, 'tus-resumable': '1.0.0', ...more };
  }
}
