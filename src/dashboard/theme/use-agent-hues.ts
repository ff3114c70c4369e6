import { useLayoutEffect, useRef } from 'react';
import { useServer } from '../dashboard-context.tsx';
import { AGENT_HUES, agentHues } from './agent-hues.ts';
import { agentMarks } from './agent-marks.ts';

/**
 * Gives each key its colour, as a CSS variable that `agentColor` names, and its letters, which are shown as
 * soon as there are more agents than colours. Once, in the shell.
 */
export function useAgentHues(): void {
  const keys = useServer((server) => server.keys);
  // They never change; setting one anew would have the whole page styled again.
  const given = useRef(new Set<string>());
  useLayoutEffect(() => {
    const { style, dataset } = document.documentElement;
    const fresh: string[] = [];
    let active = 0;
    for (const { id, revokedAt } of keys.values()) {
      if (revokedAt === undefined) active += 1;
      if (!given.current.has(id)) fresh.push(id);
    }
    if (fresh.length > 0) {
      const hues = agentHues(keys.values());
      const marks = agentMarks(keys.values(), hues);
      for (const id of fresh) {
        given.current.add(id);
        style.setProperty(`--sb-key-${id}`, `var(--sb-agent-${hues.get(id)})`);
        style.setProperty(`--sb-mark-${id}`, JSON.stringify(marks.get(id)));
      }
    }
    if (active > AGENT_HUES) dataset['manyAgents'] = '';
    else delete dataset['manyAgents'];
  }, [keys]);
}
