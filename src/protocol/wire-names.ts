/**
 * How a session talks to the hub: HTTP+SSE, Streamable HTTP with sessions, or the stateless MCP of 2026-07-28. These
 * are the stored values: `modern` stays, as old logs have it, and is shown as `stateless` ({@link wireNames}). A frame is
 * stored with the wire's place in this list: append only.
 */
export const wires = ['sse', 'streamable', 'modern'] as const;

export type Wire = (typeof wires)[number];

/** The stored name of the stateless wire. */
export const STATELESS = 'modern' satisfies Wire;

/** What each wire is called wherever people and agents see its name. */
export const wireNames = { sse: 'sse', streamable: 'streamable', [STATELESS]: 'stateless' } as const satisfies Record<
  Wire,
  string
>;

export type WireName = (typeof wireNames)[Wire];
