/** What is loaded when it is first asked for, and again after it failed. */
export class LateLoad<T> {
  readonly #load: () => Promise<T>;
  #loading: Promise<T> | undefined;

  constructor(load: () => Promise<T>) {
    this.#load = load;
  }

  /** Rejects with what the load failed with; the next call tries it again. */
  get(): Promise<T> {
    if (this.#loading) return this.#loading;
    const loading = this.#load();
    this.#loading = loading;
    loading.catch(() => {
      if (this.#loading === loading) this.#loading = undefined;
    });
    return loading;
  }

  /** Loaded, or under way: undefined before anybody has asked, and after a failure. */
  get asked(): Promise<T> | undefined {
    return this.#loading;
  }
}
