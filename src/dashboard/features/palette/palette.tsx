import { Spotlight, useSpotlight } from '@mantine/spotlight';
import { Search } from 'lucide-react';
import { useEffect, useId, useRef, type ReactNode } from 'react';
import { palette, PALETTE_MARK, paletteStore } from '../../palette-store.ts';
import type { ScreenDefinition } from '../../screen-registry.ts';
import { KeyCap } from '../../ui/key-cap.tsx';
import { PathText } from '../../ui/path-text.tsx';
import { useEscape } from '../../ui/use-escape.ts';
import styles from './palette.module.css';
import type { PaletteItem } from './palette-item.ts';
import { palettePrefixes, paletteQuery } from './palette-query.ts';
import { usePaletteGroups } from './use-palette-groups.tsx';

/** Ctrl/Cmd-K: go to any screen, agent, file, lock or job, or do something. */
export function CommandPalette({ screens }: { screens: readonly ScreenDefinition[] }): ReactNode {
  const { opened, query } = useSpotlight(paletteStore);
  useEscape(opened, palette.close);
  return (
    <Spotlight.Root
      store={paletteStore}
      closeOnEscape={false}
      shortcut={null} // the shell's own, which knows other keyboards' layouts
      attributes={{ content: { 'aria-label': 'Find anything', [PALETTE_MARK]: '' } }}
      centered={false}
      yOffset="12vh"
      maxHeight={440}
      scrollable
      radius="md"
      classNames={{
        content: styles.content ?? '',
        search: styles.search ?? '',
        actionsList: styles.list ?? '',
        action: styles.action ?? '',
        actionsGroup: styles.group ?? '',
      }}
      // Closed without fading: a fading palette would keep the focus and the keys typed after Enter.
      transitionProps={{ duration: 100, exitDuration: 0 }}
      overlayProps={{ backgroundOpacity: 0.45 }}
    >
      <Spotlight.Search placeholder="Screens, agents, files, locks, jobs, actions" leftSection={<Search size={16} />} />
      {opened && <Results screens={screens} query={query} />}
      {opened && <Prefixes />}
    </Spotlight.Root>
  );
}

/** Passed to the scroll area, which the list's props do not name. */
const scrolledByKeys = { viewportProps: { tabIndex: 0 } };

function Results({ screens, query }: { screens: readonly ScreenDefinition[]; query: string }): ReactNode {
  const groups = usePaletteGroups(screens, query).filter(({ items }) => items.length > 0);
  const id = useId();
  useFirstLine(id, query, groups.flatMap(({ items }) => items.map((item) => item.id)).join('\n'));
  return (
    <Spotlight.ActionsList id={id} {...scrolledByKeys}>
      {groups.map(({ label, items }) => (
        <Spotlight.ActionsGroup key={label} label={label}>
          {items.map((item) => (
            <Spotlight.Action key={item.id} label={item.label} onClick={item.run}>
              <Item {...item} />
            </Spotlight.Action>
          ))}
        </Spotlight.ActionsGroup>
      ))}
      {groups.length === 0 && <Spotlight.Empty>{nothingFound(query)}</Spotlight.Empty>}
    </Spotlight.ActionsList>
  );
}

function nothingFound(query: string): string {
  const { scope, text } = paletteQuery(query);
  if (scope === 'events') return text === '' ? 'Type the number of an event' : 'The log has no event of that number';
  return scope === 'files' && text === '' ? 'Type a part of the path' : 'Nothing goes by that name';
}

/** What a sign at the beginning narrows the list to. */
function Prefixes(): ReactNode {
  return (
    <p className={styles.prefixes}>
      {palettePrefixes.map(({ sign, scope }) => (
        <span key={sign}>
          <KeyCap>{sign}</KeyCap> {scope}
        </span>
      ))}
    </p>
  );
}

/** Files and what is over are found by the hub: for so long after a key lines may still come above the first, ms. */
const SETTLES_MS = 500;

/**
 * Enter takes the first line until an arrow key selects another, or until the lines have settled: what one reads as
 * selected does not change then. The library selects a line when a key is typed, before the line exists, so lines found
 * later would have no selection.
 */
function useFirstLine(listId: string, query: string, lines: string): void {
  const chosen = useRef({ query: '', at: 0, line: 0 });
  useEffect(() => {
    const shown = [...(document.getElementById(listId)?.querySelectorAll('[data-action]') ?? [])];
    const kept = shown.findIndex((line) => line.hasAttribute('data-selected'));
    const isNew = chosen.current.query !== query || chosen.current.at === 0;
    if (isNew) chosen.current = { query, at: performance.now(), line: 0 };
    const isSettling = performance.now() - chosen.current.at < SETTLES_MS;
    const isMoved = paletteStore.getState().selected !== chosen.current.line;
    const selected = isNew || (isSettling && !isMoved) ? 0 : Math.max(0, kept);
    for (const [at, line] of shown.entries()) line.toggleAttribute('data-selected', at === selected);
    chosen.current.line = selected;
    paletteStore.updateState((state) => ({ ...state, selected }));
  }, [listId, query, lines]);
}

/** One line: label, detail, and its shortcut. */
function Item({ label, detail, keys, icon }: PaletteItem): ReactNode {
  return (
    <span className={styles.item}>
      <span className={styles.icon}>{icon}</span>
      <span className={styles.label}>
        <PathText path={label} />
      </span>
      {detail !== undefined && <span className={styles.detail}>{detail}</span>}
      {keys && (
        <span className={styles.keys}>
          {keys.map((key) => (
            <KeyCap key={key}>{key}</KeyCap>
          ))}
        </span>
      )}
    </span>
  );
}
