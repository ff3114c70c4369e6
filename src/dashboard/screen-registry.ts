import type { LucideIcon } from 'lucide-react';
import type { ComponentType } from 'react';
import type { ScreenKey } from '../protocol/screens.ts';
import type { SessionState } from '../protocol/state.ts';
import type { ScreenCode } from './screen-code.ts';
import type { Selection } from './selection.ts';
import type { ServerSlice } from './server-slice.ts';
import type { ScreenParams } from './ui-slice.ts';

/** The icon and code of a screen, and its other parts. */
export interface ScreenView {
  readonly icon: LucideIcon;
  readonly code: ScreenCode;
  /** Where Esc leads from what the params open, such as one file's page; undefined where that is nowhere. */
  readonly up?: (params: ScreenParams) => ScreenParams | undefined;
  /** What the palette offers to do there: opens the screen with these params. */
  readonly actions?: readonly { readonly label: string; readonly params: ScreenParams }[];
  /**
   * How many of its things there are right now in a scope, shown in the rail where that says something. It is the
   * number that the screen itself has in its title.
   */
  readonly count?: (
    server: ServerSlice,
    scope: string | undefined,
    isSilent: (session: SessionState) => boolean,
  ) => number;
}

/** A screen with all that the rail, the palette, the help and the shortcuts show of it. */
export type ScreenDefinition = ScreenView & {
  readonly key: ScreenKey;
  readonly title: string;
  /** Opened by `g` and then this character. */
  readonly shortcut: string;
};

/** What the inspector shows for a kind of selection. `title` is a word or two for its head. */
export interface InspectorDefinition<K extends Selection['kind']> {
  readonly title: string;
  readonly view: ComponentType<Extract<Selection, { kind: K }>>;
}

export type InspectorRegistry = { readonly [K in Selection['kind']]?: InspectorDefinition<K> };
