/** The name of a deviation, the rule that it breaks, its likely cause, and what mends it. */
export interface Deviation {
  readonly title: string;
  /** Revision and section of the specification, or the RFC. */
  readonly rule: string;
  readonly cause: string;
  /** @param url where the hub is reached */
  readonly fix: (url: string) => string;
}

const AUTHORIZATION = 'MCP 2025-11-25, Authorization, “Access Token Usage”; RFC 6750, section 2.1';
const HEADER = 'Authorization: Bearer sbx_…';

/** All that the doctor knows, by code. */
export const deviations = {
  no_key: {
    title: 'No key',
    rule: AUTHORIZATION,
    cause: 'The client’s configuration has no headers, or the client drops them.',
    fix: () => `Add the header “${HEADER}” to this server in the client’s configuration.`,
  },
  key_elsewhere: {
    title: 'The key is in the wrong place',
    rule: 'MCP 2025-11-25, Authorization, “Token Requirements”: not in the query string, and in each request’s Authorization header',
    cause: 'The key was put into the address, or into a header of another name.',
    fix: () => `Move the key into the header “${HEADER}”. It was in a place that gets logged: rotate it.`,
  },
  malformed_key: {
    title: 'The Authorization header has another form',
    rule: 'RFC 6750, section 2.1: the word Bearer, a space, the token',
    cause: 'The word Bearer is missing, or the client sends a name and a password.',
    fix: () => `Send “${HEADER}”, with the word Bearer and one space.`,
  },
  unfilled_key: {
    title: 'A placeholder instead of a key',
    rule: AUTHORIZATION,
    cause: 'The variable is not set where the client starts, or the client does not fill variables in.',
    fix: () => 'Set the variable where the client is started, or put the key itself in its place.',
  },
  unknown_key: {
    title: 'A key that this hub does not know',
    rule: 'MCP 2025-11-25, Authorization, “Token Handling”: an invalid token is answered with 401',
    cause: 'The key was copied in part, or belongs to another hub or data directory.',
    fix: () => 'Copy the whole key once more, or create a new one on the Keys screen.',
  },
  revoked_key: {
    title: 'A revoked key',
    rule: 'MCP 2025-11-25, Authorization, “Token Handling”: an invalid token is answered with 401',
    cause: 'The key was revoked here while the client still has it.',
    fix: () => 'Create a new key for this client on the Keys screen.',
  },
  expired_key: {
    title: 'An expired key',
    rule: 'MCP 2025-11-25, Authorization, “Token Handling”: an expired token is answered with 401',
    cause: 'The key was made for a limited time.',
    fix: () => 'Create a new key, or one without an end.',
  },
  suspended_key: {
    title: 'A suspended key',
    rule: 'MCP 2025-11-25, Authorization, “Token Handling”: an invalid token is answered with 401',
    cause: 'A person suspended the key, or it asked too often for what it may not see.',
    fix: () => 'Look at what it did, and resume it on the Keys screen if all is well.',
  },
  wrong_accept: {
    title: 'Accept does not take the answer',
    rule: 'MCP 2025-11-25, Transports, “Sending Messages to the Server” and “Listening for Messages from the Server”',
    cause: 'A plain HTTP library asks for JSON, or for anything else, where a stream is the answer.',
    fix: () =>
      'Send “Accept: application/json, text/event-stream” with a POST, “Accept: text/event-stream” with a GET.',
  },
  post_to_sse: {
    title: 'POST to the stream’s address',
    rule: 'MCP 2024-11-05, Transports, “HTTP with SSE”: messages go to the address of the endpoint event',
    cause:
      'A client of Streamable HTTP was given the address of HTTP+SSE. Many go on with GET by themselves (“Backwards Compatibility”).',
    fix: (url) => `Give it ${url}/mcp; or choose SSE as its transport.`,
  },
  wrong_path: {
    title: 'An address where nothing is',
    rule: 'MCP 2025-11-25, Transports, “Streamable HTTP”: one address for POST and GET',
    cause: 'The address in the client’s configuration has a part too many or too few.',
    fix: (url) => `The address is ${url}/mcp, or ${url}/sse for HTTP+SSE.`,
  },
  no_initialize: {
    title: 'No initialize',
    rule: 'MCP 2025-11-25, Lifecycle, “Initialization”: it is the first interaction of client and server',
    cause: 'The client lost its session and went on, or was written for requests without sessions.',
    fix: () =>
      'Send initialize first, and then the id that its answer carries; or speak 2026-07-28, where each request says its revision in _meta.',
  },
  no_initialized: {
    title: 'initialized is missing',
    rule: 'MCP 2025-11-25, Lifecycle, “Initialization”: after initialize the client sends notifications/initialized',
    cause: 'A client of its own making that stops at the answer to initialize.',
    fix: () => 'Send notifications/initialized once initialize is answered, before any other request.',
  },
  stale_session: {
    title: 'A session that is over',
    rule: 'MCP 2025-11-25, Transports, “Session Management”: on 404 the client starts anew with initialize, without the id',
    cause: 'The session was closed or idle for too long, and the client kept its id.',
    fix: () => 'Nothing, if it sends initialize next. Otherwise restart the client.',
  },
  version_mismatch: {
    title: 'Another revision than asked for',
    rule: 'MCP 2025-11-25, Lifecycle, “Version Negotiation”; Transports, “Protocol Version Header”',
    cause: 'The client speaks a revision that this hub does not, or sends another one than was agreed on.',
    fix: () => 'Update the client. After initialize it sends the revision of the answer as MCP-Protocol-Version.',
  },
  blocked_origin: {
    title: 'A page of another site',
    rule: 'MCP 2025-11-25, Transports, “Security Warning”: the Origin header is checked, 403 if it is not valid',
    cause: 'The client runs in a browser, on a page or in an extension that this hub does not allow.',
    fix: () => 'If you trust that page, start the hub with --allow-host and its origin.',
  },
  blocked_host: {
    title: 'A foreign Host',
    rule: 'MCP 2025-11-25, Transports, “Security Warning”: DNS rebinding; RFC 9110, section 7.2',
    cause: 'The client, a tunnel or a container uses a name of this machine that the hub does not know.',
    fix: (url) => `Connect to ${url}, or start the hub with --allow-host and that name.`,
  },
  oauth_discovery: {
    title: 'It looks for an OAuth server',
    rule: 'MCP 2025-11-25, Authorization, “Authorization Server Discovery”: what a client does after a 401',
    cause: 'The key was refused, or its header is dropped as soon as the server asks for OAuth.',
    fix: () => `There is no OAuth here. Mend the key: “${HEADER}”.`,
  },
  no_pong: {
    title: 'A ping was not answered',
    rule: 'MCP 2025-11-25, Ping: the receiver must respond promptly with an empty response',
    cause: 'The client hung, or does not handle requests of the server.',
    fix: () => 'Nothing is lost but the return to its earlier session: it was given a new one. Update the client.',
  },
  reconnect_loop: {
    title: 'It connects again and again',
    rule: 'HTML Living Standard, “Server-sent events”: a client waits for its reconnection time; MCP 2025-11-25, Transports, “Resumability and Redelivery”',
    cause: 'The client ends right after it connected, often as it fails at something else, and is started again.',
    fix: () => 'Look at the client’s own log for why it ends.',
  },
  buffered_stream: {
    title: 'The endpoint was sent, and nothing came back',
    rule: 'MCP 2024-11-05, Transports, “HTTP with SSE”: the client POSTs to the address of the endpoint event',
    cause: 'A proxy between client and hub holds the stream back, or the client waits for another event.',
    fix: () =>
      'Switch buffering off in the proxy for this address (nginx: proxy_buffering off), or connect without it.',
  },
} as const satisfies Readonly<Record<string, Deviation>>;

export type DeviationCode = keyof typeof deviations;

/** What is known of a deviation. */
export function deviationOf(code: DeviationCode): Deviation {
  return deviations[code];
}
