import { useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { useDashboard, useEvents, useServer } from '../dashboard-context.tsx';
import { nameOfAgent } from '../../protocol/words/agent-label.ts';
import { ownersOf } from '../owner-of.ts';
import { agentsThere } from '../presence.ts';
import { faceOf, noticeOf, withNotices, type Agents, type Missed, type AttentionNotice } from './attention.ts';

const icons = {
  proceed: new URL('../theme/icon.svg', import.meta.url).href,
  waiting: new URL('../theme/icon-waiting.svg', import.meta.url).href,
  refused: new URL('../theme/icon-refused.svg', import.meta.url).href,
} as const;

const nothing: Missed = new Map();

/** While the person looks elsewhere, counts in the page's title and icon what they may want to look at. */
export function useAttention(): void {
  const { store, preferences } = useDashboard();
  const wanted = useStore(preferences, ({ notice }) => notice);
  const [missed, setMissed] = useState<Missed>(nothing);
  const shown = useRef<Notification[]>([]);

  useEvents((events) => {
    if (isLookedAt()) return;
    const { server } = store.getState();
    const there = agentsThere(server.sessions.values());
    const agents: Agents = { agentOf: ownersOf(server), isThere: (agent) => there.has(agent) };
    const notices = events.flatMap((event) => noticeOf(event, agents) ?? []);
    if (wanted.system) for (const each of newOnes(notices, missed)) if (wanted[each.kind]) show(each);
    setMissed((before) => withNotices(before, notices, wanted));
  });

  useEffect(() => {
    const look = (): void => {
      if (!isLookedAt()) return;
      setMissed(nothing);
      for (const each of shown.current.splice(0)) each.close();
    };
    window.addEventListener('focus', look);
    document.addEventListener('visibilitychange', look);
    return () => {
      window.removeEventListener('focus', look);
      document.removeEventListener('visibilitychange', look);
    };
  }, []);

  const logins = useServer((server) => server.logins);
  const known = useRef<ReadonlySet<string>>(new Set());
  useEffect(() => {
    const fresh = logins.filter(({ id }) => !known.current.has(id));
    known.current = new Set(logins.map(({ id }) => id));
    if (!wanted.system || isLookedAt()) return;
    for (const { id, client } of fresh) notify(`“${client}” wants to log in`, id);
  }, [logins, wanted.system]);

  const { title, light } = faceOf(missed, logins.length);
  useEffect(() => {
    document.title = title;
    document.querySelector('link[rel="icon"]')?.setAttribute('href', icons[light]);
  }, [title, light]);

  function show({ about, agent, words, event }: AttentionNotice): void {
    const { keys } = store.getState().server;
    const name = agent === undefined ? undefined : nameOfAgent(keys, agent);
    const made = notify(name === undefined ? words : `${name} ${words}`, about);
    made?.addEventListener('click', () => store.getState().ui.select({ kind: 'event', seq: event.seq }));
    if (made) shown.current.push(made);
  }
}

/** A notification of the system, which leads to the page; undefined where the person wants none. */
function notify(words: string, tag: string): Notification | undefined {
  if (!('Notification' in window) || Notification.permission !== 'granted') return undefined;
  const made = new Notification(words, { tag });
  made.addEventListener('click', () => window.focus());
  return made;
}

function newOnes(notices: readonly AttentionNotice[], missed: Missed): readonly AttentionNotice[] {
  return [...new Map(notices.map((each) => [each.about, each])).values()].filter(({ about }) => !missed.has(about));
}

function isLookedAt(): boolean {
  return !document.hidden && document.hasFocus();
}
