import type { FrameRecord } from '../frame-record.ts';
import { jsonOf, recordOf, textIn } from './heads.ts';
import type { DiagramSource, HandshakeFacts } from './model.ts';
import { STATELESS } from '../wire-names.ts';

/** Names of capabilities that are shown at most: a client may declare any number. */
const MOST_CAPABILITIES = 50;
const MOST_CHARACTERS = 100;

const META = 'io.modelcontextprotocol/';

/** What is read of the messages of a handshake. */
type MessageFacts = Omit<HandshakeFacts, 'wire' | 'tookMs'>;

/** The request that says what the client is and wants: the first `initialize`, or the first one that is stateless. */
export function introduction(frames: readonly FrameRecord[]): FrameRecord | undefined {
  const requests = frames.filter(({ kind, direction }) => kind === 'request' && direction === 'in');
  return (
    requests.find(({ method }) => method === 'initialize') ??
    requests.find(({ wire, method }) => wire === STATELESS && method === 'server/discover') ??
    requests.find(({ wire }) => wire === STATELESS)
  );
}

/** What both sides said of themselves, as far as its messages are kept. */
export function saidIn({ frames, contents }: DiagramSource): MessageFacts {
  const request = introduction(frames);
  const params = recordOf(jsonOf(contents.get(request?.id ?? '')?.body)['params']);
  const result = recordOf(jsonOf(contents.get(request?.pair ?? '')?.body)['result']);
  if (request?.method === 'initialize') {
    return {
      ...named('asked', textIn(params['protocolVersion'])),
      ...named('agreed', textIn(result['protocolVersion'])),
      ...party('client', params['clientInfo']),
      ...party('server', result['serverInfo']),
      ...can('clientCan', params['capabilities']),
      ...can('hubCan', result['capabilities']),
    };
  }
  const meta = recordOf(params['_meta']);
  const asked = textIn(meta[`${META}protocolVersion`]);
  const isAnswered = request?.outcome === 'ok';
  return {
    ...named('asked', asked),
    ...named('agreed', isAnswered ? asked : undefined),
    ...party('client', meta[`${META}clientInfo`]),
    ...party('server', result['serverInfo'] ?? recordOf(result['_meta'])[`${META}serverInfo`]),
    ...can('clientCan', meta[`${META}clientCapabilities`]),
    ...can('hubCan', result['capabilities']),
  };
}

function named<Name extends string>(name: Name, value: string | undefined): Partial<Record<Name, string>> {
  return value === undefined ? {} : ({ [name]: cut(value) } as Record<Name, string>);
}

function party<Name extends 'client' | 'server'>(
  name: Name,
  value: unknown,
): Partial<Record<Name, { name: string; version: string }>> {
  const info = recordOf(value);
  const own = textIn(info['name']);
  if (own === undefined) return {};
  return { [name]: { name: cut(own), version: cut(textIn(info['version']) ?? '') } } as Record<
    Name,
    { name: string; version: string }
  >;
}

function can<Name extends string>(name: Name, value: unknown): Partial<Record<Name, readonly string[]>> {
  if (value === undefined) return {};
  return { [name]: namesIn(recordOf(value)) } as Record<Name, readonly string[]>;
}

/** `tools`, and what is switched on in it: `resources (subscribe)`. */
function namesIn(capabilities: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(capabilities)
    .slice(0, MOST_CAPABILITIES)
    .map(([name, value]) => {
      const parts = Object.entries(recordOf(value)).flatMap(([part, on]) => (on === false ? [] : [part]));
      return cut(parts.length === 0 ? name : `${name} (${parts.join(', ')})`);
    });
}

function cut(text: string): string {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 1)}…` : text;
}
