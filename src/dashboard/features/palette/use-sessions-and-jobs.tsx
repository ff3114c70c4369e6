import { useDebouncedValue } from '@mantine/hooks';
import { Hammer, History, Radio } from 'lucide-react';
import { idOfAgent } from '../../../protocol/agent-id.ts';
import type { JobRecord, PastSession } from '../../../protocol/records.ts';
import type { JobState, SessionState } from '../../../protocol/state.ts';
import { nameOfAgent } from '../../../protocol/words/agent-label.ts';
import { clientLabel } from '../../../protocol/words/client-label.ts';
import { formatTime } from '../../../protocol/words/units.ts';
import { useScope, useServer, useUi } from '../../dashboard-context.tsx';
import { byPresence } from '../../presence.ts';
import { wireWords } from '../../ui/wire-words.ts';
import { useLoad } from '../../ui/use-load.ts';
import { bestItems, paletteIcon, type PaletteGroup, type PaletteItem } from './palette-item.ts';
import { wireNames } from '../../../protocol/wire-names.ts';

/** Sessions that ended are searched among so many that ended last; jobs among so many that are newest. */
const LATEST = 200;

/** Sessions and jobs that match a query, open ones first. */
export function useSessionsAndJobs(text: string): { readonly sessions: PaletteGroup; readonly jobs: PaletteGroup } {
  const select = useUi((ui) => ui.select);
  const keys = useServer((server) => server.keys);
  const sessions = useServer((server) => server.sessions);
  const jobs = useServer((server) => server.jobs);
  const past = usePast(text);

  const sessionItem = (session: SessionState | PastSession): PaletteItem => {
    const { id, wire, client, status } = session;
    const name = nameOfAgent(keys, idOfAgent(session));
    const made = client === undefined ? '' : clientLabel(client);
    return {
      id: `session ${id}`,
      label: name,
      searched: `${name} ${made} ${wireNames[wire]} ${id}`,
      detail: [wireWords[wire].name, made, status].filter(Boolean).join(' · '),
      icon: status === 'closed' ? <History {...paletteIcon} /> : <Radio {...paletteIcon} />,
      run: () => select({ kind: 'session', sessionId: id }),
    };
  };
  const jobItem = ({ id, path, status, queuedAt }: JobState | JobRecord): PaletteItem => ({
    id: `job ${id}`,
    label: path,
    searched: `${path} ${id}`,
    detail: `${status}, asked for at ${formatTime(queuedAt)}`,
    icon: <Hammer {...paletteIcon} />,
    run: () => select({ kind: 'job', jobId: id }),
  });
  const open = [...sessions.values()].sort(byPresence);
  const ended = newestOfEach(
    past.jobs.filter(({ id }) => !jobs.has(id)),
    text,
  );
  // Without a query each would stand below its agent once more.
  const named = text === '' ? [] : [...open, ...past.sessions].map(sessionItem);
  return {
    sessions: { label: 'Sessions', scope: 'agents', items: bestItems(named, text) },
    jobs: { label: 'Jobs', scope: undefined, items: bestItems([...jobs.values(), ...ended].map(jobItem), text) },
  };
}

/** Of jobs on one path the newest, which comes first; all where an id is searched. */
function newestOfEach(jobs: readonly JobRecord[], text: string): readonly JobRecord[] {
  if (text.startsWith('job_')) return jobs;
  const seen = new Set<string>();
  return jobs.filter(({ workspace, path, kind }) => {
    const what = `${kind} ${workspace} ${path}`;
    return !seen.has(what) && seen.add(what);
  });
}

interface Past {
  readonly jobs: readonly JobRecord[];
  readonly sessions: readonly PastSession[];
}

const nothing: Past = { jobs: [], sessions: [] };

/** Those that ended last, once something is searched. */
function usePast(text: string): Past {
  const [isSearched] = useDebouncedValue(text !== '', 120);
  const scope = useScope();
  const load = useLoad(`palette past ${isSearched} ${scope ?? ''}`, async (hub) => {
    if (!isSearched) return nothing;
    const [jobs, sessions] = await Promise.all([
      hub.jobs({ limit: LATEST, ...(scope === undefined ? {} : { workspace: scope }) }),
      hub.pastSessions({ limit: LATEST }),
    ]);
    return { jobs: jobs.items, sessions: sessions.items };
  });
  return load.data ?? nothing;
}
