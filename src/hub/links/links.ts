import { HubError } from '../../protocol/errors.ts';
import type { FileRecord } from '../../protocol/records.ts';
import type { LinkState } from '../../protocol/state.ts';
import type { Files } from '../files/files.ts';
import type { Hub } from '../hub.ts';
import type { Origin } from '../rule.ts';
import type { Committed } from '../store/applied.ts';
import { createLink, whyOver, type CreateLink } from '../rules/links.ts';
import { LinkRefusals, whyRefused } from './link-refusals.ts';
import { LinkPasswords } from './link-password.ts';
import { LinkSignature } from './link-signature.ts';
import { LinkUses } from './link-uses.ts';

/** A request by a link's address. */
export interface LinkRequest {
  readonly linkId: string;
  readonly signature: string;
  readonly password?: string | undefined;
}

/** Direct download links: signed addresses of one version of a file, which need no key. */
export class Links {
  readonly uses: LinkUses;
  readonly #hub: Hub;
  readonly #files: Files;
  readonly #signature: LinkSignature;
  readonly #passwords: LinkPasswords;
  readonly #refusals: LinkRefusals;

  constructor(hub: Hub, files: Files) {
    this.#hub = hub;
    this.#files = files;
    this.uses = new LinkUses(hub);
    this.#signature = new LinkSignature(hub.dataDir, hub.logger);
    this.#passwords = new LinkPasswords(hub.timers);
    this.#refusals = new LinkRefusals(hub);
  }

  /** Makes a link; waits for the hash of its password, not for the disk. What is refused is not hashed. @throws HubError */
  async commitCreate(
    origin: Origin,
    { password, ...input }: Omit<CreateLink, 'passwordHash'> & { readonly password?: string },
  ): Promise<Committed<LinkState>> {
    if (password === undefined) return this.#hub.commit(createLink, input, origin);
    this.#hub.check(createLink, input, origin);
    const { actor } = origin;
    const passwordHash = await this.#passwords.hashFor(actor.kind === 'agent' ? actor.key : actor.kind, password);
    return this.#hub.commit(createLink, { ...input, passwordHash }, origin);
  }

  /** The address of a link, to be put behind that of the hub: `/links/{id}/{signature}`. */
  addressOf(linkId: string): string {
    return `/links/${linkId}/${this.#signature.of(linkId)}`;
  }

  /**
   * The link and the version of the file that a request is for. A wrong signature is answered alike, whether there is
   * such a link or not; who has the right one learns why it gives nothing.
   *
   * @throws HubError `not_found`, `unauthorized`, `rate_limited`, `gone`
   */
  async open({ linkId, signature, password }: LinkRequest): Promise<{ link: LinkState; file: FileRecord }> {
    const isSigned = this.#signature.isOf(linkId, signature);
    const link = isSigned ? this.#hub.state.links.get(linkId) : undefined;
    if (!isSigned) throw new HubError('not_found', 'There is no such link. Check that the address is whole.');
    if (!link) {
      this.#passwords.forget(linkId);
      throw new HubError(
        'gone',
        'This link is over: it was revoked, used up or has expired. Ask the person or agent that gave it to you for a new one.',
      );
    }
    await this.#passwords.check(link, password);
    const over = whyOver(this.#hub.state, link, this.#hub.files, this.#hub.now());
    // A download that was begun may be finished after the last use.
    if (over && over.details?.['status'] !== 'used_up') throw over;
    const path = this.#hub.files.byId(link.fileId)?.path ?? link.path;
    return { link, file: await this.#files.stat(link.workspace, path, link.version) };
  }

  /** Notes for the owners of a link that a request got nothing by it; a guessed address is of no link. */
  noteRefused({ linkId, signature, password }: LinkRequest, error: HubError, remote: string): void {
    const why = whyRefused(error, password !== undefined);
    if (why === undefined || !this.#hub.state.links.has(linkId) || !this.#signature.isOf(linkId, signature)) return;
    this.#refusals.add(linkId, { why, remote });
  }

  close(): void {
    this.uses.close();
    this.#refusals.close();
  }
}
