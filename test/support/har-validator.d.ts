/** The package has no types of its own. */
declare module 'har-validator' {
  /** Resolves to what it was given, if that is a whole archive by the schemas of HAR 1.2; else rejects with why. */
  export function har(data: unknown): Promise<unknown>;
}
