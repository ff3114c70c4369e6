import { z } from 'zod';
import { formatDuration } from '../words/units.ts';
import { defineEvent } from './define-event.ts';

/** The hub itself. */
export const hubEvents = [
  defineEvent({
    type: 'hub.started',
    fields: { version: z.string(), pid: z.number().int() },
    words: ({ version }) => [`started, version ${version}`],
    tone: 'none',
    feed: 'shown',
    state: [],
    projections: [],
    notified: false,
  }),
  defineEvent({
    type: 'hub.clock_stepped',
    /** By how much the clock of the machine was set, beside one that cannot be set; negative for back. */
    fields: { byMs: z.number().int() },
    words: ({ byMs }) => [`its clock was set ${byMs < 0 ? 'back' : 'forward'} by ${formatDuration(Math.abs(byMs))}`],
    tone: 'waiting',
    feed: 'shown',
    state: ['locks', 'uploads'],
    projections: [],
    notified: false,
  }),
] as const;
