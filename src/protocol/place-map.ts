import { lookOf } from './names/look.ts';
import { placeKey } from './place-key.ts';

interface AtPlace {
  readonly workspace: string;
  readonly path: string;
}

/** Things on paths by `placeKey`, found also by what their paths look like. Begins empty. */
export class PlaceMap<T extends AtPlace> extends Map<string, T> {
  /** Keys of this map, by workspace and look of the path. */
  readonly #byLook = new Map<string, Set<string>>();

  override set(key: string, value: T): this {
    if (!this.has(key)) {
      const look = lookKey(value.workspace, value.path);
      const keys = this.#byLook.get(look);
      if (keys) keys.add(key);
      else this.#byLook.set(look, new Set([key]));
    }
    return super.set(key, value);
  }

  override delete(key: string): boolean {
    const value = this.get(key);
    if (value) {
      const look = lookKey(value.workspace, value.path);
      const keys = this.#byLook.get(look);
      keys?.delete(key);
      if (keys?.size === 0) this.#byLook.delete(look);
    }
    return super.delete(key);
  }

  override clear(): void {
    this.#byLook.clear();
    super.clear();
  }

  /** Values at other paths that look like this one. */
  alike(workspace: string, path: string): readonly T[] {
    const keys = this.#byLook.get(lookKey(workspace, path)) ?? [];
    const found: T[] = [];
    for (const key of keys) {
      const value = this.get(key);
      if (value && value.path !== path) found.push(value);
    }
    return found;
  }
}

function lookKey(workspace: string, path: string): string {
  return placeKey(workspace, lookOf(path));
}
