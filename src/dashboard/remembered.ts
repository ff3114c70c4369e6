/** A value kept in this browser for the next visit. Where storage is closed to us, it is forgotten. */
export interface Remembered {
  get(): string | undefined;
  set(value: string): void;
}

export function remembered(name: string, storage: () => Storage): Remembered {
  const key = `signalbox.${name}`;
  return {
    get() {
      try {
        return storage().getItem(key) ?? undefined;
      } catch {
        return undefined;
      }
    },
    set(value) {
      try {
        storage().setItem(key, value);
      } catch {
        // A private window, or a full disk: nothing that matters is lost.
      }
    },
  };
}
