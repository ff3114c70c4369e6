import { z } from 'zod';
import { wireSchema } from './events/sessions.ts';

/**
 * Something that came in or went out on a wire: the head of an HTTP exchange, an SSE event or comment,
 * or a JSON-RPC message. Its id is the `cause` of the events that it led to.
 */
export const frameSchema = z.object({
  /** `frm_<hub launch>_<n>`; n grows by 1 over all sessions of one launch. */
  id: z.string(),
  n: z.number().int(),
  at: z.number(),
  sessionId: z.string().optional(),
  /** Absent for uploads, which are plain HTTP beside the wires. */
  wire: wireSchema.optional(),
  /** As the hub sees it: `in` came from the agent. */
  direction: z.enum(['in', 'out']),
  kind: z.enum(['http', 'sse', 'request', 'response', 'error', 'notification']),
  /** HTTP: `GET /sse`; SSE: the event's name or `comment`; JSON-RPC: the method (a response has its request's). */
  label: z.string(),
  /** The tool's name in `tools/call`, the URI in `resources/*`, the name in `prompts/get`. */
  detail: z.string().optional(),
  rpcId: z.union([z.string(), z.number()]).optional(),
  /** HTTP status of an exchange's head. */
  status: z.number().int().optional(),
  /** JSON-RPC error code or, for a tool that answered `isError`, its HubErrorCode. */
  errorCode: z.union([z.number(), z.string()]).optional(),
  sizeBytes: z.number().int().nonnegative(),
  /** From the request's arrival to this reply's departure. */
  latencyMs: z.number().optional(),
  /** The frame that this one answers. */
  replyTo: z.string().optional(),
});

/** A line of the live stream: everything but the body. */
export type Frame = z.infer<typeof frameSchema>;

/** A frame opened in the inspector. `body` is cut at 64 KiB (`bodyCut`). Secrets in headers are masked. */
export interface FrameDetail {
  readonly frame: Frame;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly bodyCut: boolean;
  /** Of a request: the id of the frame that answers it. Absent where it has not been answered. */
  readonly reply?: string;
}
