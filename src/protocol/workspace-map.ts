interface Granted {
  readonly id: string;
  readonly name: string;
  /** By key id. */
  readonly roles: Readonly<Record<string, unknown>>;
}

/**
 * Workspaces by id, found also by name and by the keys that have a role in them, so that what a key asks costs no more
 * the more workspaces others have. Begins empty.
 */
export class WorkspaceMap<Workspace extends Granted> extends Map<string, Workspace> {
  /** Ids by key. */
  readonly #ofKey = new Map<string, Set<string>>();
  /** Ids by name in NFC. */
  readonly #named = new Map<string, Set<string>>();
  /** The place of each in the order in which they came. */
  readonly #places = new Map<string, number>();
  #lastPlace = 0;

  override set(id: string, workspace: Workspace): this {
    const was = this.get(id);
    super.set(id, workspace);
    if (!was) this.#places.set(id, (this.#lastPlace += 1));
    // Most changes are of the bytes in it.
    if (was?.name === workspace.name && was.roles === workspace.roles) return this;
    if (was) this.#forget(was);
    add(this.#named, workspace.name.normalize('NFC'), id);
    for (const keyId of Object.keys(workspace.roles)) add(this.#ofKey, keyId, id);
    return this;
  }

  override delete(id: string): boolean {
    const was = this.get(id);
    if (!was) return false;
    this.#forget(was);
    this.#places.delete(id);
    return super.delete(id);
  }

  override clear(): void {
    super.clear();
    for (const index of [this.#ofKey, this.#named, this.#places]) index.clear();
  }

  /** Those in which a key has a role, in the order in which they were made. */
  of(keyId: string): readonly Workspace[] {
    return this.#at(this.#ofKey.get(keyId));
  }

  /** Those that have a name, however it is written in Unicode, in the order in which they were made. */
  named(name: string): readonly Workspace[] {
    return this.#at(this.#named.get(name.normalize('NFC')));
  }

  #at(ids: Iterable<string> = []): readonly Workspace[] {
    const found: Workspace[] = [];
    for (const id of ids) {
      const workspace = this.get(id);
      if (workspace) found.push(workspace);
    }
    const placeOf = ({ id }: Workspace): number => this.#places.get(id) ?? 0;
    return found.length < 2 ? found : found.sort((a, b) => placeOf(a) - placeOf(b));
  }

  #forget({ id, name, roles }: Workspace): void {
    remove(this.#named, name.normalize('NFC'), id);
    for (const keyId of Object.keys(roles)) remove(this.#ofKey, keyId, id);
  }
}

function add(index: Map<string, Set<string>>, name: string, id: string): void {
  const ids = index.get(name);
  if (ids) ids.add(id);
  else index.set(name, new Set([id]));
}

function remove(index: Map<string, Set<string>>, name: string, id: string): void {
  const ids = index.get(name);
  ids?.delete(id);
  if (ids?.size === 0) index.delete(name);
}
