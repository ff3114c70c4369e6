import type { FrameInput as RecorderInput } from '../../recorder/frame-input.ts';
import type { FrameInput, SharedFrame } from './frame-entry.ts';

/** What the recorder is given of a frame, and the head of an exchange. */
export function recorded(
  session: string | undefined,
  what: FrameInput | SharedFrame,
  headers: readonly string[] | undefined,
): [RecorderInput, string?] {
  const own: Partial<FrameInput> = 'direction' in what ? what : { direction: 'out' };
  const { kind, label, detail, wire, sizeBytes, body } = what;
  const isExchange = kind === 'http';
  const input: RecorderInput = {
    kind: isExchange
      ? 'exchange'
      : kind === 'error'
        ? 'response'
        : kind === 'sse'
          ? label === 'comment'
            ? 'keep-alive'
            : 'event'
          : kind,
    direction: own.direction ?? 'out',
    party: { session },
    wire,
    method: isExchange ? label.split(' ')[0] : label,
    tool: label === 'tools/call' ? detail : undefined,
    subject: isExchange ? label.split(' ')[1] : label === 'tools/call' ? undefined : detail,
    rpcId: own.rpcId,
    status: own.status,
    outcome: own.errorCode !== undefined ? 'error' : kind === 'request' ? 'pending' : 'ok',
    code: own.errorCode,
    replyTo: own.replyTo === undefined ? undefined : Number(own.replyTo.split('_')[2]),
    latencyMs: own.latencyMs,
    sizeBytes,
    body: body === undefined ? undefined : { form: 'text', text: body },
  };
  if (!headers) return [input];
  const lines = [`${label} HTTP/1.1`];
  for (let at = 0; at < headers.length; at += 2) lines.push(`${headers[at]}: ${headers[at + 1]}`);
  return [input, lines.join('\r\n')];
}
