import type { NewKey } from '../protocol/records.ts';
import type { ScreenKey } from '../protocol/screens.ts';
import type { TimeZone } from '../protocol/words/time-zone.ts';
import { selectionId, type Selection } from './selection.ts';

/** What a screen is opened with, e.g. `{ session: 'ses_…' }`. It is in the address, so a reload keeps it. */
export type ScreenParams = Readonly<Record<string, string>>;

/** A client of this machine is set up, or one logs in, or any other gets a key. */
export type ConnectWay = 'client' | 'login' | 'key';

/** What the person chose. */
export interface UiState {
  readonly screen: ScreenKey;
  readonly params: ScreenParams;
  /** Id of the workspace chosen; one that is gone falls back to the first. */
  readonly workspace: string | undefined;
  /** The screens show all workspaces; `workspace` is then only where new things go, such as dropped files. */
  readonly isAllWorkspaces: boolean;
  readonly isInspectorOpen: boolean;
  /** The inspector stays open on other screens. */
  readonly isInspectorPinned: boolean;
  /** Where one has been in the inspector; the last of `trail` up to `position` is what it shows. */
  readonly trail: readonly Selection[];
  readonly position: number;
  readonly isHelpOpen: boolean;
  readonly isConnectOpen: boolean;
  /** How an agent is to be connected, once that was chosen. */
  readonly connectWay: ConnectWay | undefined;
  /** The key that was made, or asked for, to connect an agent with: shown until it is hidden or the page is left. */
  readonly shownKey: NewKey | undefined;
  /** Refused connections that were dismissed; a client that tries on and on does not raise them again. */
  readonly refusedSeen: ReadonlySet<string>;
  /** Id of the login that the person is about to allow; undefined for none. */
  readonly allowing: string | undefined;
  /** Which clock times are shown by. */
  readonly timeZone: TimeZone;
}

export interface UiActions {
  /**
   * Opens a screen. A change of screen or params closes the inspector, unless it is pinned, as it showed something of
   * the page before.
   */
  readonly go: (screen: ScreenKey, params?: ScreenParams) => void;
  readonly chooseWorkspace: (workspace: string) => void;
  readonly chooseAllWorkspaces: () => void;
  /** Shows something in the inspector, opening it. */
  readonly select: (selection: Selection) => void;
  /** Back (-1) or forward (1) along the trail. */
  readonly step: (by: -1 | 1) => void;
  readonly closeInspector: () => void;
  readonly openInspector: () => void;
  readonly setTimeZone: (zone: TimeZone) => void;
  readonly pinInspector: (isInspectorPinned: boolean) => void;
  readonly setHelpOpen: (isOpen: boolean) => void;
  readonly setConnectOpen: (isOpen: boolean) => void;
  readonly chooseConnectWay: (way: ConnectWay) => void;
  readonly showKey: (key: NewKey | undefined) => void;
  readonly setAllowing: (login: string | undefined) => void;
  readonly dismissRefused: (ids: readonly string[]) => void;
}

export type UiSlice = UiState & UiActions;

const TRAIL_LENGTH = 100;

/** A screen's own choice of a workspace gives way to a new choice for all screens. */
function withoutWorkspace({ workspace: _workspace, ...others }: ScreenParams): ScreenParams {
  return others;
}

/** The UI slice's rules as plain functions of the state. */
export const uiRules = {
  go(state: UiState, screen: ScreenKey, params: ScreenParams): Partial<UiState> {
    const stays = screen === state.screen || state.isInspectorPinned;
    return { screen, params, isInspectorOpen: stays && state.isInspectorOpen };
  },
  select(state: UiState, selection: Selection): Partial<UiState> {
    const here = state.trail[state.position];
    if (here && selectionId(here) === selectionId(selection)) return { isInspectorOpen: true };
    const trail = [...state.trail.slice(0, state.position + 1), selection].slice(-TRAIL_LENGTH);
    return { trail, position: trail.length - 1, isInspectorOpen: true };
  },
  chooseWorkspace(state: UiState, workspace: string): Partial<UiState> {
    return { workspace, isAllWorkspaces: false, params: withoutWorkspace(state.params) };
  },
  chooseAllWorkspaces(state: UiState): Partial<UiState> {
    return { isAllWorkspaces: true, params: withoutWorkspace(state.params) };
  },
  step(state: UiState, by: -1 | 1): Partial<UiState> {
    const position = Math.min(Math.max(state.position + by, 0), state.trail.length - 1);
    return { position };
  },
};

/** What the inspector shows. */
export function selected(state: UiState): Selection | undefined {
  return state.isInspectorOpen ? state.trail[state.position] : undefined;
}
