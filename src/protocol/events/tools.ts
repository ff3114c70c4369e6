import { z } from 'zod';
import { hubErrorCodes } from '../errors.ts';
import { data } from '../words/part.ts';
import { refusalWords } from '../words/refusal-words.ts';
import { formatDuration } from '../words/units.ts';
import { defineEvent } from './define-event.ts';

/**
 * Calls of tools. Agents are not notified of them: two that answer each notification with a call
 * would never come to rest.
 */
export const toolEvents = [
  defineEvent({
    type: 'tool.called',
    fields: {
      workspace: z.string().optional(),
      tool: z.string(),
      sessionId: z.string(),
      /** First 16 hex digits of the SHA-256 of the arguments' canonical JSON. */
      argsDigest: z.string(),
      /**
       * What its tool declares of its arguments: names, paths, sizes. Absent in logs of 0.1.0, and for a tool without
       * arguments.
       */
      args: z.record(z.string(), z.unknown()).optional(),
      outcome: z.union([z.literal('ok'), z.enum(hubErrorCodes)]),
      /** Of a refusal: its message, and what it names. Absent in logs of 0.1.0. */
      message: z.string().optional(),
      details: z.record(z.string(), z.unknown()).optional(),
      ms: z.number(),
    },
    words: ({ tool, args, outcome, ms }) => {
      const path = typeof args?.['path'] === 'string' ? args['path'] : undefined;
      // Where there is little room the end is cut off: that it was refused comes before on what.
      if (outcome === 'ok') {
        return ['called ', data(tool), ...(path === undefined ? [] : [' on ', data(path)]), ` (${formatDuration(ms)})`];
      }
      const why = `: ${refusalWords(outcome)}`;
      return ['called ', data(tool), ...(path === undefined ? [why] : [`${why} (`, data(path), ')'])];
    },
    tone: ({ outcome }) => (outcome === 'ok' ? 'none' : 'refused'),
    feed: 'shown',
    state: [],
    projections: [],
    notified: false,
  }),
] as const;
