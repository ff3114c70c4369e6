import type { EncodedEvent } from '../../../hub/hub.ts';
import { lineSafe } from '../../line-safe.ts';
import type { StreamFrame } from '../stream/event-stream.ts';
import type { SharedMessage } from '../replay/kept.ts';
import { agentEventJson } from '../catalogue/reading/agent-event.ts';
import { httpChunk, sseMessage } from '../stream/http-chunk.ts';
import type { LogLevel } from '../rpc/log-level.ts';
import { SUBSCRIPTION_ID_META } from '../../../protocol/json-rpc.ts';

/** Where the event itself rides in a notification, so that no second request is needed. */
export const EVENT_META = 'dev.signalbox/event';

/** A message for many sessions: made once, the same bytes for each stream. */
export interface Notice extends SharedMessage {
  /** When agents are notified, in ms since the epoch. */
  readonly sentAt: number;
}

/** `notifications/resources/updated` with the event in `_meta`, in one line, up to where more `_meta` may follow. */
function updatedHead(uri: string, eventJson: string): string {
  const head = `{"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":${JSON.stringify(uri)},"_meta":{"${EVENT_META}":${eventJson}`;
  return lineSafe(head);
}

/** When a notice is made, by both clocks. */
export type NoticeTime = Pick<Notice, 'at' | 'sentAt'>;

/** The notification of an event for sessions that subscribed to `uri`. `index` numbers the URIs of one event. */
export function updatedNotice(encoded: EncodedEvent, uri: string, index: number, at: NoticeTime): Notice {
  const json = `${updatedHead(uri, agentEventJson(encoded))}}}}`;
  return notice(encoded, `e${index}`, json, 'notifications/resources/updated', at);
}

/** The log message about an event for sessions that set a logging level. */
export function messageNotice(encoded: EncodedEvent, level: LogLevel, at: NoticeTime): Notice {
  const json = `{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"${level}","logger":"signalbox","data":${agentEventJson(encoded)}}}`;
  return notice(encoded, 'm', lineSafe(json), 'notifications/message', at);
}

/** `notifications/resources/updated` for `subscriptions/listen` streams, whose bytes hold a subscription id. */
export interface ListenNotice {
  /** All up to the subscription id: the same bytes for all streams. */
  readonly head: Buffer;
  /** The rest for one id, as JSON. Made once for all streams that chose the same id, and most do: 1, 2 … */
  made(subscriptionIdJson: string): { readonly tail: Buffer; readonly frame: StreamFrame };
}

export function listenNotice(encoded: EncodedEvent, uri: string): ListenNotice {
  const head = updatedHead(uri, agentEventJson(encoded));
  const headBytes = Buffer.byteLength(head);
  const byId = new Map<string, { tail: Buffer; frame: StreamFrame }>();
  return {
    head: httpChunk(`event: message\ndata: ${head}`),
    made(idJson) {
      let made = byId.get(idJson);
      if (!made) {
        const tail = `,"${SUBSCRIPTION_ID_META}":${lineSafe(idJson)}}}}`;
        const method = 'notifications/resources/updated';
        made = {
          tail: httpChunk(`${tail}\n\n`),
          frame: {
            ...frameOf(encoded, method),
            sizeBytes: headBytes + Buffer.byteLength(tail),
            body: { form: 'shared', shared: { text: `${head}${tail}` } },
          },
        };
        byId.set(idJson, made);
      }
      return made;
    },
  };
}

function notice(encoded: EncodedEvent, tag: string, json: string, method: string, { at, sentAt }: NoticeTime): Notice {
  const { seq } = encoded.event;
  const chunk = httpChunk(`${seq}.${tag}\n${sseMessage(json)}`);
  const frame: StreamFrame = {
    ...frameOf(encoded, method),
    sizeBytes: Buffer.byteLength(json),
    body: { form: 'shared', shared: { chunk } },
  };
  return { seq, tag, chunk, bytes: chunk.length, at, sentAt, shared: true, workspace: frame.workspace, frame };
}

/** What the recorder gets of a notification of an event. */
function frameOf({ event }: EncodedEvent, method: string): StreamFrame {
  const workspace = 'workspace' in event ? event.workspace : undefined;
  return { kind: 'notification', method, subject: event.type, seq: event.seq, workspace };
}
