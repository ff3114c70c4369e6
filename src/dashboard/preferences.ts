import { z } from 'zod';
import { createStore, type StoreApi } from 'zustand';
import { roleSchema } from '../protocol/roles.ts';
import { alertRuleNames, MOST_OF_ALERT } from './alerts/alert-rules.ts';
import type { Remembered } from './remembered.ts';

/** Heights of a line in lists, px. */
export const rowHeights = { compact: 24, regular: 28, roomy: 36 } as const;
export type Density = keyof typeof rowHeights;

const preferencesSchema = z.object({
  density: z.enum(['compact', 'regular', 'roomy']).catch('regular'),
  /** The role that the form for a new key begins with. */
  newKeyRole: roleSchema.catch('editor'),
  /** Whether the feed of the Overview has calls that changed nothing. */
  feedReads: z.boolean().catch(false),
  /** What is counted while the person looks elsewhere. */
  notice: z
    .object({
      refused: z.boolean().catch(true),
      lost: z.boolean().catch(true),
      failed: z.boolean().catch(false),
      /** Also with a notification of the system. */
      system: z.boolean().catch(false),
    })
    .catch({ refused: true, lost: true, failed: false, system: false }),
  /** What the person is alerted to, where they chose other than usual. */
  alerts: z
    .partialRecord(
      z.enum(alertRuleNames),
      z.object({ isOn: z.boolean(), number: z.number().int().min(1).max(MOST_OF_ALERT) }),
    )
    .catch({}),
});

/** What the person chose for this browser. */
export type Preferences = z.infer<typeof preferencesSchema>;

/** Keeps the preferences for the next visit. What was stored by another version, or is damaged, counts as not chosen. */
export function createPreferences(memory: Remembered): StoreApi<Preferences> {
  const store = createStore<Preferences>(() => stored(memory));
  store.subscribe((preferences) => memory.set(JSON.stringify(preferences)));
  return store;
}

function stored(memory: Remembered): Preferences {
  const none = preferencesSchema.parse({});
  try {
    return preferencesSchema.safeParse(JSON.parse(memory.get() ?? '{}')).data ?? none;
  } catch {
    return none;
  }
}
