import type { LucideIcon } from 'lucide-react';
import type { ComponentType, LazyExoticComponent } from 'react';
import type { Selection } from './selection.ts';
import type { ScreenKey, ScreenParams } from './ui-slice.ts';

/** A screen, as its feature hands it in. */
export interface ScreenDefinition {
  readonly key: ScreenKey;
  readonly label: string;
  readonly icon: LucideIcon;
  /** Opened by `g` and then this letter. */
  readonly letter: string;
  readonly view: LazyExoticComponent<ComponentType>;
  /** Where Esc leads from what the params open, such as one file's page; undefined where that is nowhere. */
  readonly up?: (params: ScreenParams) => ScreenParams | undefined;
  /** What the palette offers to do there: opens the screen with these params. */
  readonly actions?: readonly { readonly label: string; readonly params: ScreenParams }[];
}

/** What the inspector shows for a kind of selection. `title` is a word or two for its head. */
export interface InspectorDefinition<K extends Selection['kind']> {
  readonly title: string;
  readonly view: ComponentType<Extract<Selection, { kind: K }>>;
}

export type InspectorRegistry = { readonly [K in Selection['kind']]?: InspectorDefinition<K> };
