/** Revisions that begin with `initialize`, newest first. HTTP+SSE and Streamable HTTP speak all of them. */
export const sessionVersions = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'] as const;

/** The stateless revision. */
export const statelessVersion = '2026-07-28';

/** What a client without the header is taken to speak (Streamable HTTP, "Protocol Version Header"). */
export const defaultVersion = '2025-03-26';

/** The revision to answer `initialize` with: the one asked for if we speak it, else our newest. */
export function negotiate(asked: unknown): string {
  return sessionVersions.find((version) => version === asked) ?? sessionVersions[0];
}

export function isSessionVersion(version: string): boolean {
  return sessionVersions.some((known) => known === version);
}

/** Batches: 2025-03-26 had them in the base protocol, 2024-11-05 left them to JSON-RPC. */
export function allowsBatch(version: string): boolean {
  return version === '2025-03-26' || version === '2024-11-05';
}

/** From 2025-11-25 on, clients understand an event that has an id and no data. */
export function takesPriming(version: string): boolean {
  return version >= '2025-11-25';
}
