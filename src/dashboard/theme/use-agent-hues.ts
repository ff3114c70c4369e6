import { useLayoutEffect, useRef } from 'react';
import { agentId } from '../../protocol/agent-id.ts';
import { useServer } from '../dashboard-context.tsx';
import { AGENT_HUES, agentHues, styleName } from './agent-hues.ts';
import { agentMarks } from './agent-marks.ts';

/**
 * Gives each key and its agents their colours, as CSS variables that `agentColor` names, and their letters, which are shown as
 * soon as there are more agents than colours. Once, in the shell.
 */
export function useAgentHues(): void {
  const keys = useServer((server) => server.keys);
  // They never change; setting one anew would have the whole page styled again.
  const given = useRef(new Set<string>());
  useLayoutEffect(() => {
    const { style, dataset } = document.documentElement;
    let active = 0;
    let isNew = false;
    for (const { id, revokedAt, agents = [] } of keys.values()) {
      if (revokedAt === undefined) active += Math.max(1, agents.length);
      isNew ||= !given.current.has(id) || agents.some(({ name }) => !given.current.has(agentId(id, name)));
    }
    if (isNew) {
      const hues = agentHues(keys.values());
      const marks = agentMarks(keys.values(), hues);
      const give = (id: string, hue: number, mark: string): void => {
        if (given.current.has(id)) return;
        given.current.add(id);
        const name = styleName(id);
        style.setProperty(`--sb-key-${name}`, `var(--sb-agent-${hue})`);
        style.setProperty(`--sb-mark-${name}`, JSON.stringify(mark));
      };
      for (const { id, agents = [] } of keys.values()) {
        const [hue, mark] = [hues.get(id) ?? 0, marks.get(id) ?? ''];
        give(id, hue, mark);
        // The first agent has the hue of its key, which mostly is its only one.
        for (const { name, place = 0 } of agents) {
          const own = place === 0 ? mark : `${mark.slice(0, 1)}${place + 1}`;
          give(agentId(id, name), (hue + place) % AGENT_HUES, own);
        }
      }
    }
    if (active > AGENT_HUES) dataset['manyAgents'] = '';
    else delete dataset['manyAgents'];
  }, [keys]);
}
